import { assertEquals, assertInstanceOf, assertStrictEquals, assertThrows } from "@std/assert";
import { concat } from "@std/bytes";
import {
  decodeFragment,
  encodeFragmentDatagram,
  type Fragment,
  FRAGMENT_HEADER_BYTES,
  fragmentDatagrams,
  MAX_FRAGMENTS,
  TokenTooLargeError,
  tryDecodeFragment,
} from "../../src/wire/fragment.ts";
import { decodeTlvs, TLV_HEADER_BYTES } from "../../src/wire/tlv.ts";
import { assertThrowsWithCode } from "../support/assert_code.ts";
import { assertViewWithin, decodeAmidPoison } from "../support/poisoned.ts";
import { assertSameBytes } from "../support/same_bytes.ts";

const FRAGMENT = 0x0005;
const CODE = "FRAGMENT_MALFORMED";
const OVERHEAD_BYTES = TLV_HEADER_BYTES + FRAGMENT_HEADER_BYTES;

const read: { name: string; bytes: number[]; fragment: Fragment }[] = [
  {
    name: "big-endian fields",
    bytes: [1, 2, 3, 4, 5, 6, 7, 8, 9],
    fragment: fragment(0x01020304, 0x0506, 0x0708, 9),
  },
  { name: "an empty chunk", bytes: [0, 0, 0, 0, 0, 0, 0, 1], fragment: fragment(0, 0, 1) },
  {
    name: "the last of as many as there can be",
    bytes: [255, 255, 255, 255, 255, 254, 255, 255, 1],
    fragment: fragment(0xffffffff, 0xfffe, 0xffff, 1),
  },
];
for (const { name, bytes, fragment } of read) {
  Deno.test(`decodeFragment() reads ${name}`, () => {
    const outcome = decodeAmidPoison(Uint8Array.from(bytes), copyOfFragment, CODE);
    assertEquals(outcome, { ok: true, value: fragment });
  });
  Deno.test(`encodeFragmentDatagram() writes ${name}`, () => {
    const [tlv, ...others] = decodeTlvs(encodeFragmentDatagram(FRAGMENT, fragment));
    assertEquals(others, []);
    assertEquals(tlv?.type, FRAGMENT);
    assertEquals(tlv?.value.slice(), Uint8Array.from(bytes));
  });
}

const rejected: { name: string; bytes: number[] }[] = [
  { name: "nothing", bytes: [] },
  { name: "a header that lacks its last byte", bytes: [0, 0, 0, 0, 0, 0, 0] },
  { name: "total 0", bytes: [0, 0, 0, 0, 0, 0, 0, 0, 9] },
  { name: "number 0 of 0 without a chunk", bytes: [0, 0, 0, 0, 0, 0, 0, 0] },
  { name: "a number equal to the total", bytes: [0, 0, 0, 0, 0, 1, 0, 1, 9] },
  { name: "a number above the total", bytes: [0, 0, 0, 0, 0, 9, 0, 2, 9] },
  { name: "the highest number of the highest total", bytes: [0, 0, 0, 0, 255, 255, 255, 255] },
];
for (const { name, bytes } of rejected) {
  Deno.test(`decodeFragment() rejects ${name}`, () => {
    assertEquals(decodeAmidPoison(Uint8Array.from(bytes), copyOfFragment, CODE).ok, false);
  });
}

Deno.test("decodeFragment() gives a chunk that is a view of the value", () => {
  const value = Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 1, 7, 8);
  assertViewWithin(decodeFragment(value).chunk, value);
});

Deno.test("encodeFragmentDatagram() copies the chunk", () => {
  const chunk = Uint8Array.of(5);
  const datagram = encodeFragmentDatagram(FRAGMENT, {
    messageId: 1,
    sequenceNumber: 0,
    total: 1,
    chunk,
  });
  chunk.fill(9);
  assertEquals(datagram.at(-1), 5);
});

const cuts: { name: string; budget: number; tokenBytes: number; chunks: number[] }[] = [
  { name: "an empty token into one empty fragment", budget: 576, tokenBytes: 0, chunks: [0] },
  { name: "a token of one chunk", budget: 576, tokenBytes: 564, chunks: [564] },
  { name: "one byte past one chunk", budget: 576, tokenBytes: 565, chunks: [564, 1] },
  { name: "two whole chunks", budget: 576, tokenBytes: 1_128, chunks: [564, 564] },
  { name: "by the default budget", budget: 1_200, tokenBytes: 2_500, chunks: [1_188, 1_188, 124] },
  { name: "by the largest budget", budget: 65_507, tokenBytes: 65_496, chunks: [65_495, 1] },
];
for (const { name, budget, tokenBytes, chunks } of cuts) {
  const token = Uint8Array.from({ length: tokenBytes }, (_, index) => index * 7);
  Deno.test(`fragmentDatagrams() cuts ${name}`, () => {
    const datagrams = fragmentDatagrams(FRAGMENT, 42, token, budget);
    const fragments = datagrams.map(fragmentOf);
    assertEquals(fragments.map(({ chunk }) => chunk.byteLength), chunks);
    assertEquals(fragments.map((each) => each.sequenceNumber), chunks.map((_, index) => index));
    assertEquals(new Set(fragments.map(({ total }) => total)), new Set([chunks.length]));
    assertEquals(new Set(fragments.map(({ messageId }) => messageId)), new Set([42]));
    assertSameBytes(concat(fragments.map(({ chunk }) => chunk)), token);
    assertEquals(datagrams.every(({ byteLength }) => byteLength <= budget), true);
  });
}

