import { assertEquals } from "@std/assert";
import { shownArgument } from "../../src/cli/shown_argument.ts";

for (
  const [argument, shown] of [
    ["hello", '"hello"'],
    ["", '""'],
    ["a\nb", '"a\\u000ab"'],
    ["hushcast://h:1?token=s3cret", '"hushcast:..."'],
    ["HUSHCAST://h:1?token=s3\ncret", '"hushcast:..."'],
    ["--join:hushcast://h:1?token=s3cret", '"--join:hushcast:..."'],
    ["x".repeat(61), `"${"x".repeat(60)}..."`],
  ] as const
) {
  Deno.test(`shownArgument() shows ${shown}`, () => {
    assertEquals(shownArgument(argument), shown);
  });
}
