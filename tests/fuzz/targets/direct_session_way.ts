import { concat } from "@std/bytes";
import type { DirectScriptedClient } from "../../support/direct_scripted_client.ts";
import { SeededRandom } from "../../support/seeded_random.ts";
import type { Spoil, Way } from "./direct_session_steps.ts";
import { editBytes } from "./file_byte_edits.ts";

/** How long the RSA blocks of everybody are. */
export const MODULUS_BYTES = 256;

const HEADER_BYTES = 6;

/**
 * What of a body comes to the server.
 *
 * @param client Who cuts it.
 * @param body The body as it was meant.
 * @param way How it travels.
 * @returns Datagrams in the order in which they come.
 */
export function carried(
  client: DirectScriptedClient,
  body: Uint8Array,
  { payloadBytes, seed, spoil }: Way,
): readonly Uint8Array[] {
  if (spoil === undefined) return onTheWay(cut(client, body, payloadBytes), seed);
  const datagrams = cut(client, spoiltBody(body, spoil), payloadBytes);
  const at = spoil.which % datagrams.length;
  return onTheWay(datagrams.with(at, spoiltDatagram(datagrams[at] ?? body, spoil)), seed);
}

function cut(client: DirectScriptedClient, body: Uint8Array, payloadBytes: number): Uint8Array[] {
  const isWhole = payloadBytes === 0 || body.byteLength === 0;
  return isWhole ? [body] : client.fragments(body, { payloadBytes });
}

function spoiltBody(body: Uint8Array, { layer, edits }: Spoil): Uint8Array {
  const block = body.subarray(0, MODULUS_BYTES);
  const token = body.subarray(MODULUS_BYTES);
  if (layer === "block") return concat([editBytes(block, edits), token]);
  if (layer === "token") return concat([block, editBytes(token, edits)]);
  return layer === "body" ? editBytes(body, edits) : body;
}

function spoiltDatagram(datagram: Uint8Array, { layer, edits }: Spoil): Uint8Array {
  if (layer === "datagram") return editBytes(datagram, edits);
  if (layer !== "header") return datagram;
  const header = editBytes(datagram.subarray(0, HEADER_BYTES), edits);
  return concat([header, datagram.subarray(HEADER_BYTES)]);
}

/** The network: by a seed of 0 all comes once and in order, by others some of it, in any order. */
function onTheWay(datagrams: readonly Uint8Array[], seed: number): readonly Uint8Array[] {
  if (seed === 0) return datagrams;
  const random = new SeededRandom(seed);
  const come = datagrams.flatMap((datagram) =>
    random.below(10) === 0 ? [] : random.below(10) === 0 ? [datagram, datagram] : [datagram]
  );
  return random.below(2) === 0 ? come : random.shuffle(come);
}
