import { AssertionError } from "@std/assert";
import { equals } from "@std/bytes";

/**
 * Asserts that byte arrays hold the same, and names the first difference: a full comparison, as
 * `assertEquals` prints it, takes minutes and gigabytes when long ones differ.
 *
 * @param actual What came.
 * @param expected What should have come.
 * @throws {AssertionError} If they differ.
 */
export function assertSameBytes(actual: Uint8Array | undefined, expected: Uint8Array): void {
  if (actual === undefined) throw new AssertionError("Expected bytes, got none");
  if (equals(actual, expected)) return;
  const at = expected.findIndex((byte, index) => byte !== actual[index]);
  const where = at < 0 ? "at the end" : `at ${at}: ${actual[at]} instead of ${expected[at]}`;
  throw new AssertionError(
    `${actual.byteLength} bytes differ from ${expected.byteLength} expected ones, ${where}`,
  );
}

/**
 * Asserts that two lists of byte arrays hold the same.
 *
 * @param actual What came.
 * @param expected What should have come.
 * @throws {AssertionError} If they differ.
 */
export function assertSameMessages(
  actual: readonly Uint8Array[],
  expected: readonly Uint8Array[],
): void {
  if (actual.length !== expected.length) {
    throw new AssertionError(`${actual.length} messages came, ${expected.length} were expected`);
  }
  expected.forEach((message, index) => assertSameBytes(actual[index], message));
}
