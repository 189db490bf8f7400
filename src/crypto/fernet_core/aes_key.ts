import { type i32, i32x4, type i8, i8x16, type usize, v128 } from "./assembly.ts";
import { INPUT, INVERSE, INVERSE_A, INVERSE_INPUT, SUBSTITUTED } from "./aes_tables.ts";
import { DECRYPTION_ROUND_KEYS, ENCRYPTION_ROUND_KEYS } from "./layout.ts";
import { highNibbles, invertHalf, lookUp, lowNibbles, mapBytes } from "./nibble_inversion.ts";

/** What the S-box adds; the tables leave it out, so that it goes into the round keys. */
const AFFINE: i8 = 0x63;

/**
 * Makes the round keys for both directions, each in the basis in which it is added.
 *
 * @param key Where a key of 16 bytes stands.
 * @see FIPS 197, sections 5.2 and 5.3.5
 */
export function prepareAes(key: usize): void {
  let roundKey = v128.load(key);
  v128.store(ENCRYPTION_ROUND_KEYS, mapped(INPUT, roundKey));
  v128.store(DECRYPTION_ROUND_KEYS, roundKey, 160);
  let roundConstant: i32 = 1;
  for (let at: usize = 16; at < 160; at += 16) {
    roundKey = nextRoundKey(roundKey, roundConstant);
    const unmixed = withoutAffine(inverseMixColumns(roundKey));
    v128.store(ENCRYPTION_ROUND_KEYS + at, mapped(INPUT, withoutAffine(roundKey)));
    v128.store(DECRYPTION_ROUND_KEYS + 160 - at, mapped(INVERSE_INPUT, unmixed));
    // Times 2 in GF(2^8); only the last two of ten constants are reduced.
    roundConstant = roundConstant === 0x80 ? 0x1b : roundConstant << 1;
  }
  roundKey = withoutAffine(nextRoundKey(roundKey, roundConstant));
  v128.store(ENCRYPTION_ROUND_KEYS, roundKey, 160);
  v128.store(DECRYPTION_ROUND_KEYS, mapped(INVERSE_INPUT, roundKey));
}

function nextRoundKey(key: v128, roundConstant: i32): v128 {
  const zero = i32x4.splat(0);
  const last = i32x4.shuffle(key, key, 3, 3, 3, 3);
  const rotated = v128.or(i32x4.shr_u(last, 8), i32x4.shl(last, 24));
  const added = v128.xor(substituted(rotated), i32x4.splat(roundConstant));
  // Each word is the sum of the words up to it: two steps add them all.
  let sums = v128.xor(key, i32x4.shuffle(zero, key, 0, 4, 5, 6));
  sums = v128.xor(sums, i32x4.shuffle(zero, sums, 0, 1, 4, 5));
  return v128.xor(sums, added);
}

function substituted(bytes: v128): v128 {
  const state = mapped(INPUT, bytes);
  const k = lowNibbles(state), i = highNibbles(state), j = v128.xor(i, k);
  const inverse = v128.load(INVERSE), a = lookUp(v128.load(INVERSE_A), k);
  const first = lookUp(v128.load(SUBSTITUTED), invertHalf(inverse, a, i, j));
  const second = lookUp(v128.load(SUBSTITUTED, 16), invertHalf(inverse, a, j, i));
  return withoutAffine(v128.xor(first, second));
}

/** Adds or takes away 0x63, which is the same. */
function withoutAffine(bytes: v128): v128 {
  return v128.xor(bytes, i8x16.splat(AFFINE));
}

function mapped(tables: usize, bytes: v128): v128 {
  return mapBytes(v128.load(tables), v128.load(tables, 16), bytes);
}

/** FIPS 197, section 5.3.3, as MixColumns after a step that adds four times what is two rows away. */
function inverseMixColumns(x: v128): v128 {
  const far = i8x16.shuffle(x, x, 2, 3, 0, 1, 6, 7, 4, 5, 10, 11, 8, 9, 14, 15, 12, 13);
  const y = v128.xor(x, doubled(doubled(v128.xor(x, far))));
  const next = i8x16.shuffle(y, y, 1, 2, 3, 0, 5, 6, 7, 4, 9, 10, 11, 8, 13, 14, 15, 12);
  const sum = v128.xor(y, next);
  const sumFar = i8x16.shuffle(sum, sum, 2, 3, 0, 1, 6, 7, 4, 5, 10, 11, 8, 9, 14, 15, 12, 13);
  return v128.xor(v128.xor(doubled(sum), next), sumFar);
}

/** Times 2 in GF(2^8). */
function doubled(x: v128): v128 {
  const overflow = v128.and(i8x16.shr_s(x, 7), i8x16.splat(0x1b));
  return v128.xor(i8x16.add(x, x), overflow);
}
