import { assertEquals } from "@std/assert";
import { escapeLine, quote } from "../../src/settings/quote.ts";

const escaped: { name: string; text: string; line: string }[] = [
  { name: "plain text as it is", text: "Grüße, 漢字 👋 \\", line: "Grüße, 漢字 👋 \\" },
  { name: "line feeds", text: "a\r\nb", line: "a\\u{d}\\u{a}b" },
  { name: "terminal commands", text: "\x1b[2J\x9b", line: "\\u{1b}[2J\\u{9b}" },
  { name: "NUL and DEL", text: "\0\x7f", line: "\\u{0}\\u{7f}" },
  { name: "line and paragraph separators", text: "\u2028\u2029", line: "\\u{2028}\\u{2029}" },
  { name: "turns of the writing direction", text: "\u202e", line: "\\u{202e}" },
  { name: "half a surrogate pair", text: "\ud83d", line: "\\u{d83d}" },
];

for (const { name, text, line } of escaped) {
  Deno.test(`escapeLine() writes ${name}`, () => assertEquals(escapeLine(text), line));
}

Deno.test("quote() shows 60 characters and no more", () => {
  assertEquals(quote("a".repeat(60)), `"${"a".repeat(60)}"`);
  assertEquals(quote("a".repeat(61)), `"${"a".repeat(60)}..."`);
});

Deno.test("quote() keeps to one line", () => assertEquals(quote("a\nb"), '"a\\u{a}b"'));
