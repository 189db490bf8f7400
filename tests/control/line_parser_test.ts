import { assert, assertEquals } from "@std/assert";
import { type LineEvent, LineParser, MAX_LINE_BYTES } from "../../src/control/line_parser.ts";

function parse(...chunks: (string | Uint8Array)[]): LineEvent[] {
  const parser = new LineParser();
  const events: LineEvent[] = [];
  for (const chunk of chunks) {
    parser.push(typeof chunk === "string" ? new TextEncoder().encode(chunk) : chunk);
    for (let event = parser.next(); event; event = parser.next()) events.push(event);
    assert(parser.isDrained);
  }
  return events;
}

const line = (text: string): LineEvent => ({ kind: "line", text });
const longest = "x".repeat(MAX_LINE_BYTES);
const tooLong: LineEvent = { kind: "too_long" };

const cases: readonly { name: string; chunks: (string | Uint8Array)[]; events: LineEvent[] }[] = [
  { name: "a line ended by LF", chunks: ["help\n"], events: [line("help")] },
  { name: "a line ended by CRLF", chunks: ["help\r\n"], events: [line("help")] },
  { name: "several lines at once", chunks: ["a\nb\r\nc\n"], events: ["a", "b", "c"].map(line) },
  { name: "blank lines", chunks: ["\n\r\n"], events: [line(""), line("")] },
  { name: "a line in pieces", chunks: ["he", "l", "p\r", "\n"], events: [line("help")] },
  { name: "a CR within a line", chunks: ["a\rb\r\r\n"], events: [line("a\rb\r")] },
  { name: "no line without its end", chunks: ["exit"], events: [] },
  { name: "a NUL", chunks: ["a\0b\n"], events: [line("a\0b")] },
  { name: "a byte order mark", chunks: ["\ufeffhelp\n"], events: [line("\ufeffhelp")] },
  {
    name: "a character in two chunks",
    chunks: [Uint8Array.of(0xc3), Uint8Array.of(0xa4, 0x0a)],
    events: [line("ä")],
  },
  {
    name: "a line that is not UTF-8, and goes on behind it",
    chunks: [Uint8Array.of(0xff, 0xfe, 0x0a), "ok\n"],
    events: [{ kind: "not_utf8" }, line("ok")],
  },
  {
    name: "the longest line with LF",
    chunks: [`${longest}\nok\n`],
    events: [longest, "ok"].map(line),
  },
  {
    name: "the longest line with CRLF, split before LF",
    chunks: [`${longest}\r`, "\nok\n"],
    events: [longest, "ok"].map(line),
  },
  { name: "one byte too many with LF", chunks: [`${longest}y\nok\n`], events: [tooLong] },
  { name: "one byte too many with CRLF", chunks: [`${longest}y\r\nok\n`], events: [tooLong] },
  { name: "one byte too many without an end", chunks: [longest, "y"], events: [tooLong] },
  {
    name: "the longest line with a CR that no LF follows",
    chunks: [`${longest}\r`, "y\n"],
    events: [tooLong],
  },
  {
    name: "2,048 characters of 2 bytes",
    chunks: [`${"ä".repeat(2_048)}\n`, `${"ä".repeat(2_048)}.\n`],
    events: [line("ä".repeat(2_048)), tooLong],
  },
];

for (const { name, chunks, events } of cases) {
  Deno.test(`LineParser reads ${name}`, () => assertEquals(parse(...chunks), events));
}

Deno.test("LineParser gives nothing more after a line that was too long", () => {
  assertEquals(parse(`${longest}yy`, "help\n", "help\n"), [tooLong]);
});

Deno.test("LineParser keeps lines until they are asked for", () => {
  const parser = new LineParser();
  parser.push(new TextEncoder().encode("a\nb\n"));
  assertEquals(parser.next(), line("a"));
  assert(!parser.isDrained);
  parser.push(new TextEncoder().encode("c\n"));
  assertEquals(parser.next(), line("b"));
  assertEquals(parser.next(), line("c"));
  assert(parser.isDrained);
  assertEquals(parser.next(), undefined);
});

Deno.test("LineParser copies what it is given", () => {
  const parser = new LineParser();
  const chunk = new TextEncoder().encode("abc\n");
  parser.push(chunk);
  chunk.fill(0x78);
  assertEquals(parser.next(), line("abc"));
});

Deno.test("LineParser takes longer lines when told so", () => {
  const parser = new LineParser(10_000);
  const text = "x".repeat(10_000);
  for (const part of [text.slice(0, 3), text.slice(3), "\n"]) {
    parser.push(new TextEncoder().encode(part));
    const event = parser.next();
    assertEquals(event, part === "\n" ? line(text) : undefined);
  }
});
