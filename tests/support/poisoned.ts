import { assert, assertEquals } from "@std/assert";
import { type Outcome, outcomeOf } from "./assert_code.ts";

const MARGIN_BYTES = 64;

/**
 * Puts bytes into the middle of a larger buffer.
 *
 * @param bytes What a parser is to read.
 * @param poison The byte that stands all around.
 * @returns A view of the middle, as a datagram is a view of the receive buffer.
 */
export function amidPoison(bytes: Uint8Array, poison: number): Uint8Array<ArrayBuffer> {
  const buffer = new Uint8Array(bytes.byteLength + 2 * MARGIN_BYTES).fill(poison);
  buffer.set(bytes, MARGIN_BYTES);
  return buffer.subarray(MARGIN_BYTES, MARGIN_BYTES + bytes.byteLength);
}

/**
 * Decodes bytes and asserts that nothing but them was read, nothing was written, and that a failure
 * is the one that the decoder is known for.
 *
 * @param bytes Any bytes.
 * @param decode The decoder.
 * @param code The only code that it may fail with.
 * @returns What became of it.
 */
export function decodeAmidPoison<T>(
  bytes: Uint8Array,
  decode: (bytes: Uint8Array) => T,
  code: string,
): Outcome<T> {
  const [among00, amongFf] = [0x00, 0xff].map((poison) => {
    const input = amidPoison(bytes, poison);
    const outcome = outcomeOf(() => decode(input), code);
    assertEquals(new Uint8Array(input.buffer), around(bytes, poison), "the input was written to");
    return outcome;
  });
  assert(among00 !== undefined && amongFf !== undefined);
  assertEquals(among00, amongFf, "the result depends on what stands around the input");
  return among00;
}

/**
 * Asserts that a view of a buffer lies within another view of it.
 *
 * @param part What a decoder gave.
 * @param whole What it was given.
 */
export function assertViewWithin(part: Uint8Array, whole: Uint8Array): void {
  assertEquals(part.buffer === whole.buffer, true, "not a view of the input");
  assert(part.byteOffset >= whole.byteOffset, "begins before the input");
  const end = whole.byteOffset + whole.byteLength;
  assert(part.byteOffset + part.byteLength <= end, "ends behind the input");
}

function around(bytes: Uint8Array, poison: number): Uint8Array {
  return new Uint8Array(amidPoison(bytes, poison).buffer);
}
