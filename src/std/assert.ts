/**
 * The part of `@std/assert` that hushcast's tests use, with the names, signatures and meaning that
 * JSR documents. The import map points `@std/assert` here, so that the project is tested on
 * networks that reach npm but not JSR; `scripts/jsr_import_map.json` puts the real package back.
 *
 * @module
 */

export { assertArrayIncludes } from "./assert/array_includes.ts";
export { AssertionError } from "./assert/assertion_error.ts";
export {
  assertAlmostEquals,
  assertGreater,
  assertGreaterOrEqual,
  assertLess,
  assertLessOrEqual,
} from "./assert/comparisons.ts";
export {
  assert,
  assertExists,
  assertFalse,
  assertInstanceOf,
  assertMatch,
  assertStringIncludes,
  fail,
  type Falsy,
  unreachable,
} from "./assert/conditions.ts";
export { equal } from "./assert/equal.ts";
export { assertEquals, assertNotEquals, assertStrictEquals } from "./assert/equality.ts";
export { assertObjectMatch } from "./assert/object_match.ts";
export { assertIsError, assertRejects, assertThrows } from "./assert/throws.ts";
