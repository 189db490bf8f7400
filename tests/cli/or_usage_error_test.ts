import { assertEquals, assertThrows } from "@std/assert";
import { orUsageError } from "../../src/cli/or_usage_error.ts";
import { UsageError } from "../../src/cli/usage_error.ts";
import { HushcastError } from "../../src/errors.ts";

class TeaError extends HushcastError {
  constructor(override readonly code: "TOO_HOT" | "TOO_COLD") {
    super(`Cannot drink: ${code}`);
  }
}

Deno.test("orUsageError() returns what is made", () => {
  assertEquals(orUsageError(TeaError, "TOO_HOT", () => 7), 7);
});

Deno.test("orUsageError() turns the one failure into a UsageError", () => {
  const cause = new TeaError("TOO_HOT");
  const error = assertThrows(
    () =>
      orUsageError(TeaError, "TOO_HOT", () => {
        throw cause;
      }),
    UsageError,
  );
  assertEquals([error.message, error.cause], ["Cannot drink: TOO_HOT", cause]);
});

for (const other of [new TeaError("TOO_COLD"), new TypeError("bug")]) {
  Deno.test(`orUsageError() leaves ${other.message} as it is`, () => {
    const error = assertThrows(() =>
      orUsageError(TeaError, "TOO_HOT", () => {
        throw other;
      })
    );
    assertEquals(error, other);
  });
}
