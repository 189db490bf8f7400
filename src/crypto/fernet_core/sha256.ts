import { i32x4, i8x16, load, memory, rotr, store, type u32, type usize, v128 } from "./assembly.ts";
import { SCHEDULE } from "./layout.ts";

// deno-fmt-ignore
const ROUND_CONSTANTS: usize = memory.data<u32>([
  0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
  0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
  0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
  0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
  0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
  0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
  0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
  0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
], 16);

// deno-fmt-ignore
const INITIAL_STATE: usize = memory.data<u32>([
  0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
], 16);

/**
 * Begins a hash.
 *
 * @param state Where its 8 words go.
 */
export function beginHash(state: usize): void {
  memory.copy(state, INITIAL_STATE, 32);
}

/**
 * Takes whole blocks into a hash.
 *
 * @param state Its 8 words, changed in place.
 * @param from Where the blocks begin.
 * @param end Where they end, a multiple of 64 bytes further.
 * @see FIPS 180-4, section 6.2.2
 */
export function hashBlocks(state: usize, from: usize, end: usize): void {
  for (let block = from; block < end; block += 64) hashBlock(state, block);
}

function hashBlock(state: usize, block: usize): void {
  let a = load<u32>(state, 0), b = load<u32>(state, 4);
  let c = load<u32>(state, 8), d = load<u32>(state, 12);
  let e = load<u32>(state, 16), f = load<u32>(state, 20);
  let g = load<u32>(state, 24), h = load<u32>(state, 28);
  let w0 = bigEndianWords(v128.load(block, 0)), w1 = bigEndianWords(v128.load(block, 16));
  let w2 = bigEndianWords(v128.load(block, 32)), w3 = bigEndianWords(v128.load(block, 48));
  putWords(0, w0);
  putWords(16, w1);
  putWords(32, w2);
  putWords(48, w3);
  // Eight rounds bring each variable back to its own name. The words of 16 rounds ahead are made in
  // between, by vector units that have nothing else to do: that takes a seventh off the time.
  for (let at: usize = 0; at < 256; at += 32) {
    if (at < 192) {
      const next0 = nextWords(w0, w1, w2, w3), next1 = nextWords(w1, w2, w3, next0);
      putWords(at + 64, next0);
      putWords(at + 80, next1);
      w0 = w2;
      w1 = w3;
      w2 = next0;
      w3 = next1;
    }
    let t = firstSum(e, f, g, h, at);
    d += t;
    h = t + secondSum(a, b, c);
    t = firstSum(d, e, f, g, at + 4);
    c += t;
    g = t + secondSum(h, a, b);
    t = firstSum(c, d, e, f, at + 8);
    b += t;
    f = t + secondSum(g, h, a);
    t = firstSum(b, c, d, e, at + 12);
    a += t;
    e = t + secondSum(f, g, h);
    t = firstSum(a, b, c, d, at + 16);
    h += t;
    d = t + secondSum(e, f, g);
    t = firstSum(h, a, b, c, at + 20);
    g += t;
    c = t + secondSum(d, e, f);
    t = firstSum(g, h, a, b, at + 24);
    f += t;
    b = t + secondSum(c, d, e);
    t = firstSum(f, g, h, a, at + 28);
    e += t;
    a = t + secondSum(b, c, d);
  }
  addWord(state, a);
  addWord(state + 4, b);
  addWord(state + 8, c);
  addWord(state + 12, d);
  addWord(state + 16, e);
  addWord(state + 20, f);
  addWord(state + 24, g);
  addWord(state + 28, h);
}

function addWord(address: usize, word: u32): void {
  store<u32>(address, load<u32>(address) + word);
}

/** T1 of FIPS 180-4; Ch and the sums are written with fewer operations than there. */
function firstSum(e: u32, f: u32, g: u32, h: u32, at: usize): u32 {
  const sum = rotr<u32>(e, 6) ^ rotr<u32>(e, 11) ^ rotr<u32>(e, 25);
  return h + load<u32>(SCHEDULE + at) + (g ^ (e & (f ^ g))) + sum;
}

/** T2. */
function secondSum(a: u32, b: u32, c: u32): u32 {
  const sum = rotr<u32>(a, 2) ^ rotr<u32>(a, 13) ^ rotr<u32>(a, 22);
  return sum + ((a & b) | (c & (a | b)));
}

function putWords(at: usize, words: v128): void {
  v128.store(SCHEDULE + at, i32x4.add(words, v128.load(ROUND_CONSTANTS + at)));
}

/** Four words of the message schedule, of the sixteen before them. */
function nextWords(w0: v128, w1: v128, w2: v128, w3: v128): v128 {
  const sum = i32x4.add(
    i32x4.add(w0, smallSigma0(i32x4.shuffle(w0, w1, 1, 2, 3, 4))),
    i32x4.shuffle(w2, w3, 1, 2, 3, 4),
  );
  // The last two of the four need the first two.
  const zero = i32x4.splat(0);
  const low = i32x4.add(sum, smallSigma1(i32x4.shuffle(w3, zero, 2, 3, 4, 4)));
  return i32x4.add(low, smallSigma1(i32x4.shuffle(low, zero, 4, 4, 0, 1)));
}

function smallSigma0(x: v128): v128 {
  const first = v128.xor(i32x4.shr_u(x, 7), i32x4.shl(x, 25));
  const second = v128.xor(i32x4.shr_u(x, 18), i32x4.shl(x, 14));
  return v128.xor(v128.xor(first, second), i32x4.shr_u(x, 3));
}

function smallSigma1(x: v128): v128 {
  const first = v128.xor(i32x4.shr_u(x, 17), i32x4.shl(x, 15));
  const second = v128.xor(i32x4.shr_u(x, 19), i32x4.shl(x, 13));
  return v128.xor(v128.xor(first, second), i32x4.shr_u(x, 10));
}

/** Turns each of four words around; the memory is little-endian. */
export function bigEndianWords(words: v128): v128 {
  return i8x16.shuffle(words, words, 3, 2, 1, 0, 7, 6, 5, 4, 11, 10, 9, 8, 15, 14, 13, 12);
}
