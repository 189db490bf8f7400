import { assertEquals } from "@std/assert";
import { printableMessage } from "../../src/cli/printable_message.ts";

const rows: [name: string, text: string, shown: string][] = [
  ["plain text as it is", "hello wörld ✓ 漢字", "hello wörld ✓ 漢字"],
  ["tabs as they are", "a\tb", "a\tb"],
  ["line ends as escapes", "a\nb\r\nc", "a\\nb\\r\\nc"],
  ["what drives a terminal as escapes", "\x1b[2J\x07\x9b1m", "\\u001b[2J\\u0007\\u009b1m"],
  ["what ends a line elsewhere as escapes", "a\u2028b\u2029c\x85d", "a\\u2028b\\u2029c\\u0085d"],
  ["what turns the writing direction as escapes", "\u202eabc", "\\u202eabc"],
];

for (const [name, text, shown] of rows) {
  Deno.test(`printableMessage() shows ${name}`, () => {
    assertEquals(printableMessage(new TextEncoder().encode(text)), shown);
  });
}

Deno.test("printableMessage() shows bytes that are not UTF-8 as U+FFFD", () => {
  assertEquals(printableMessage(Uint8Array.of(0x61, 0xff, 0x62)), "a\ufffdb");
});
