import { assertEquals } from "@std/assert";

import {
  escapeUnprintable,
  quoteValue,
  stringifyPrintable,
} from "../../src/observe/printable_text.ts";

const values: { name: string; text: string; quoted: string }[] = [
  { name: "a plain word", text: "pump-3", quoted: "pump-3" },
  { name: "an address", text: "[::1]:5000", quoted: "[::1]:5000" },
  { name: "letters of any script", text: "насос-ポンプ-🚰", quoted: "насос-ポンプ-🚰" },
  { name: "nothing", text: "", quoted: '""' },
  { name: "a space", text: "pump 3", quoted: '"pump 3"' },
  { name: "a space that does not break", text: "pump\u00a03", quoted: '"pump\u00a03"' },
  { name: "a wide space", text: "pump\u30003", quoted: '"pump\u30003"' },
  { name: "an equals sign", text: "a=b", quoted: '"a=b"' },
  { name: "a quote", text: 'a"b', quoted: '"a\\"b"' },
  { name: "a backslash", text: "a\\n", quoted: '"a\\\\n"' },
  { name: "a line end", text: "a\nb", quoted: '"a\\nb"' },
  { name: "a carriage return", text: "a\rb", quoted: '"a\\rb"' },
  { name: "a null", text: "a\0b", quoted: '"a\\u0000b"' },
  { name: "an escape sequence", text: "\x1b[2J", quoted: '"\\u001b[2J"' },
  { name: "a delete", text: "a\x7f", quoted: '"a\\u007f"' },
  { name: "a C1 control sequence", text: "\x9b2J", quoted: '"\\u009b2J"' },
  { name: "a next line", text: "a\x85b", quoted: '"a\\u0085b"' },
  { name: "a line separator", text: "a\u2028b", quoted: '"a\\u2028b"' },
  { name: "a paragraph separator", text: "a\u2029b", quoted: '"a\\u2029b"' },
  { name: "a right-to-left override", text: "a\u202eb", quoted: '"a\\u202eb"' },
  { name: "a bidirectional isolate", text: "a\u2066b\u2069", quoted: '"a\\u2066b\\u2069"' },
  { name: "a right-to-left mark", text: "a\u200fb", quoted: '"a\\u200fb"' },
  { name: "a space without width", text: "a\u200bb", quoted: '"a\\u200bb"' },
  { name: "a byte order mark", text: "\ufeffa", quoted: '"\\ufeffa"' },
  { name: "an invisible tag", text: "a\u{e0041}", quoted: '"a\\udb40\\udc41"' },
  { name: "half a character", text: "a\ud83d", quoted: '"a\\ud83d"' },
];

for (const { name, text, quoted } of values) {
  Deno.test(`quoteValue() writes ${name}`, () => {
    assertEquals(quoteValue(text), quoted);
  });

  Deno.test(`stringifyPrintable() writes ${name} so that it is read back`, () => {
    const line = stringifyPrintable({ text });
    assertEquals(JSON.parse(line), { text });
    assertEquals(escapeUnprintable(line), line);
  });
}

Deno.test("escapeUnprintable() leaves printable text as it is", () => {
  assertEquals(escapeUnprintable('relay "ready" = \\ ü 🚰'), 'relay "ready" = \\ ü 🚰');
});

Deno.test("escapeUnprintable() leaves no control or format character below U+FFFF", () => {
  for (let unit = 0; unit <= 0xffff; unit++) {
    const escaped = escapeUnprintable(String.fromCharCode(unit));
    assertEquals(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u.test(escaped), false, unit.toString(16));
  }
});
