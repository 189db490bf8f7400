import { assert, assertEquals } from "@std/assert";
import { ChatView, insertAbove } from "../../src/cli/chat_view.ts";
import { fakeCliIo } from "../support/fake_cli_io.ts";

/** The rows that are put above, without the control sequences around them. */
function rowsOf(inserted: string): string[] {
  return inserted.split("\x1bD\x1b[A\x1b7\r\x1b[L").slice(1).map((row) => {
    assert(row.endsWith("\x1b8\x1b[B"), `the cursor does not come back: ${row}`);
    return row.slice(0, -"\x1b8\x1b[B".length);
  });
}

for (
  const { line, columns, rows } of [
    { line: "", columns: 80, rows: [""] },
    { line: "hello", columns: 80, rows: ["hello"] },
    { line: "abcdefgh", columns: 5, rows: ["abcd", "efgh"] },
    { line: "a\tb", columns: 80, rows: ["a    b"] },
    { line: "漢字漢字", columns: 6, rows: ["漢字", "漢字"] },
    { line: "ééééé", columns: 4, rows: ["ééé", "éé"] },
    { line: "ab", columns: 1, rows: ["a", "b"] },
  ]
) {
  Deno.test(`insertAbove() cuts "${line}" for ${columns} columns`, () => {
    assertEquals(rowsOf(insertAbove(line, columns)), rows);
  });
}

Deno.test("ChatView shows plain lines where no one types", async () => {
  const io = fakeCliIo();
  const view = new ChatView(io);
  await view.said("ben", new TextEncoder().encode("hello"));
  await view.happened("ben left");
  await view.noted("relay lost");
  assertEquals(io.stdout.text, "<ben> hello\n* ben left\n");
  assertEquals(io.stderr.text, "* relay lost\n");
});

Deno.test("ChatView lets nobody forge a line or drive the terminal", async () => {
  const io = fakeCliIo();
  const view = new ChatView(io);
  await view.said("b\x1b[2Jen\n* cleo left", new TextEncoder().encode("a\r\n* dan left\x9b1m"));
  await view.happened("e\nve left");
  const lines = io.stdout.text.split("\n");
  assertEquals(lines.length, 3);
  assert(!/[^\P{Cc}\n]/u.test(io.stdout.text), io.stdout.text);
  assert(lines[0]?.startsWith("<b"), lines[0]);
});

Deno.test("ChatView puts lines above the one that is being typed", async () => {
  const fake = fakeCliIo();
  const stdout = { isTerminal: true, write: (text: string) => fake.stdout.write(text) };
  const io = { ...fake, stdin: { ...fake.stdin, isTerminal: true }, stdout };
  const view = new ChatView(io);
  await view.happened("ben left");
  await view.noted("relay lost");
  assertEquals(rowsOf(fake.stdout.text), ["* ben left", "* relay lost"]);
  assertEquals(fake.stderr.text, "");
});
