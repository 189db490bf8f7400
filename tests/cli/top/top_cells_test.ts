import { assertEquals } from "@std/assert";
import { cellWidth, cutCells, fitCells } from "../../../src/cli/top/top_cells.ts";

const widths: readonly { text: string; width: number; what: string }[] = [
  { text: "", width: 0, what: "nothing" },
  { text: "pump-3 ~", width: 8, what: "ASCII" },
  { text: "grüße", width: 5, what: "Latin" },
  { text: "Привет", width: 6, what: "Cyrillic" },
  { text: "漢字", width: 4, what: "Han" },
  { text: "かなカナ", width: 8, what: "kana" },
  { text: "ｶﾅ", width: 2, what: "halfwidth kana" },
  { text: "한글", width: 4, what: "Hangul syllables" },
  { text: "\u1112\u1161\u11ab", width: 2, what: "a Hangul syllable in letters" },
  { text: "ＡＢ", width: 4, what: "fullwidth letters" },
  { text: "e\u0301", width: 1, what: "a letter with a mark" },
  { text: "Z\u0300\u0301\u0302\u0303", width: 1, what: "a letter with many marks" },
  { text: "नि", width: 2, what: "a letter with a spacing mark" },
  { text: "〮", width: 2, what: "a wide spacing mark" },
  { text: "👋", width: 2, what: "an emoji" },
  { text: "☺", width: 1, what: "a symbol that is no emoji by itself" },
  { text: "🇩🇪", width: 2, what: "a flag" },
  { text: "𠀀", width: 2, what: "Han beyond the basic plane" },
  { text: "，。", width: 4, what: "East Asian punctuation" },
  { text: "\u034f", width: 0, what: "an invisible mark" },
  { text: "\u115f\u3164", width: 4, what: "fillers, which are invisible but wide" },
  { text: "\uffa0", width: 1, what: "a halfwidth filler" },
];

for (const { text, width, what } of widths) {
  Deno.test(`cellWidth() counts ${width} for ${what}`, () => assertEquals(cellWidth(text), width));
}

const cuts: readonly { text: string; width: number; cut: string }[] = [
  { text: "pump", width: 4, cut: "pump" },
  { text: "pump-3", width: 4, cut: "pum…" },
  { text: "pump-3", width: 1, cut: "…" },
  { text: "pump-3", width: 0, cut: "" },
  { text: "", width: 0, cut: "" },
  { text: "漢字漢字", width: 5, cut: "漢字…" },
  { text: "漢字漢字", width: 4, cut: "漢…" },
  { text: "e\u0301e\u0301e\u0301", width: 2, cut: "e\u0301…" },
];

for (const { text, width, cut } of cuts) {
  Deno.test(`cutCells() cuts ${JSON.stringify(text)} to ${width} as ${cut}`, () => {
    assertEquals(cutCells(text, width), cut);
  });
}

Deno.test("fitCells() fills up on the other side", () => {
  assertEquals(fitCells("ab", 4, "left"), "ab  ");
  assertEquals(fitCells("ab", 4, "right"), "  ab");
  assertEquals(fitCells("漢字漢", 4, "left"), "漢… ");
  assertEquals(fitCells("漢", 4, "right"), "  漢");
  assertEquals(fitCells("abcdef", 4, "right"), "abc…");
});
