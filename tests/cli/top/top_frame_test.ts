import { assertEquals } from "@std/assert";
import { CLOSE_SCREEN, frameOf, OPEN_SCREEN } from "../../../src/cli/top/top_frame.ts";
import { span, type TopLine } from "../../../src/cli/top/top_line.ts";
import { TerminalScreen } from "./top_terminal_screen.ts";

const SIZE = { columns: 6, rows: 3 };

/** What a terminal shows after some screens. */
function shown(...screens: (readonly TopLine[])[]): TerminalScreen {
  const terminal = new TerminalScreen(SIZE.columns, SIZE.rows);
  for (const lines of screens) terminal.write(frameOf(lines, { size: SIZE, hasColor: true }));
  assertEquals(terminal.unknown, []);
  return terminal;
}

const plain = (...lines: string[]) => lines.map((line) => [span(line)]);

Deno.test("frameOf() puts lines where they belong", () => {
  assertEquals(shown(plain("ab", "", "漢字漢")).lines, ["ab", "", "漢字漢"]);
});

Deno.test("frameOf() leaves nothing of the screen before", () => {
  assertEquals(shown(plain("abcdef", "ghijkl", "mnopqr"), plain("x", "漢", "yz")).lines, [
    "x",
    "漢",
    "yz",
  ]);
  assertEquals(shown(plain("abcdef", "ghijkl", "mnopqr"), plain("x")).lines, ["x", "", ""]);
  assertEquals(shown(plain("a", "b", "c"), []).lines, ["", "", ""]);
});

Deno.test("frameOf() fills the last column", () => {
  assertEquals(shown(plain("abcdef", "ab漢字", "漢字漢")).lines, ["abcdef", "ab漢字", "漢字漢"]);
});

Deno.test("frameOf() leaves out lines that the screen has no room for", () => {
  assertEquals(shown(plain("a", "b", "c", "d", "e")).lines, ["a", "b", "c"]);
});

Deno.test("frameOf() never clears the whole screen, nor feeds lines", () => {
  const frame = frameOf(plain("a", "b"), { size: SIZE, hasColor: true });
  assertEquals(shown(plain("a", "b"), plain("c")).clearings, 0);
  assertEquals(/[\r\n]/.test(frame), false);
});

const STYLED = [[span("a", "alarm"), span("b", "good"), span("c", "bar"), span("d", "label")]];

Deno.test("frameOf() styles pieces of a line", () => {
  assertEquals([...shown(STYLED).styles].sort(), ["0", "1", "1;31", "32", "7"]);
});

Deno.test("frameOf() uses no colour where none is wanted", () => {
  const terminal = new TerminalScreen(SIZE.columns, SIZE.rows);
  terminal.write(frameOf(STYLED, { size: SIZE, hasColor: false }));
  assertEquals([...terminal.styles].sort(), ["0", "1", "7"]);
});

Deno.test("CLOSE_SCREEN undoes OPEN_SCREEN", () => {
  const terminal = new TerminalScreen(SIZE.columns, SIZE.rows);
  const before = [...terminal.modes].sort();
  terminal.write(OPEN_SCREEN);
  assertEquals([...terminal.modes], ["1049"]);
  terminal.write(CLOSE_SCREEN);
  assertEquals([...terminal.modes].sort(), before);
  assertEquals(terminal.unknown, []);
});
