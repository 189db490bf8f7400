import { assertEquals } from "@std/assert";
import { quote } from "../../src/settings/quote.ts";

Deno.test("quote() shows 60 characters and no more", () => {
  assertEquals(quote("a".repeat(60)), `"${"a".repeat(60)}"`);
  assertEquals(quote("a".repeat(61)), `"${"a".repeat(60)}..."`);
});

Deno.test("quote() keeps to one line", () => assertEquals(quote("a\nb"), '"a\\u000ab"'));
