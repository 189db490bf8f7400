import { assertEquals } from "@std/assert";
import { cutLine, lineWidth, plainLine, span } from "../../../src/cli/top/top_line.ts";

const LINE = [span("ab", "label"), span(" 漢字", "alarm"), span("cd  ")];

Deno.test("cutLine() cuts where the width ends, and leaves what is behind out", () => {
  assertEquals(cutLine(LINE, 20), LINE);
  assertEquals(cutLine(LINE, 7), [...LINE.slice(0, 2)]);
  assertEquals(cutLine(LINE, 6), [span("ab", "label"), span(" 漢…", "alarm")]);
  assertEquals(cutLine(LINE, 2), [span("ab", "label")]);
  assertEquals(cutLine(LINE, 0), []);
});

Deno.test("cutLine() lets nothing follow what was cut", () => {
  assertEquals(cutLine([span("漢字漢"), span("x")], 4), [span("漢…")]);
});

Deno.test("lineWidth() counts cells, plainLine() leaves styles and blanks at the end out", () => {
  assertEquals(lineWidth(LINE), 11);
  assertEquals(plainLine(LINE), "ab 漢字cd");
});
