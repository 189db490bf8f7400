import {
  bswap,
  type i32,
  type i8,
  i8x16,
  memory,
  store,
  type u32,
  type u8,
  type usize,
  v128,
} from "./assembly.ts";
import { BLOCK, INNER_STATE, OUTER_STATE, STATE } from "./layout.ts";
import { beginHash, bigEndianWords, hashBlocks } from "./sha256.ts";

/** Bits of an outer hash: the padded key and the inner digest. */
const OUTER_BITS: u32 = (64 + 32) * 8;

/**
 * Hashes the two padded keys, so that no HMAC has to.
 *
 * @param key Where a key of 16 bytes stands.
 * @see RFC 2104, section 4
 */
export function prepareHmac(key: usize): void {
  hashPaddedKey(INNER_STATE, key, 0x36);
  hashPaddedKey(OUTER_STATE, key, 0x5c);
}

function hashPaddedKey(state: usize, key: usize, pad: i8): void {
  const pads = i8x16.splat(pad);
  v128.store(BLOCK, v128.xor(v128.load(key), pads));
  v128.store(BLOCK, pads, 16);
  v128.store(BLOCK, pads, 32);
  v128.store(BLOCK, pads, 48);
  beginHash(state);
  hashBlocks(state, BLOCK, BLOCK + 64);
}

/**
 * Authenticates bytes under the prepared key and writes the HMAC right behind them.
 *
 * @param from Where they begin; 128 bytes behind their end are overwritten.
 * @param bytes How many they are.
 * @see RFC 2104; FIPS 180-4, section 5.1.1
 */
export function appendHmac(from: usize, bytes: i32): void {
  const end = from + bytes;
  const hashEnd = from + ((bytes + 9 + 63) & ~63);
  memory.fill(end, 0, 128);
  store<u8>(end, 0x80);
  store<u32>(hashEnd - 4, bswap<u32>((64 + bytes) * 8));
  memory.copy(STATE, INNER_STATE, 32);
  hashBlocks(STATE, from, hashEnd);
  v128.store(BLOCK, bigEndianWords(v128.load(STATE)));
  v128.store(BLOCK, bigEndianWords(v128.load(STATE, 16)), 16);
  memory.fill(BLOCK + 32, 0, 32);
  store<u8>(BLOCK, 0x80, 32);
  store<u32>(BLOCK, bswap<u32>(OUTER_BITS), 60);
  memory.copy(STATE, OUTER_STATE, 32);
  hashBlocks(STATE, BLOCK, BLOCK + 64);
  v128.store(end, bigEndianWords(v128.load(STATE)));
  v128.store(end, bigEndianWords(v128.load(STATE, 16)), 16);
}
