import { decodeU64, encodeU64 } from "./u64.ts";

const VALUE_BYTES = 1 + 8;

/** What a client wants to hear of what was said before it registered. */
export type Replay =
  /** The last messages, so many. */
  | { readonly kind: "count"; readonly messages: bigint }
  /** The messages of the last seconds. */
  | { readonly kind: "age"; readonly seconds: bigint };

const KIND_NUMBERS = { count: 1, age: 2 } as const;

/**
 * Encodes the value of REPLAY.
 *
 * @param replay How far back; u64.
 * @returns 9 bytes, owned by the caller.
 * @see docs/HISTORY.md
 */
export function encodeReplay(replay: Replay): Uint8Array {
  const bytes = new Uint8Array(VALUE_BYTES);
  bytes[0] = KIND_NUMBERS[replay.kind];
  bytes.set(encodeU64(replay.kind === "count" ? replay.messages : replay.seconds), 1);
  return bytes;
}

/**
 * Decodes the value of REPLAY.
 *
 * @param value The value of a TLV.
 * @returns How far back, or `undefined` when `value` is not exactly 9 bytes long or of another kind.
 */
export function decodeReplay(value: Uint8Array): Replay | undefined {
  if (value.byteLength !== VALUE_BYTES) return undefined;
  const amount = decodeU64(value.subarray(1));
  if (amount === undefined) return undefined;
  if (value[0] === KIND_NUMBERS.count) return { kind: "count", messages: amount };
  if (value[0] === KIND_NUMBERS.age) return { kind: "age", seconds: amount };
  return undefined;
}
