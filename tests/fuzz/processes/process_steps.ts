import { concat } from "@std/bytes";
import fc from "fast-check";
import { encodeDirectFragment } from "../../../src/wire/direct_frame.ts";
import { encodeTlvs } from "../../../src/wire/tlv.ts";
import { DEFAULT_TLV_TYPES } from "../../../src/wire/tlv_types.ts";
import { CONTROL_TOKEN, wireLine } from "../targets/control_lines.ts";
import { type ByteEdit, byteEdits, editBytes } from "../targets/file_byte_edits.ts";
import { type OddRequest, oddRequest } from "../targets/http_requests.ts";

/** One thing that a stranger does to a server that runs. */
export type ProcessStep =
  /** Sends a datagram from one of a few ports. */
  | { readonly type: "datagram"; readonly from: number; readonly bytes: Uint8Array }
  /** Sends one that a client sent before, or that was sent to it, perhaps changed. */
  | {
    readonly type: "replay";
    readonly from: number;
    readonly which: number;
    readonly edits: readonly ByteEdit[];
  }
  /** Talks to the control port, and goes before the answers if it does not read. */
  | {
    readonly type: "control";
    readonly isAuthorised: boolean;
    readonly isReading: boolean;
    readonly bytes: Uint8Array;
  }
  /** Asks for something over HTTP; the cookie of a session is put in for `HTTP_COOKIE`. */
  | { readonly type: "http"; readonly request: OddRequest; readonly edits: readonly ByteEdit[] };

const MODULUS_BYTES = 256;
const MAX_DATAGRAM_BYTES = 1_400;

const tlv = fc.record({
  type: fc.oneof(
    fc.constantFrom(...Object.values(DEFAULT_TLV_TYPES)),
    fc.integer({ min: 0, max: 0xffff }),
  ),
  value: fc.oneof(
    fc.uint8Array({ maxLength: 40 }),
    fc.uint8Array({ minLength: 8, maxLength: 8 }),
    fc.uint8Array({ minLength: MODULUS_BYTES, maxLength: MODULUS_BYTES }),
  ),
});

const datagram = fc.oneof(
  fc.tuple(fc.array(tlv, { maxLength: 4 }), byteEdits)
    .map(([tlvs, edits]) => editBytes(encodeTlvs(tlvs), edits)),
  fc.uint8Array({ maxLength: MAX_DATAGRAM_BYTES, size: "max" }),
  fc.uint8Array({ minLength: MODULUS_BYTES, maxLength: MODULUS_BYTES }),
  fc.record({
    messageId: fc.nat({ max: 3 }),
    sequenceNumber: fc.nat({ max: 3 }),
    total: fc.integer({ min: 1, max: 4 }),
    chunk: fc.uint8Array({ maxLength: 300 }),
  }).map(encodeDirectFragment),
  fc.constantFrom(
    "REQ_PUB_KEY\n",
    "REQ_PUB_KEY\n".padEnd(1_000),
    "ACK",
    "-----BEGIN PUBLIC KEY-----",
  )
    .map((text) => new TextEncoder().encode(text)),
);

const from = fc.nat({ max: 3 });

const step: fc.Arbitrary<ProcessStep> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ type: fc.constant("datagram" as const), from, bytes: datagram }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      type: fc.constant("replay" as const),
      from,
      which: fc.nat({ max: 1_000 }),
      edits: byteEdits,
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      type: fc.constant("control" as const),
      isAuthorised: fc.boolean(),
      isReading: fc.boolean(),
      bytes: fc.array(wireLine, { maxLength: 8 }).map(harmless),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      type: fc.constant("http" as const),
      request: oddRequest.map(harmlessRequest),
      edits: byteEdits,
    }),
  },
);

/** What strangers do to a server, one after the other. */
export const processSteps: fc.Arbitrary<readonly ProcessStep[]> = fc.array(step, {
  minLength: 1,
  maxLength: 12,
});

/**
 * Leaves out what works as it should, and would end the trial or make it slow: wrong tokens, which
 * are answered later and later, and new keys.
 */
function harmless(lines: readonly Uint8Array[]): Uint8Array {
  return concat(
    lines.filter((line) => !/auth|exit|rotate_keys/.test(new TextDecoder().decode(line))),
  );
}

/** Likewise; too many logins would end the session of the one who asks whether all is well. */
function harmlessRequest(request: OddRequest): OddRequest {
  const { credential, body, method, target } = request;
  const isWrong = credential === "wrong bearer";
  const isLogin = method === "POST" && /^\/log/.test(target);
  return {
    ...request,
    credential: isWrong ? "none" : credential,
    body: body.replaceAll(/exit|rotate_keys/g, "help"),
    target: isLogin ? "/healthz" : target,
  };
}

/** A request as it goes over the wire. */
export function requestBytes(
  { request, edits }: Extract<ProcessStep, { type: "http" }>,
  { port, cookie }: { readonly port: number; readonly cookie: string },
): Uint8Array {
  const { method, target, hosts, origin, site, credential, contentType, others, body } = request;
  const own = `127.0.0.1:${port}`;
  const content = new TextEncoder().encode(body);
  const fields: [string, string | undefined][] = [
    ...hosts.map((host): [string, string] => ["Host", host.replace("47702", `${port}`)]),
    ["Origin", origin === "own" ? `http://${own}` : origin],
    ["Sec-Fetch-Site", site],
    ["Authorization", credential === "bearer" ? `Bearer ${CONTROL_TOKEN}` : undefined],
    ["Cookie", credential === "session" ? cookie : undefined],
    ["Content-Type", contentType],
    ["Content-Length", `${content.byteLength}`],
    ["Connection", "close"],
    ...Object.entries(others),
  ];
  const lines = fields.flatMap(([name, value]) => value === undefined ? [] : [`${name}: ${value}`]);
  const head = [`${method} ${target} HTTP/1.1`, ...lines, "", ""].join("\r\n");
  return editBytes(concat([new TextEncoder().encode(head), content]), edits);
}
