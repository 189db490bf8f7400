import { i8x16, type usize, v128 } from "./assembly.ts";
import {
  INPUT,
  INVERSE,
  INVERSE_A,
  SUBSTITUTED,
  SUBSTITUTED_1,
  SUBSTITUTED_2,
} from "./aes_tables.ts";
import { ENCRYPTION_ROUND_KEYS } from "./layout.ts";
import { highNibbles, invertHalf, lookUp, lowNibbles, mapBytes } from "./nibble_inversion.ts";

/**
 * Encrypts whole blocks in CBC mode under the prepared key.
 *
 * @param from Where the plaintext begins, and `end` where it ends.
 * @param to Where the ciphertext goes; the IV is expected right before it.
 * @see FIPS 197; NIST SP 800-38A, section 6.2
 */
export function encryptCbc(from: usize, end: usize, to: usize): void {
  const inverse = v128.load(INVERSE), inverseA = v128.load(INVERSE_A);
  const inputLow = v128.load(INPUT), inputHigh = v128.load(INPUT, 16);
  const once = v128.load(SUBSTITUTED_1), onceToo = v128.load(SUBSTITUTED_1, 16);
  const twice = v128.load(SUBSTITUTED_2), twiceToo = v128.load(SUBSTITUTED_2, 16);
  const last = v128.load(SUBSTITUTED), lastToo = v128.load(SUBSTITUTED, 16);
  let chain = v128.load(to - 16);
  for (; from < end; from += 16, to += 16) {
    const block = mapBytes(inputLow, inputHigh, v128.xor(chain, v128.load(from)));
    let state = v128.xor(block, v128.load(ENCRYPTION_ROUND_KEYS));
    for (let key: usize = ENCRYPTION_ROUND_KEYS + 16;; key += 16) {
      const k = lowNibbles(state), i = highNibbles(state), j = v128.xor(i, k);
      const a = lookUp(inverseA, k);
      const first = invertHalf(inverse, a, i, j), second = invertHalf(inverse, a, j, i);
      if (key === ENCRYPTION_ROUND_KEYS + 160) {
        state = v128.xor(lookUp(last, first), lookUp(lastToo, second));
        break;
      }
      const one = v128.xor(lookUp(once, first), lookUp(onceToo, second));
      const two = v128.xor(lookUp(twice, first), lookUp(twiceToo, second));
      state = v128.xor(mixColumns(one, two), v128.load(key));
    }
    chain = v128.xor(shiftRows(state), v128.load(ENCRYPTION_ROUND_KEYS, 160));
    v128.store(to, chain);
  }
}

function shiftRows(x: v128): v128 {
  return i8x16.shuffle(x, x, 0, 5, 10, 15, 4, 9, 14, 3, 8, 13, 2, 7, 12, 1, 6, 11);
}

/** MixColumns of ShiftRows, given the bytes times 1 and times 2. */
function mixColumns(one: v128, two: v128): v128 {
  const next = i8x16.shuffle(one, one, 5, 10, 15, 0, 9, 14, 3, 4, 13, 2, 7, 8, 1, 6, 11, 12);
  const before = i8x16.shuffle(one, one, 15, 0, 5, 10, 3, 4, 9, 14, 7, 8, 13, 2, 11, 12, 1, 6);
  const sum = v128.xor(shiftRows(two), next);
  return v128.xor(v128.xor(sum, before), rotateColumns(sum));
}

/** Puts the row below in each row's place. */
function rotateColumns(x: v128): v128 {
  return i8x16.shuffle(x, x, 1, 2, 3, 0, 5, 6, 7, 4, 9, 10, 11, 8, 13, 14, 15, 12);
}
