import { type i32, i32x4, type i8, i8x16, load, type u8, type usize, v128 } from "./assembly.ts";

const PADDING: u8 = 0x3d;
const LETTER_OF_ZERO: i8 = 0x41;

/**
 * Reads base64url, with all of its padding or none, and accepts nothing else, as `decodeBase64Url`
 * of this room does.
 *
 * @param text Where it begins; 16 bytes behind its end are overwritten.
 * @param length How long it is.
 * @param to Where the bytes go; up to 16 behind their end are overwritten.
 * @returns How many bytes they are, or -1 if the text is anything else.
 * @see RFC 4648, sections 3.5 and 5
 */
export function decodeBase64Url(text: usize, length: i32, to: usize): i32 {
  const characters = length - paddingLength(text, length);
  const rest = characters & 3;
  if (rest === 1) return -1;
  // Letters that stand for 0 fill the last vector up.
  v128.store(text + characters, i8x16.splat(LETTER_OF_ZERO));
  let wrong = i8x16.splat(0);
  for (let at = 0; at < characters; at += 16) {
    const sixteen = v128.load(text + at);
    const offsets = offsetsOf(sixteen);
    // No offset is 0: that of a character of another alphabet is.
    wrong = v128.or(wrong, i8x16.eq(offsets, i8x16.splat(0)));
    v128.store(to + at / 4 * 3, bytesOf(i8x16.add(sixteen, offsets)));
  }
  const bytes = (characters >> 2) * 3 + (rest === 0 ? 0 : rest - 1);
  // The zeros that were filled in leave what the last character set beyond the last byte.
  const spareBits: i32 = rest === 0 ? 0 : load<u8>(to + bytes);
  return v128.any_true(wrong) || spareBits !== 0 ? -1 : bytes;
}

/** Padding of a text whose length fits it; what is too much of it is left, to be refused. */
function paddingLength(text: usize, length: i32): i32 {
  if (length === 0 || (length & 3) !== 0 || load<u8>(text + length - 1) !== PADDING) return 0;
  return load<u8>(text + length - 2) === PADDING ? 2 : 1;
}

/** What is to be added to each of 16 characters to get its number. */
function offsetsOf(characters: v128): v128 {
  const capitals = offsetWithin(characters, 0x41, 26, -0x41);
  const letters = offsetWithin(characters, 0x61, 26, 26 - 0x61);
  const digits = offsetWithin(characters, 0x30, 10, 52 - 0x30);
  const hyphens = offsetWithin(characters, 0x2d, 1, 62 - 0x2d);
  const underscores = offsetWithin(characters, 0x5f, 1, 63 - 0x5f);
  return v128.or(v128.or(v128.or(capitals, letters), v128.or(digits, hyphens)), underscores);
}

/** `offset` where a character is one of `count` from `first` on, else 0. */
function offsetWithin(characters: v128, first: i8, count: i8, offset: i8): v128 {
  const isWithin = i8x16.lt_u(i8x16.sub(characters, i8x16.splat(first)), i8x16.splat(count));
  return v128.and(isWithin, i8x16.splat(offset));
}

/** Joins 16 numbers of 6 bits to 12 bytes; four more are 0. */
function bytesOf(numbers: v128): v128 {
  const first = i32x4.shl(v128.and(numbers, i32x4.splat(0x3f)), 18);
  const second = i32x4.shl(v128.and(numbers, i32x4.splat(0x3f00)), 4);
  const third = v128.and(i32x4.shr_u(numbers, 10), i32x4.splat(0xfc0));
  const fourth = i32x4.shr_u(numbers, 24);
  const words = v128.or(v128.or(first, second), v128.or(third, fourth));
  // deno-fmt-ignore
  return i8x16.shuffle(words, i8x16.splat(0),
    2, 1, 0, 6, 5, 4, 10, 9, 8, 14, 13, 12, 16, 16, 16, 16);
}
