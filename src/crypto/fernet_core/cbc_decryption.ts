import { i8x16, type usize, v128 } from "./assembly.ts";
import {
  INVERSE,
  INVERSE_A,
  INVERSE_INPUT,
  RESTORED,
  RESTORED_11,
  RESTORED_13,
  RESTORED_14,
  RESTORED_9,
} from "./aes_tables.ts";
import { DECRYPTION_ROUND_KEYS } from "./layout.ts";
import { highNibbles, invertHalf, lookUp, lowNibbles, mapBytes } from "./nibble_inversion.ts";

/**
 * Decrypts whole blocks in CBC mode under the prepared key.
 *
 * @param from Where the ciphertext begins, and `end` where it ends; the IV stands right before it.
 * @param to Where the plaintext goes.
 * @see FIPS 197, section 5.3.5 (equivalent inverse cipher); NIST SP 800-38A, section 6.2
 */
export function decryptCbc(from: usize, end: usize, to: usize): void {
  for (; from < end; from += 16, to += 16) {
    v128.store(to, v128.xor(decryptBlock(v128.load(from)), v128.load(from - 16)));
  }
}

function decryptBlock(block: v128): v128 {
  const inverse = v128.load(INVERSE), inverseA = v128.load(INVERSE_A);
  const input = mapBytes(v128.load(INVERSE_INPUT), v128.load(INVERSE_INPUT, 16), block);
  let state = v128.xor(input, v128.load(DECRYPTION_ROUND_KEYS));
  for (let key: usize = DECRYPTION_ROUND_KEYS + 16;; key += 16) {
    const k = lowNibbles(state), i = highNibbles(state), j = v128.xor(i, k);
    const a = lookUp(inverseA, k);
    const first = invertHalf(inverse, a, i, j), second = invertHalf(inverse, a, j, i);
    if (key === DECRYPTION_ROUND_KEYS + 160) {
      state = restored(RESTORED, first, second);
      break;
    }
    state = v128.load(key);
    state = v128.xor(state, shiftRowsBack(restored(RESTORED_14, first, second)));
    state = v128.xor(state, shiftRowsBack1(restored(RESTORED_11, first, second)));
    state = v128.xor(state, shiftRowsBack2(restored(RESTORED_13, first, second)));
    state = v128.xor(state, shiftRowsBack3(restored(RESTORED_9, first, second)));
  }
  return v128.xor(shiftRowsBack(state), v128.load(DECRYPTION_ROUND_KEYS, 160));
}

function restored(tables: usize, first: v128, second: v128): v128 {
  return v128.xor(lookUp(v128.load(tables), first), lookUp(v128.load(tables, 16), second));
}

/** InvShiftRows; those with a number put that many rows below in each row's place, too. */
function shiftRowsBack(x: v128): v128 {
  return i8x16.shuffle(x, x, 0, 13, 10, 7, 4, 1, 14, 11, 8, 5, 2, 15, 12, 9, 6, 3);
}

function shiftRowsBack1(x: v128): v128 {
  return i8x16.shuffle(x, x, 13, 10, 7, 0, 1, 14, 11, 4, 5, 2, 15, 8, 9, 6, 3, 12);
}

function shiftRowsBack2(x: v128): v128 {
  return i8x16.shuffle(x, x, 10, 7, 0, 13, 14, 11, 4, 1, 2, 15, 8, 5, 6, 3, 12, 9);
}

function shiftRowsBack3(x: v128): v128 {
  return i8x16.shuffle(x, x, 7, 0, 13, 10, 11, 4, 1, 14, 15, 8, 5, 2, 3, 12, 9, 6);
}
