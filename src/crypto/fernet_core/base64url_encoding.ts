import { type i32, i32x4, i8x16, memory, store, type u8, type usize, v128 } from "./assembly.ts";
import { lookUp } from "./nibble_inversion.ts";

const PADDING = 0x3d;

/** What is added to a number of 6 bits: 26 to 51, then ten digits, 62, 63, and 0 to 25. */
// deno-fmt-ignore
const CHARACTER_OFFSETS: usize = memory.data<u8>([
  71, 252, 252, 252, 252, 252, 252, 252, 252, 252, 252, 239, 32, 65, 0, 0,
], 16);

/**
 * Writes bytes as base64url with padding.
 *
 * @param from Where they begin; 12 bytes behind their end are overwritten.
 * @param bytes How many they are.
 * @param to Where the text goes; 16 bytes behind its end are overwritten.
 * @returns Length of the text.
 * @see RFC 4648, section 5
 */
export function encodeBase64Url(from: usize, bytes: i32, to: usize): i32 {
  const end = from + bytes;
  v128.store(end, i8x16.splat(0));
  for (let text = to; from < end; from += 12, text += 16) {
    v128.store(text, characters(sextets(v128.load(from))));
  }
  const length = (bytes + 2) / 3 * 4;
  const missing = length / 4 * 3 - bytes;
  if (missing > 0) store<u8>(to + length - 1, PADDING);
  if (missing > 1) store<u8>(to + length - 2, PADDING);
  return length;
}

/** Cuts 12 bytes into 16 numbers of 6 bits. */
function sextets(bytes: v128): v128 {
  // Each three bytes become a word, its highest byte empty.
  // deno-fmt-ignore
  const words = i8x16.shuffle(bytes, i8x16.splat(0),
    2, 1, 0, 16, 5, 4, 3, 16, 8, 7, 6, 16, 11, 10, 9, 16);
  const first = v128.and(i32x4.shr_u(words, 18), i32x4.splat(0x3f));
  const second = v128.and(i32x4.shr_u(words, 4), i32x4.splat(0x3f00));
  const third = v128.and(i32x4.shl(words, 10), i32x4.splat(0x3f0000));
  const fourth = v128.and(i32x4.shl(words, 24), i32x4.splat(0x3f000000));
  return v128.or(v128.or(first, second), v128.or(third, fourth));
}

/** The characters of 16 numbers of 6 bits. */
function characters(numbers: v128): v128 {
  const beyondLetters = i8x16.sub_sat_u(numbers, i8x16.splat(51));
  const capital = v128.and(i8x16.lt_u(numbers, i8x16.splat(26)), i8x16.splat(13));
  const kind = v128.or(beyondLetters, capital);
  return i8x16.add(numbers, lookUp(v128.load(CHARACTER_OFFSETS), kind));
}
