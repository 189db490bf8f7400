import { i32x4, i8x16, v128 } from "./assembly.ts";

/*
 * AES without a table in memory that a secret could index: M. Hamburg, "Accelerating AES with Vector
 * Permute Instructions" (CHES 2009). The 16 bytes of the state are kept in another basis of GF(2^8),
 * as two nibbles over GF(2^4). There the inversion, heart of the S-box, takes a few lookups in tables
 * of 16 bytes, and a whole table is in a register: looking up is shuffling its bytes.
 */

/**
 * Looks 16 nibbles up in a table of 16 bytes.
 *
 * @param nibbles 0 to 15; any with bit 7 set, infinity, gives 0.
 */
export function lookUp(table: v128, nibbles: v128): v128 {
  // Indices of 16 to 127 do not occur, so that the relaxed form means the same everywhere, and
  // saves an instruction each time.
  return i8x16.relaxed_swizzle(table, nibbles);
}

/** The low nibble of each byte. */
export function lowNibbles(bytes: v128): v128 {
  return v128.and(bytes, i8x16.splat(0x0f));
}

/** The high nibble of each byte. */
export function highNibbles(bytes: v128): v128 {
  return i32x4.shr_u(v128.andnot(bytes, i8x16.splat(0x0f)), 4);
}

/**
 * Makes one half of the inverse of (x, y), where x is the high nibble and y the sum of both for the
 * first half, and the other way round for the second.
 *
 * @param inverse The table of inverses.
 * @param a a/k, k being the low nibble.
 */
export function invertHalf(inverse: v128, a: v128, x: v128, y: v128): v128 {
  return v128.xor(lookUp(inverse, v128.xor(lookUp(inverse, x), a)), y);
}

/** Maps bytes by a pair of tables, low nibbles by the first, high ones by the second. */
export function mapBytes(first: v128, second: v128, bytes: v128): v128 {
  return v128.xor(lookUp(first, lowNibbles(bytes)), lookUp(second, highNibbles(bytes)));
}
