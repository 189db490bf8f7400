import { assertEquals, assertInstanceOf, assertStrictEquals, assertThrows } from "@std/assert";
import {
  decodeTlvs,
  encodeTlvs,
  findTlv,
  MAX_TLV_VALUE_BYTES,
  type Tlv,
  TLV_HEADER_BYTES,
  TlvTruncatedError,
} from "../../src/wire/tlv.ts";
import { assertThrowsWithCode } from "../support/assert_code.ts";
import { assertViewWithin, decodeAmidPoison } from "../support/poisoned.ts";
import { assertSameBytes, assertSameMessages } from "../support/same_bytes.ts";

const longest = new Uint8Array(MAX_TLV_VALUE_BYTES).fill(7);

const same: { name: string; tlvs: Tlv[]; bytes: number[] }[] = [
  { name: "no TLV as no bytes", tlvs: [], bytes: [] },
  { name: "an empty value", tlvs: [tlv(6)], bytes: [0, 6, 0, 0] },
  { name: "type and length big-endian", tlvs: [tlv(0x0102, 9)], bytes: [1, 2, 0, 1, 9] },
  { name: "the lowest type", tlvs: [tlv(0, 1)], bytes: [0, 0, 0, 1, 1] },
  { name: "the highest type", tlvs: [tlv(0xffff, 1)], bytes: [0xff, 0xff, 0, 1, 1] },
  {
    name: "several, one after the other",
    tlvs: [tlv(1, 5, 6), tlv(2), tlv(1, 7)],
    bytes: [0, 1, 0, 2, 5, 6, 0, 2, 0, 0, 0, 1, 0, 1, 7],
  },
  {
    name: "the longest value",
    tlvs: [{ type: 0x0101, value: longest }],
    bytes: [1, 1, 0xff, 0xff, ...longest],
  },
];
for (const { name, tlvs, bytes } of same) {
  Deno.test(`encodeTlvs() writes ${name}`, () => {
    assertSameBytes(encodeTlvs(tlvs), Uint8Array.from(bytes));
  });
  Deno.test(`decodeTlvs() reads ${name}`, () => {
    const decoded = decodeTlvs(Uint8Array.from(bytes));
    assertEquals(decoded.map(({ type }) => type), tlvs.map(({ type }) => type));
    assertSameMessages(decoded.map(({ value }) => value), tlvs.map(({ value }) => value));
  });
}

const truncated: { name: string; bytes: number[]; want: number; got: number }[] = [
  { name: "one byte of a header", bytes: [0], want: 4, got: 1 },
  { name: "a header that lacks its last byte", bytes: [0, 6, 0], want: 4, got: 3 },
  { name: "a length one past the end", bytes: [0, 1, 0, 3, 1, 2], want: 7, got: 6 },
  { name: "the longest length without a value", bytes: [0, 1, 0xff, 0xff], want: 65_539, got: 4 },
  { name: "a byte left over", bytes: [0, 1, 0, 1, 9, 0], want: 4, got: 1 },
  { name: "zero padding shorter than a header", bytes: [0, 6, 0, 0, 0, 0, 0], want: 4, got: 3 },
  { name: "a second TLV past the end", bytes: [0, 6, 0, 0, 0, 1, 0, 2, 1], want: 6, got: 5 },
];
for (const { name, bytes, want, got } of truncated) {
  Deno.test(`decodeTlvs() rejects ${name}`, () => {
    const decode = () => decodeTlvs(Uint8Array.from(bytes));
    const error = assertThrowsWithCode(decode, "TLV_TRUNCATED");
    assertInstanceOf(error, TlvTruncatedError);
    assertEquals([error.wantBytes, error.gotBytes], [want, got]);
  });
  Deno.test(`decodeTlvs() never reads the bytes behind ${name}`, () => {
    decodeAmidPoison(Uint8Array.from(bytes), decodeTlvs, "TLV_TRUNCATED");
  });
}

Deno.test("decodeTlvs() rejects every proper prefix of a TLV", () => {
  const whole = encodeTlvs([tlv(0x0101, 1, 2, 3, 4, 5)]);
  for (let length = 1; length < whole.byteLength; length++) {
    assertThrowsWithCode(() => decodeTlvs(whole.subarray(0, length)), "TLV_TRUNCATED");
  }
});

Deno.test("decodeTlvs() gives views of the datagram", () => {
  const datagram = encodeTlvs([tlv(1, 5), tlv(2), tlv(3, 6, 7)]);
  const inner = datagram.subarray(5);
  for (const { value } of decodeTlvs(inner)) assertViewWithin(value, inner);
});

Deno.test("decodeTlvs() takes a datagram full of empty TLVs", () => {
  assertEquals(decodeTlvs(new Uint8Array(65_504)).length, 65_504 / TLV_HEADER_BYTES);
});

const misfits: { name: string; tlv: Tlv }[] = [
  { name: "a type above a u16", tlv: tlv(0x10000) },
  { name: "a type below 0", tlv: tlv(-1) },
  { name: "a type with a fraction", tlv: tlv(1.5) },
  { name: "a type that is no number", tlv: tlv(NaN) },
  { name: "a value one byte too long", tlv: { type: 1, value: new Uint8Array(0x10000) } },
];
for (const { name, tlv } of misfits) {
  Deno.test(`encodeTlvs() refuses ${name}`, () => {
    assertThrows(() => encodeTlvs([tlv]), RangeError, "Cannot encode TLV");
  });
}

Deno.test("encodeTlvs() copies the values", () => {
  const value = Uint8Array.of(1, 2);
  const bytes = encodeTlvs([{ type: 1, value }]);
  value.fill(9);
  assertEquals(bytes, Uint8Array.of(0, 1, 0, 2, 1, 2));
});

Deno.test("findTlv() gives the first of a type", () => {
  const wanted = tlv(2, 2);
  assertStrictEquals(findTlv([tlv(1, 1), wanted, tlv(2, 3)], 2), wanted.value);
});

Deno.test("findTlv() tells an empty value from none", () => {
  assertEquals(findTlv([tlv(6)], 6), new Uint8Array());
  assertEquals(findTlv([tlv(6)], 7), undefined);
  assertEquals(findTlv([], 6), undefined);
});

function tlv(type: number, ...value: number[]): Tlv {
  return { type, value: Uint8Array.from(value) };
}
