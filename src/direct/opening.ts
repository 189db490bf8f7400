import { sha256 } from "../crypto/sha256.ts";
import type { Peer } from "./peer.ts";

/** How a body came: as a datagram of its own, or in fragments under a message id (PROTOCOL 2.1). */
export type Origin =
  | { readonly type: "datagram" }
  | { readonly type: "fragments"; readonly messageId: number };

/** A body on its way to become a message. */
export interface Opening {
  readonly peer: Peer;
  /** An owned copy. */
  readonly body: Uint8Array;
  readonly origin: Origin;
  /** SHA-256 of the first block, and of the whole body, in hexadecimal. */
  readonly blockDigest: string;
  readonly bodyDigest: string;
  /** Plaintexts of the blocks that are decrypted, in order. */
  readonly opened: Uint8Array[];
}

/**
 * Begins to open a body.
 *
 * @param peer Who sent it.
 * @param body At least one block long; taken over.
 * @param origin How it came.
 * @param modulusBytes Length of a block.
 */
export function beginOpening(
  peer: Peer,
  body: Uint8Array,
  origin: Origin,
  modulusBytes: number,
): Opening {
  const blockDigest = sha256(body.subarray(0, modulusBytes)).toHex();
  const bodyDigest = body.byteLength === modulusBytes ? blockDigest : sha256(body).toHex();
  return { peer, body, origin, blockDigest, bodyDigest, opened: [] };
}
