import { assertEquals } from "@std/assert";
import { wrapText } from "../../src/cli/wrap_text.ts";

const table: { name: string; text: string; width: number; lines: string[] }[] = [
  { name: "nothing", text: "", width: 10, lines: [] },
  { name: "blanks", text: " \n\t ", width: 10, lines: [] },
  { name: "a line that just fits", text: "one two", width: 7, lines: ["one two"] },
  { name: "a line one too long", text: "one two", width: 6, lines: ["one", "two"] },
  { name: "a word past the width", text: "a wwwwwwww b", width: 3, lines: ["a", "wwwwwwww", "b"] },
  { name: "runs of blanks", text: "  one \n two ", width: 80, lines: ["one two"] },
];

for (const { name, text, width, lines } of table) {
  Deno.test(`wrapText() breaks ${name}`, () => assertEquals(wrapText(text, width), lines));
}
