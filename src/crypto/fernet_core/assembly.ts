/**
 * The names of AssemblyScript that the core uses, as TypeScript knows them: for the type check and
 * the linter alone. The compiler has its own; the build script takes the import of this file away.
 *
 * @see https://www.assemblyscript.org/stdlib/globals.html
 */

/** A 32-bit integer with sign. */
export type i32 = number;

/** A 32-bit integer without sign. */
export type u32 = number;

/** A byte with sign. */
export type i8 = number;

/** A byte. */
export type u8 = number;

/** An address in the memory. */
export type usize = number;

/** 16 bytes in a register. */
export interface v128 {
  readonly brand: "v128";
}

/** Reads a value at `address + offset`. */
export declare function load<T>(address: usize, offset?: usize): T;

/** Writes a value at `address + offset`. */
export declare function store<T>(address: usize, value: T, offset?: usize): void;

/** Rotates to the right. */
export declare function rotr<T>(value: T, bits: T): T;

/** Turns the order of bytes around. */
export declare function bswap<T>(value: T): T;

export declare const memory: {
  /** Gives the address of bytes that are in the memory from the start; so does a bare length. */
  data<T>(values: T[], align?: i32): usize;
  fill(address: usize, value: u8, bytes: usize): void;
  copy(to: usize, from: usize, bytes: usize): void;
};

export declare const v128: {
  load(address: usize, offset?: usize): v128;
  store(address: usize, value: v128, offset?: usize): void;
  and(a: v128, b: v128): v128;
  or(a: v128, b: v128): v128;
  xor(a: v128, b: v128): v128;
  andnot(a: v128, b: v128): v128;
  any_true(value: v128): boolean;
};

type Lane = number;

export declare const i8x16: {
  splat(value: number): v128;
  add(a: v128, b: v128): v128;
  sub(a: v128, b: v128): v128;
  sub_sat_u(a: v128, b: v128): v128;
  shr_s(value: v128, bits: i32): v128;
  shr_u(value: v128, bits: i32): v128;
  lt_u(a: v128, b: v128): v128;
  eq(a: v128, b: v128): v128;
  /** Picks bytes of `values`; any index with its top bit set picks 0, and 16 to 127 must not be. */
  relaxed_swizzle(values: v128, indices: v128): v128;
  // deno-fmt-ignore
  shuffle(
    a: v128, b: v128,
    l0: Lane, l1: Lane, l2: Lane, l3: Lane, l4: Lane, l5: Lane, l6: Lane, l7: Lane,
    l8: Lane, l9: Lane, l10: Lane, l11: Lane, l12: Lane, l13: Lane, l14: Lane, l15: Lane,
  ): v128;
};

export declare const i32x4: {
  splat(value: number): v128;
  add(a: v128, b: v128): v128;
  shl(value: v128, bits: i32): v128;
  shr_u(value: v128, bits: i32): v128;
  shuffle(a: v128, b: v128, l0: Lane, l1: Lane, l2: Lane, l3: Lane): v128;
};
