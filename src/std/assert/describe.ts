import { AssertionError as NodeAssertionError } from "node:assert";
import { Buffer } from "node:buffer";
import { inspect } from "node:util";

/** Bytes shown on each side of the first byte that differs. */
const CONTEXT_BYTES = 16;

/**
 * Shows a value in an assertion's message.
 *
 * @param value Any value.
 * @returns It as `node:util` prints it, long arrays cut.
 */
export function show(value: unknown): string {
  return inspect(value, { depth: 8, sorted: true, maxArrayLength: 100 });
}

/**
 * Says where two values differ.
 *
 * @param actual What came.
 * @param expected What was wanted.
 * @returns Several lines, for the end of an assertion's message.
 */
export function describeDifference(actual: unknown, expected: unknown): string {
  if (actual instanceof Uint8Array && expected instanceof Uint8Array) {
    return describeByteDifference(actual, expected);
  }
  return new NodeAssertionError({ actual, expected, operator: "deepStrictEqual" }).message;
}

// A line diff of a megabyte takes seconds and tells less than the place where the bytes part.
function describeByteDifference(actual: Uint8Array, expected: Uint8Array): string {
  const shorter = Math.min(actual.length, expected.length);
  let at = 0;
  while (at < shorter && actual[at] === expected[at]) at++;
  return [
    `bytes differ from offset ${at} on (actual ${actual.length} bytes, expected ${expected.length})`,
    `  actual   ${hexAround(actual, at)}`,
    `  expected ${hexAround(expected, at)}`,
  ].join("\n");
}

function hexAround(bytes: Uint8Array, at: number): string {
  const from = Math.max(0, at - CONTEXT_BYTES);
  const hex = Buffer.from(bytes.slice(from, at + CONTEXT_BYTES)).toString("hex");
  return `[${from}] ${hex.replace(/(..)(?=.)/g, "$1 ")}`;
}
