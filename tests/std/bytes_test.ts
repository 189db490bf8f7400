import { assertEquals, assertNotEquals, assertStrictEquals } from "@std/assert";
import {
  concat,
  copy,
  endsWith,
  equals,
  includesNeedle,
  indexOfNeedle,
  startsWith,
} from "@std/bytes";

const bytes = (...values: number[]) => Uint8Array.of(...values);

Deno.test("concat() joins in order", () => {
  assertEquals(concat([bytes(1, 2), bytes(), bytes(3)]), bytes(1, 2, 3));
  assertEquals(concat([]), bytes());
});

Deno.test("concat() returns bytes of its own", () => {
  const part = bytes(1, 2);
  const joined = concat([part]);
  part[0] = 9;
  assertEquals(joined, bytes(1, 2));
  assertStrictEquals(Object.getPrototypeOf(joined), Uint8Array.prototype);
  assertEquals(joined.buffer.byteLength, 2);
});

Deno.test("concat() takes only what a view shows", () => {
  assertEquals(concat([bytes(0, 1, 2, 3).subarray(1, 3), bytes(4)]), bytes(1, 2, 4));
});

Deno.test("equals() compares length and content", () => {
  assertEquals(equals(bytes(1, 2), bytes(0, 1, 2).subarray(1)), true);
  assertEquals(equals(bytes(), bytes()), true);
  assertEquals(equals(bytes(1, 2), bytes(1, 3)), false);
  assertEquals(equals(bytes(1, 2), bytes(1)), false);
});

Deno.test("equals() compares long arrays", () => {
  const long = new Uint8Array(100_000).fill(7);
  const other = long.slice();
  assertEquals(equals(long, other), true);
  other[99_999] = 8;
  assertEquals(equals(long, other), false);
});

for (
  const { name, source, part, starts, ends } of [
    { name: "at the start", source: bytes(1, 2, 3), part: bytes(1, 2), starts: true, ends: false },
    { name: "at the end", source: bytes(1, 2, 3), part: bytes(2, 3), starts: false, ends: true },
    { name: "that is all of it", source: bytes(1, 2), part: bytes(1, 2), starts: true, ends: true },
    { name: "that is longer", source: bytes(1), part: bytes(1, 2), starts: false, ends: false },
    { name: "that is empty", source: bytes(1), part: bytes(), starts: true, ends: true },
  ]
) {
  Deno.test(`startsWith() and endsWith() see a part ${name}`, () => {
    assertEquals(startsWith(source, part), starts);
    assertEquals(endsWith(source, part), ends);
  });
}

const haystack = bytes(0, 1, 2, 1, 2, 1, 2, 3);

for (
  const { name, needle, start, index } of [
    { name: "the first place", needle: bytes(1, 2), start: undefined, index: 1 },
    { name: "a place at the end", needle: bytes(2, 3), start: undefined, index: 6 },
    { name: "no place", needle: bytes(5, 0), start: undefined, index: -1 },
    { name: "the next place from a start", needle: bytes(1, 2), start: 2, index: 3 },
    { name: "a place at the start itself", needle: bytes(1, 2), start: 3, index: 3 },
    { name: "no place behind a late start", needle: bytes(1, 2), start: 6, index: -1 },
    { name: "no place behind the end", needle: bytes(1), start: 99, index: -1 },
    { name: "a place from a start counted back", needle: bytes(1, 2), start: -3, index: 5 },
    { name: "a place from a start before the first byte", needle: bytes(0), start: -99, index: 0 },
    { name: "no place for what is longer", needle: new Uint8Array(9), start: undefined, index: -1 },
  ]
) {
  Deno.test(`indexOfNeedle() finds ${name}`, () => {
    assertEquals(indexOfNeedle(haystack, needle, start), index);
    assertEquals(includesNeedle(haystack, needle, start), index !== -1);
  });
}

Deno.test("indexOfNeedle() counts within a view", () => {
  assertEquals(indexOfNeedle(haystack.subarray(3), bytes(1, 2)), 0);
});

Deno.test("copy() writes what fits and says how much", () => {
  const target = bytes(0, 0, 0);
  assertEquals(copy(bytes(1, 2), target), 2);
  assertEquals(target, bytes(1, 2, 0));
  assertEquals(copy(bytes(7, 8, 9), target, 1), 2);
  assertEquals(target, bytes(1, 7, 8));
});

Deno.test("copy() takes an offset outside into the target", () => {
  const target = bytes(0, 0);
  assertEquals(copy(bytes(1), target, 5), 0);
  assertEquals(copy(bytes(1), target, -5), 1);
  assertEquals(target, bytes(1, 0));
  assertNotEquals(target, bytes(0, 0));
});
