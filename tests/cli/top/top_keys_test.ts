import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { type Key, KeyReader } from "../../../src/cli/top/top_keys.ts";

const encode = (text: string) => new TextEncoder().encode(text);
const name = (...names: string[]) => names.map((each) => ({ name: each }));
const text = (characters: string) => [...characters].map((each) => ({ text: each }));

const cases: readonly { what: string; sent: string; keys: readonly object[] }[] = [
  { what: "characters", sent: "qR/ ?<é漢👋", keys: text("qR/ ?<é漢👋") },
  { what: "arrows", sent: "\x1b[A\x1b[B", keys: name("up", "down") },
  { what: "arrows in application mode", sent: "\x1bOA\x1bOB", keys: name("up", "down") },
  { what: "arrows with Ctrl", sent: "\x1b[1;5A\x1b[1;5B", keys: name("up", "down") },
  { what: "arrows without a meaning here", sent: "\x1b[C\x1b[D\x1bOC", keys: [] },
  {
    what: "pages",
    sent: "\x1b[5~\x1b[6~\x1b[6;3~",
    keys: name("page-up", "page-down", "page-down"),
  },
  {
    what: "Home, each way",
    sent: "\x1b[H\x1bOH\x1b[1~\x1b[7~",
    keys: name("home", "home", "home", "home"),
  },
  {
    what: "End, each way",
    sent: "\x1b[F\x1bOF\x1b[4~\x1b[8~",
    keys: name("end", "end", "end", "end"),
  },
  { what: "Enter", sent: "\r\n", keys: name("enter", "enter") },
  { what: "Backspace", sent: "\x7f\b", keys: name("backspace", "backspace") },
  { what: "Ctrl-C and Ctrl-U", sent: "\x03\x15", keys: name("ctrl-c", "ctrl-u") },
  { what: "other control characters", sent: "\x00\x01\x1a\t", keys: [] },
  { what: "function keys", sent: "\x1bOP\x1b[15~\x1b[24;2~q", keys: text("q") },
  { what: "function keys of the Linux console", sent: "\x1b[[A\x1b[[Bq", keys: text("q") },
  { what: "reports of a mouse and of a colour", sent: "\x1b[<0;3;4M\x1b[?62;1cq", keys: text("q") },
  { what: "Escape before another key", sent: "\x1bq", keys: [...name("escape"), ...text("q")] },
  { what: "Escape before an arrow", sent: "\x1b\x1b[A", keys: name("escape", "up") },
  { what: "invisible characters", sent: "\u200b\u202e\u2028", keys: [] },
];

for (const { what, sent, keys } of cases) {
  Deno.test(`KeyReader.read() understands ${what}`, () => {
    const reader = new KeyReader();
    assertEquals<readonly object[]>(reader.read(encode(sent)), keys);
    assertEquals(reader.isPending, false);
  });
}

Deno.test("KeyReader.read() gives no key for what is not UTF-8", () => {
  assertEquals(new KeyReader().read(Uint8Array.of(0xff, 0xc3, 0x71)), [{ text: "q" }]);
});

Deno.test("KeyReader.flush() gives the escape key that waited for more", () => {
  const reader = new KeyReader();
  assertEquals(reader.read(encode("\x1b")), []);
  assertEquals(reader.isPending, true);
  assertEquals(reader.flush(), [{ name: "escape" }]);
  assertEquals(reader.isPending, false);
  assertEquals(reader.flush(), []);
  assertEquals(reader.read(encode("[A")), [{ text: "[" }, { text: "A" }]);
});

Deno.test("KeyReader.flush() drops a sequence that never ended", () => {
  const reader = new KeyReader();
  reader.read(encode("\x1b[1;"));
  assertEquals(reader.flush(), []);
  assertEquals(reader.read(encode("q")), [{ text: "q" }]);
});

Deno.test("KeyReader.read() waits for no sequence without end", () => {
  const reader = new KeyReader();
  reader.read(encode(`\x1b[${"1".repeat(30)}`));
  assertEquals(reader.isPending, true);
  assertEquals(reader.read(encode("1"))[0], { name: "escape" });
  assertEquals(reader.isPending, false);
});

Deno.test("KeyReader.read() gives the same keys however the bytes are split", () => {
  const piece = fc.constantFrom(
    ...cases.map(({ sent }) => sent),
    "\x1b[",
    "\x1b[1;",
    "\x1bO",
    "[",
    "1",
  );
  const bytes = fc.array(piece, { maxLength: 12 }).map((pieces) => encode(pieces.join("")));
  fc.assert(fc.property(bytes, fc.array(fc.nat({ max: 100 })), (all, cuts) => {
    const whole = new KeyReader();
    const expected = [...whole.read(all), ...whole.flush()];
    const reader = new KeyReader();
    const keys: Key[] = [];
    let start = 0;
    for (const cut of [...cuts.toSorted((a, b) => a - b), all.length]) {
      keys.push(...reader.read(all.subarray(start, cut)));
      start = Math.min(Math.max(start, cut), all.length);
    }
    assertEquals([...keys, ...reader.flush()], expected);
  }));
});

Deno.test("KeyReader.read() takes any bytes", () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
    const reader = new KeyReader();
    reader.read(bytes);
    reader.flush();
    assertEquals(reader.isPending, false);
  }));
});
