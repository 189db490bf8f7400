import {
  assert,
  assertAlmostEquals,
  assertArrayIncludes,
  assertEquals,
  assertExists,
  assertFalse,
  assertGreater,
  assertGreaterOrEqual,
  assertInstanceOf,
  AssertionError,
  assertIsError,
  assertLess,
  assertLessOrEqual,
  assertMatch,
  assertNotEquals,
  assertObjectMatch,
  assertRejects,
  assertStrictEquals,
  assertStringIncludes,
  assertThrows,
  fail,
  unreachable,
} from "@std/assert";

class Temperature {
  #degrees: number;

  constructor(degrees: number) {
    this.#degrees = degrees;
  }

  get degrees(): number {
    return this.#degrees;
  }
}

function ring(size: number): { size: number; next?: unknown } {
  const first: { size: number; next?: unknown } = { size };
  first.next = first;
  return first;
}

const equalPairs: { name: string; a: unknown; b: unknown }[] = [
  { name: "NaN and NaN", a: NaN, b: NaN },
  { name: "0 and -0", a: 0, b: -0 },
  {
    name: "nested objects in another key order",
    a: { x: [1, { y: 2 }], z: 3 },
    b: { z: 3, x: [1, { y: 2 }] },
  },
  { name: "the same bytes", a: Uint8Array.of(1, 2, 3), b: Uint8Array.of(1, 2, 3) },
  {
    name: "a view into a longer buffer",
    a: Uint8Array.of(0, 1, 2).subarray(1),
    b: Uint8Array.of(1, 2),
  },
  { name: "the same buffers", a: Uint8Array.of(7).buffer, b: Uint8Array.of(7).buffer },
  { name: "u64 arrays", a: BigUint64Array.of(1n), b: BigUint64Array.of(1n) },
  {
    name: "maps in another order",
    a: new Map([["a", 1], ["b", 2]]),
    b: new Map([["b", 2], ["a", 1]]),
  },
  {
    name: "maps with equal objects as keys",
    a: new Map([[{ k: 1 }, "v"]]),
    b: new Map([[{ k: 1 }, "v"]]),
  },
  { name: "sets in another order", a: new Set([1, 2]), b: new Set([2, 1]) },
  {
    name: "sets of equal objects",
    a: new Set([{ k: 1 }, { k: 2 }]),
    b: new Set([{ k: 2 }, { k: 1 }]),
  },
  { name: "dates of the same moment", a: new Date(5), b: new Date(5) },
  { name: "invalid dates", a: new Date(NaN), b: new Date(NaN) },
  { name: "the same patterns", a: /a/g, b: /a/g },
  { name: "the same addresses", a: new URL("http://a/b"), b: new URL("http://a/b") },
  {
    name: "an object without prototype",
    a: Object.assign(Object.create(null), { x: 1 }),
    b: { x: 1 },
  },
  { name: "objects that show the same", a: new Temperature(20), b: new Temperature(20) },
  { name: "circular objects", a: ring(1), b: ring(1) },
];

const unequalPairs: { name: string; a: unknown; b: unknown }[] = [
  { name: "a number and its text", a: 1, b: "1" },
  { name: "null and undefined", a: null, b: undefined },
  { name: "an undefined and an absent property", a: { x: undefined }, b: {} },
  { name: "an undefined property and another one", a: { x: undefined }, b: { y: undefined } },
  { name: "a hole and undefined", a: [undefined, 1], b: Object.assign([], { 1: 1 }) },
  { name: "other bytes", a: Uint8Array.of(1, 2), b: Uint8Array.of(1, 3) },
  { name: "more bytes", a: Uint8Array.of(1, 2), b: Uint8Array.of(1) },
  { name: "bytes and an array", a: Uint8Array.of(1), b: [1] },
  { name: "arrays of another kind", a: Uint8Array.of(1), b: Uint16Array.of(1) },
  { name: "other buffers", a: Uint8Array.of(7).buffer, b: Uint8Array.of(8).buffer },
  { name: "maps with other values", a: new Map([["a", 1]]), b: new Map([["a", 2]]) },
  { name: "maps with other object keys", a: new Map([[{ k: 1 }, 1]]), b: new Map([[{ k: 2 }, 1]]) },
  { name: "sets with other members", a: new Set([1, 2]), b: new Set([1, 3]) },
  { name: "sets of other sizes", a: new Set([1]), b: new Set([1, 2]) },
  { name: "a map and a set", a: new Map(), b: new Set() },
  { name: "other dates", a: new Date(5), b: new Date(6) },
  { name: "patterns with other flags", a: /a/g, b: /a/i },
  { name: "an instance and a plain object", a: new Temperature(1), b: {} },
  { name: "objects that show other values", a: new Temperature(20), b: new Temperature(21) },
  { name: "other circular objects", a: ring(1), b: ring(2) },
  { name: "two functions", a: () => 1, b: () => 1 },
];

