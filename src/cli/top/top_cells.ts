/** What a terminal shows in two cells: East Asian Width W and F, and emoji that are shown as such. */
const WIDE = new RegExp(
  "[" +
    "\\p{Script=Han}\\p{Script=Hiragana}\\p{Script=Katakana}\\p{Script=Hangul}\\p{Script=Bopomofo}" +
    "\\p{Script=Yi}\\p{Script=Tangut}\\p{Script=Nushu}\\p{Script=Khitan_Small_Script}" +
    "\\p{Emoji_Presentation}" +
    "\\u2329\\u232a\\u2630-\\u2637\\u268a-\\u268f\\u2e80-\\u303e\\u3041-\\u33ff\\u4dc0-\\u4dff" +
    "\\uf900-\\ufaff\\ufe10-\\ufe19\\ufe30-\\ufe6f\\uff01-\\uff60\\uffe0-\\uffe6" +
    "\\u{1d300}-\\u{1d376}\\u{1f200}-\\u{1f265}\\u{20000}-\\u{3fffd}" +
    "]",
  "u",
);

/** Letters of wide scripts in their halfwidth form, and letters that stand for half a flag. */
const NARROW = /[\uff61-\uffdc\uffe8-\uffee\u{1f1e6}-\u{1f1ff}]/u;

/**
 * What goes into the cell before: marks, the later letters of a Hangul syllable, invisible ones. Not
 * so the vowel signs of Indic scripts, nor Hangul fillers: they show little, but have their cells.
 */
const COMBINING =
  /(?![\p{Mc}\u115f\u3164\uffa0])[\p{M}\p{Default_Ignorable_Code_Point}\u1160-\u11ff\ud7b0-\ud7ff]/u;

/** A text of ASCII alone, where every character has one cell. */
const ASCII = /^[\x20-\x7e]*$/;

/** Stands at the end of a text that was cut. */
const ELLIPSIS = "…";

/**
 * Counts the cells that a text takes on a terminal.
 *
 * @param text Printable text, as `escapeUnprintable` leaves it.
 * @returns The cells; terminals differ about some emoji.
 * @see Unicode Standard Annex 11, "East Asian Width"
 */
export function cellWidth(text: string): number {
  if (ASCII.test(text)) return text.length;
  let width = 0;
  for (const character of text) width += characterWidth(character);
  return width;
}

/**
 * Cuts a text to a number of cells; one that is cut ends in an ellipsis.
 *
 * @param text Printable text.
 * @param width The most cells, 0 or more.
 * @returns The text itself where it fits; else a cut one, which may be a cell short of the width
 *   where a wide character did not fit.
 */
export function cutCells(text: string, width: number): string {
  if (cellWidth(text) <= width) return text;
  return width < 1 ? "" : leadingCells(text, width - 1) + ELLIPSIS;
}

/**
 * Cuts a text to a number of cells, or fills it up with blanks.
 *
 * @param text Printable text.
 * @param width How many cells the result has.
 * @param side On which side the text stands.
 */
export function fitCells(text: string, width: number, side: "left" | "right"): string {
  const cut = cutCells(text, width);
  const blanks = " ".repeat(Math.max(0, width - cellWidth(cut)));
  return side === "left" ? cut + blanks : blanks + cut;
}

function leadingCells(text: string, width: number): string {
  let taken = "";
  let left = width;
  for (const character of text) {
    left -= characterWidth(character);
    if (left < 0) break;
    taken += character;
  }
  return taken;
}

function characterWidth(character: string): 0 | 1 | 2 {
  if (COMBINING.test(character)) return 0;
  return WIDE.test(character) && !NARROW.test(character) ? 2 : 1;
}
