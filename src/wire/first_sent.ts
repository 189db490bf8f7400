import { SESSION_ID_BYTES } from "./registration_accepted.ts";
import { decodeU64, writeU64 } from "./u64.ts";

const VALUE_BYTES = SESSION_ID_BYTES + 8;

/** Under what a message was sent for the first time, when it is sent again in a later session. */
export interface FirstSent {
  /** That session's id, 16 hexadecimal digits. */
  readonly sessionId: string;
  /** Its CLIENT_SEQUENCE there, u64. */
  readonly clientSequence: bigint;
}

/**
 * Encodes the value of FIRST_SENT.
 *
 * @param first The session, and the number in it.
 * @returns 16 bytes, owned by the caller.
 * @see docs/HISTORY.md
 */
export function encodeFirstSent({ sessionId, clientSequence }: FirstSent): Uint8Array {
  const bytes = new Uint8Array(VALUE_BYTES);
  bytes.set(Uint8Array.fromHex(sessionId));
  writeU64(bytes, SESSION_ID_BYTES, clientSequence);
  return bytes;
}

/**
 * Decodes the value of FIRST_SENT.
 *
 * @param value The value of a TLV.
 * @returns Session and number, or `undefined` when `value` is not exactly 16 bytes long.
 */
export function decodeFirstSent(value: Uint8Array): FirstSent | undefined {
  if (value.byteLength !== VALUE_BYTES) return undefined;
  const clientSequence = decodeU64(value.subarray(SESSION_ID_BYTES));
  if (clientSequence === undefined) return undefined;
  return { sessionId: value.subarray(0, SESSION_ID_BYTES).toHex(), clientSequence };
}
