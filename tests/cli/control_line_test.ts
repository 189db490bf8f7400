import { assertEquals } from "@std/assert";
import { readControlLine } from "../../src/cli/control_line.ts";

for (
  const { line, text, origin, outcome } of [
    { line: "= id pump-3", text: "id pump-3", origin: "reply", outcome: undefined },
    { line: "= ", text: "", origin: "reply", outcome: undefined },
    { line: "OK", text: undefined, origin: "reply", outcome: "done" },
    { line: "ERR BAD x  y", text: "error: x  y (BAD)", origin: "reply", outcome: "refused" },
    { line: "# 5 log lines dropped", text: "# 5 log lines dropped", origin: "stream" },
    { line: " OK", text: " OK", origin: "stream" },
    { line: "", text: "", origin: "stream" },
    { line: "{", text: "{", origin: "stream" },
    { line: "\u001b[2Ja\u202eb\rc", text: "\\u001b[2Ja\\u202eb\\u000dc", origin: "stream" },
    { line: "= \u0007", text: "\\u0007", origin: "reply" },
    { line: '{"type":"log"}', text: '{"type":"log"}', origin: "stream" },
    {
      line: '{"type":"reply","ok":true}',
      text: '{"type":"reply","ok":true}',
      origin: "reply",
      outcome: "done",
    },
    {
      line: '{"type":"reply","ok":false}',
      text: '{"type":"reply","ok":false}',
      origin: "reply",
      outcome: "refused",
    },
  ]
) {
  Deno.test(`readControlLine() reads ${JSON.stringify(line)}`, () => {
    const meaning: unknown = readControlLine(line);
    assertEquals(meaning, { text, origin, outcome });
  });
}
