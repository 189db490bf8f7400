import { concat } from "@std/bytes";
import fc from "fast-check";
import type { Tlv } from "../../../src/wire/tlv.ts";
import { DEFAULT_TLV_TYPES, type TlvName } from "../../../src/wire/tlv_types.ts";
import { encodeU64 } from "../../../src/wire/u64.ts";

const U64_MAX = 2n ** 64n - 1n;

/** Numbers about the edges of replay windows, of numbers and of words. */
const EDGES = [
  ...[63n, 64n, 4_096n, 8_127n, 8_128n, 8_129n, 16_256n, 2n ** 32n - 1n, 2n ** 32n],
  ...[2n ** 53n - 1n, 2n ** 53n, 2n ** 53n + 1n, 2n ** 63n, U64_MAX - 1n, U64_MAX],
];

function atMost(number: bigint): bigint {
  return number > U64_MAX ? U64_MAX : number;
}

/** A number of 64 bits: small, at an edge, or any. */
export const u64: fc.Arbitrary<bigint> = fc.oneof(
  { weight: 4, arbitrary: fc.bigInt({ min: 0n, max: 20n }) },
  { weight: 3, arbitrary: fc.constantFrom(...EDGES) },
  { weight: 1, arbitrary: fc.bigInt({ min: 0n, max: U64_MAX }) },
);

/** A number of 32 bits. */
export const u32: fc.Arbitrary<number> = fc.oneof(
  { weight: 3, arbitrary: fc.nat({ max: 5 }) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(0xffff, 0x1_0000, 0x7fff_ffff, 0xffff_fffe, 0xffff_ffff),
  },
);

/** A number of 16 bits. */
export const u16: fc.Arbitrary<number> = fc.oneof(
  { weight: 3, arbitrary: fc.nat({ max: 5 }) },
  { weight: 1, arbitrary: fc.constantFrom(255, 256, 0x7fff, 0xfffe, 0xffff) },
);

/** A few bytes of any kind. */
export const anyBytes: fc.Arbitrary<Uint8Array> = fc.uint8Array({ maxLength: 40 });

const numbers = u64.map(encodeU64);
const pair = fc.tuple(u64, u64).map(([a, b]) => concat([encodeU64(a), encodeU64(b)]));
/** Ranges that are no nonsense, a few of numbers that were given. */
const ranges = fc.array(fc.tuple(fc.bigInt({ min: 1n, max: 20n }), u64), {
  minLength: 1,
  maxLength: 3,
}).map((them) =>
  concat(them.flatMap(([first, more]) => [first, atMost(first + more)].map(encodeU64)))
);
const text = fc.oneof(
  fc.constantFrom("ada", "bob", "mallory", "", "a\0b", "\u202e", "x".repeat(64), "x".repeat(65)),
  fc.string({ maxLength: 12, unit: "binary" }),
).map((it) => new TextEncoder().encode(it));
const bytesOf = (count: number) => fc.uint8Array({ minLength: count, maxLength: count });
const u32Bytes = u32.map((number) => encodeU64(BigInt(number)).slice(4));
const u16Bytes = u16.map((number) => encodeU64(BigInt(number)).slice(6));

function joined(...parts: readonly fc.Arbitrary<Uint8Array>[]): fc.Arbitrary<Uint8Array> {
  return fc.tuple(...parts).map((values) => concat(values));
}

/** Values that fit their types, as far as their length goes. */
const FITTING: { readonly [name in TlvName]?: fc.Arbitrary<Uint8Array> } = {
  MESSAGE: text,
  SENDER_ID: text,
  NOTIFY_CONNECT: text,
  NOTIFY_DISCONNECT: text,
  CLIENT_NAME: text,
  DISCONNECT: text,
  SERVER_NOTICE: text,
  AUTH_TOKEN: text,
  CLIENT_SEQUENCE: numbers,
  RELAY_SEQUENCE: numbers,
  KEEP_ALIVE_REPLY: numbers,
  REPLAY_FROM: numbers,
  ACK: pair,
  LOST: pair,
  NACK: fc.oneof(ranges, fc.array(pair, { minLength: 1, maxLength: 66 }).map(concat)),
  FIRST_SENT: joined(bytesOf(8), numbers),
  REPLAY: joined(fc.constantFrom(0, 1, 2, 3).map((kind) => Uint8Array.of(kind)), numbers),
  CLIENT_INSTANCE: bytesOf(16),
  CLIENT_HELLO: joined(fc.constantFrom(0, 1, 2).map((it) => Uint8Array.of(it)), u32Bytes),
  REGISTRATION_ACCEPTED: joined(bytesOf(8), u16Bytes, u16Bytes, u32Bytes, numbers),
  REGISTRATION_REJECTED: joined(fc.nat({ max: 9 }).map((it) => Uint8Array.of(it)), text),
  SERIES_ID: bytesOf(8),
  SESSION_ID: bytesOf(8),
  COOKIE: bytesOf(16),
  GROUP_KEY: joined(u32Bytes, bytesOf(32), fc.constant(new Uint8Array(6))),
  FRAGMENT_NACK: joined(u32Bytes, fc.array(u16Bytes, { maxLength: 9 }).map(concat)),
  FRAGMENT: joined(u32Bytes, u16Bytes, u16Bytes, anyBytes),
  GROUP_MESSAGE: joined(u32Bytes, anyBytes),
  GROUP_FRAGMENT: joined(u32Bytes, u32Bytes, u16Bytes, u16Bytes, anyBytes),
  KEEP_ALIVE: fc.constant(new Uint8Array()),
  UNKNOWN_SESSION: fc.constant(new Uint8Array()),
};

/** The number of a type that there is, or of one that there is not. */
export const tlvType: fc.Arbitrary<number> = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...Object.values(DEFAULT_TLV_TYPES)) },
  { weight: 1, arbitrary: fc.constantFrom(0, 0xff, 0x100, 0xffff) },
);

const fittingTlvs = Object.entries(FITTING).map(([name, values]) =>
  // Checked: the keys of the table are names of types.
  values.map((value): Tlv => ({ type: DEFAULT_TLV_TYPES[name as TlvName], value }))
);

/** A TLV that makes sense by itself, mostly. */
export const anyTlv: fc.Arbitrary<Tlv> = fc.oneof(
  { weight: 8, arbitrary: fc.oneof(...fittingTlvs) },
  { weight: 1, arbitrary: fc.record({ type: tlvType, value: anyBytes }) },
);

/** What clients say in tokens and relays don't. */
const CLIENT_NAMES = [
  ...["NACK", "NACK", "NACK", "FRAGMENT_NACK", "FRAGMENT_NACK", "KEEP_ALIVE", "MESSAGE"],
  ...["CLIENT_SEQUENCE", "FIRST_SENT", "REPLAY", "DISCONNECT", "CLIENT_HELLO", "CLIENT_NAME"],
] as const;

/** A TLV that a client may seal: one that only relays say has its whole token refused. */
export const clientTlv: fc.Arbitrary<Tlv> = fc.oneof(
  ...CLIENT_NAMES.map((name) =>
    (FITTING[name] ?? anyBytes).map((value): Tlv => ({ type: DEFAULT_TLV_TYPES[name], value }))
  ),
);