Deno.test("fragmentDatagrams() gives each datagram memory of its own", () => {
  const [first, second] = fragmentDatagrams(FRAGMENT, 1, new Uint8Array(600), 576);
  assertEquals(first?.byteOffset, 0);
  assertEquals(first?.buffer.byteLength, 576);
  assertEquals(first?.buffer === second?.buffer, false);
});

Deno.test("fragmentDatagrams() takes a budget longer than a TLV can be", () => {
  const token = new Uint8Array(70_000).fill(3);
  const fragments = fragmentDatagrams(FRAGMENT, 1, token, 100_000).map(fragmentOf);
  assertSameBytes(concat(fragments.map(({ chunk }) => chunk)), token);
});

// 14 bytes of budget leave 2 bytes a chunk: the bound comes without making megabytes.
const SMALL_BUDGET = OVERHEAD_BYTES + 2;

Deno.test("fragmentDatagrams() makes as many fragments as a u16 can number", () => {
  const datagrams = fragmentDatagrams(FRAGMENT, 1, new Uint8Array(2 * MAX_FRAGMENTS), SMALL_BUDGET);
  const last = datagrams.at(-1);
  assertEquals(datagrams.length, MAX_FRAGMENTS);
  assertEquals(last && fragmentOf(last).sequenceNumber, MAX_FRAGMENTS - 1);
});

Deno.test("fragmentDatagrams() refuses a token one byte past that", () => {
  const token = new Uint8Array(2 * MAX_FRAGMENTS + 1);
  const cut = () => fragmentDatagrams(FRAGMENT, 1, token, SMALL_BUDGET);
  const error = assertThrowsWithCode(cut, "TOKEN_TOO_LARGE");
  assertInstanceOf(error, TokenTooLargeError);
  assertStrictEquals(error.tokenBytes, 131_071);
  assertStrictEquals(error.limitBytes, 131_070);
});

for (const budget of [0, 11, 12]) {
  Deno.test(`fragmentDatagrams() refuses a budget of ${budget}, which holds no chunk`, () => {
    assertThrows(() => fragmentDatagrams(FRAGMENT, 1, new Uint8Array(100), budget), RangeError);
    assertThrows(() => fragmentDatagrams(FRAGMENT, 1, new Uint8Array(), budget), RangeError);
  });
}

function fragment(
  messageId: number,
  sequenceNumber: number,
  total: number,
  ...chunk: number[]
): Fragment {
  return { messageId, sequenceNumber, total, chunk: Uint8Array.from(chunk) };
}

function fragmentOf(datagram: Uint8Array): Fragment {
  const [tlv] = decodeTlvs(datagram);
  return decodeFragment(tlv?.value ?? new Uint8Array());
}

function copyOfFragment(value: Uint8Array): Fragment {
  const decoded = decodeFragment(value);
  return { ...decoded, chunk: decoded.chunk.slice() };
}

Deno.test("fragmentDatagrams() puts a prefix before each fragment, within the budget", () => {
  const token = Uint8Array.from({ length: 2_000 }, (_, index) => index);
  const prefix = Uint8Array.of(1, 2, 3, 4);
  const datagrams = fragmentDatagrams(0x0116, 7, token, 600, { prefix });
  const plain = fragmentDatagrams(0x0116, 7, token, 596);
  assertEquals(Math.max(...datagrams.map(({ byteLength }) => byteLength)), 600);
  assertEquals(
    datagrams.map((datagram) => decodeTlvs(datagram).map(({ type, value }) => [type, value])),
    plain.map((datagram) =>
      decodeTlvs(datagram).map(({ type, value }) => [type, Uint8Array.of(...prefix, ...value)])
    ),
  );
});

Deno.test("tryDecodeFragment() gives what decodeFragment() does, and nothing where that throws", () => {
  const value = Uint8Array.of(0, 0, 0, 1, 0, 0, 0, 2, 9);
  assertEquals(tryDecodeFragment(value), decodeFragment(value));
  assertEquals(tryDecodeFragment(value.subarray(0, 7)), undefined);
  assertEquals(tryDecodeFragment(Uint8Array.of(0, 0, 0, 1, 0, 2, 0, 2)), undefined);
});