for (const { name, a, b } of equalPairs) {
  Deno.test(`assertEquals() takes ${name} for equal`, () => {
    assertEquals(a, b);
    assertEquals(b, a);
    assertThrows(() => assertNotEquals(a, b), AssertionError);
  });
}

for (const { name, a, b } of unequalPairs) {
  Deno.test(`assertEquals() tells ${name} apart`, () => {
    assertNotEquals(a, b);
    assertNotEquals(b, a);
    assertThrows(() => assertEquals(a, b), AssertionError);
  });
}

Deno.test("assertEquals() puts the note into its message", () => {
  assertThrows(() => assertEquals(1, 2, "of apples"), AssertionError, "of apples");
});

Deno.test("assertEquals() fails fast on two large arrays of bytes", () => {
  const other = new Uint8Array(1 << 20);
  other[77] = 1;
  assertThrows(() => assertEquals(new Uint8Array(1 << 20), other), AssertionError);
});

Deno.test("assertStrictEquals() wants the same object", () => {
  const value: unknown = { x: 1 };
  assertStrictEquals(value, value);
  assertStrictEquals(NaN, NaN);
  assertThrows(() => assertStrictEquals(value, { x: 1 }), AssertionError);
  assertThrows(() => assertStrictEquals(0, -0), AssertionError);
});

Deno.test("assertStrictEquals() narrows the type", () => {
  const value: unknown = "text";
  assertStrictEquals(value, "text");
  assertEquals(value.length, 4);
});

Deno.test("assert() and assertFalse() look at truth", () => {
  assert("0");
  assertFalse("");
  assertThrows(() => assert(0, "nothing"), AssertionError, "nothing");
  assertThrows(() => assertFalse(1, "something"), AssertionError, "something");
});

Deno.test("assert() narrows the type", () => {
  const found = ["a"].find((each) => each === "a");
  assert(found !== undefined);
  assertEquals(found.length, 1);
});

Deno.test("assertExists() refuses null and undefined only", () => {
  for (const value of [0, "", false, NaN]) assertExists(value);
  assertThrows(() => assertExists(null), AssertionError);
  assertThrows(() => assertExists(undefined), AssertionError);
});

Deno.test("assertInstanceOf() narrows the type and knows subclasses", () => {
  const error: unknown = new RangeError("far");
  assertInstanceOf(error, Error);
  assertEquals(error.message, "far");
  assertThrows(() => assertInstanceOf(error, TypeError), AssertionError);
  assertThrows(() => assertInstanceOf(null, Error), AssertionError);
});

Deno.test("assertMatch() and assertStringIncludes() search a text", () => {
  assertMatch("port 47700", /\d+$/);
  assertStringIncludes("port 47700", "477");
  assertThrows(() => assertMatch("port", /\d/), AssertionError);
  assertThrows(() => assertStringIncludes("port", "post"), AssertionError);
});

Deno.test("assertGreater() and its like compare numbers, bigints and texts", () => {
  assertGreater(2, 1);
  assertGreater(2n, 1n);
  assertGreaterOrEqual("b", "b");
  assertLess(1, 2);
  assertLessOrEqual(2, 2);
  assertThrows(() => assertGreater(1, 1), AssertionError);
  assertThrows(() => assertGreaterOrEqual(0, 1), AssertionError);
  assertThrows(() => assertLess(1, 1), AssertionError);
  assertThrows(() => assertLessOrEqual(2, 1), AssertionError);
  assertThrows(() => assertGreater(NaN, 1), AssertionError);
});

Deno.test("assertAlmostEquals() allows a ten millionth, or what it is told", () => {
  assertAlmostEquals(0.1 + 0.2, 0.3);
  assertAlmostEquals(0.01, 0.02, 0.1);
  assertAlmostEquals(Infinity, Infinity);
  assertThrows(() => assertAlmostEquals(0.01, 0.02), AssertionError);
  assertThrows(() => assertAlmostEquals(1, NaN), AssertionError);
});

Deno.test("assertArrayIncludes() compares deeply, in any order", () => {
  assertArrayIncludes([1, { a: 1 }, 3], [3, { a: 1 }]);
  assertArrayIncludes(Uint8Array.of(1, 2), Uint8Array.of(2));
  assertThrows(() => assertArrayIncludes([1, 2], [2, 4]), AssertionError);
});

Deno.test("assertObjectMatch() allows more than is expected", () => {
  const actual = { id: 1, list: [{ a: 1, b: 2 }, 3], map: new Map([["k", 1], ["l", 2]]) };
  assertObjectMatch(actual, { id: 1 });
  assertObjectMatch(actual, { list: [{ a: 1 }, 3] });
  assertObjectMatch(actual, { map: new Map([["l", 2]]) });
});

Deno.test("assertObjectMatch() misses what is not there or differs", () => {
  const actual = { id: 1, list: [{ a: 1 }] };
  assertThrows(() => assertObjectMatch(actual, { name: undefined }), AssertionError);
  assertThrows(() => assertObjectMatch(actual, { id: 2 }), AssertionError);
  assertThrows(() => assertObjectMatch(actual, { list: [{ a: 1, b: 2 }] }), AssertionError);
});

Deno.test("assertThrows() returns the error", () => {
  const error = assertThrows(
    () => {
      throw new RangeError("too far away");
    },
    RangeError,
    "far",
  );
  assertEquals(error.message, "too far away");
});

Deno.test("assertThrows() takes any thrown value when no class is given", () => {
  const thrown = assertThrows(() => {
    throw "a text";
  });
  assertEquals(thrown, "a text");
});

const failing: { name: string; check: () => unknown }[] = [
  { name: "nothing thrown", check: () => assertThrows(() => 1) },
  { name: "nothing thrown where a class is given", check: () => assertThrows(() => 1, TypeError) },
  { name: "another class", check: () => assertThrows(throwRangeError, TypeError) },
  { name: "another message", check: () => assertThrows(throwRangeError, RangeError, "near") },
  { name: "no error where a class is given", check: () => assertThrows(throwText, Error) },
];

for (const { name, check } of failing) {
  Deno.test(`assertThrows() fails on ${name}`, () => {
    let caught: unknown;
    try {
      check();
    } catch (error) {
      caught = error;
    }
    assertInstanceOf(caught, AssertionError);
  });
}

function throwRangeError(): never {
  throw new RangeError("far");
}

function throwText(): never {
  throw "far";
}

Deno.test("assertRejects() returns the error", async () => {
  const error = await assertRejects(() => Promise.reject(new RangeError("far")), RangeError, "far");
  assertEquals(error.message, "far");
  assertEquals(await assertRejects(() => Promise.reject("a text")), "a text");
});

const notRejecting: { name: string; check: () => Promise<unknown> }[] = [
  { name: "a promise that is fulfilled", check: () => assertRejects(() => Promise.resolve(1)) },
  {
    name: "a throw in place of a promise",
    check: () => assertRejects(throwRangeError, RangeError),
  },
  {
    name: "another class",
    check: () => assertRejects(() => Promise.reject(new RangeError("far")), TypeError),
  },
  {
    name: "another message",
    check: () => assertRejects(() => Promise.reject(new RangeError("far")), RangeError, "near"),
  },
];

for (const { name, check } of notRejecting) {
  Deno.test(`assertRejects() fails on ${name}`, async () => {
    await assertRejects(check, AssertionError);
  });
}

Deno.test("assertIsError() looks at class and message", () => {
  const error: unknown = new RangeError("too far");
  assertIsError(error, RangeError, /far$/);
  assertEquals(error.message, "too far");
  assertThrows(() => assertIsError("far"), AssertionError);
  assertThrows(() => assertIsError(error, TypeError), AssertionError);
  assertThrows(() => assertIsError(error, RangeError, "near"), AssertionError);
});

Deno.test("fail() and unreachable() always throw", () => {
  assertThrows(() => fail("so it is"), AssertionError, "so it is");
  assertThrows(() => unreachable(), AssertionError);
});

Deno.test("AssertionError is an Error with a name of its own", () => {
  const error = new AssertionError("no");
  assertInstanceOf(error, Error);
  assertEquals([error.name, error.message], ["AssertionError", "no"]);
});
