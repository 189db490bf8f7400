import type { TerminalSize } from "../cli_io.ts";
import { lineWidth, type TopLine, type TopStyle } from "./top_line.ts";

/**
 * Save the screen and take the other one; hide the cursor; no wrapping, so that a line that is wider
 * than this program believes spoils no other.
 *
 * @see XTerm Control Sequences, "DEC Private Mode Set"
 */
export const OPEN_SCREEN = "\x1b[?1049h\x1b[?25l\x1b[?7l\x1b[2J";

/** Undoes `OPEN_SCREEN`: plain text, wrapping, the cursor, the screen as it was. */
export const CLOSE_SCREEN = "\x1b[0m\x1b[?7h\x1b[?25h\x1b[?1049l";

const RESET = "\x1b[0m";

/** Bold, faint and reversed are no colours, and stay with `NO_COLOR`. */
const STYLES: Readonly<Record<TopStyle, { readonly color: string; readonly plain: string }>> = {
  plain: { color: "", plain: "" },
  label: { color: "\x1b[1m", plain: "\x1b[1m" },
  faint: { color: "\x1b[2m", plain: "\x1b[2m" },
  bar: { color: "\x1b[7m", plain: "\x1b[7m" },
  alarm: { color: "\x1b[1;31m", plain: "\x1b[1m" },
  good: { color: "\x1b[32m", plain: "\x1b[1m" },
};

/**
 * Writes a screen over the one before, in one piece and without clearing it first, so that nothing
 * flickers.
 *
 * @param lines The lines, none wider than the screen, and no more than it has.
 * @param options.size The screen's size.
 * @param options.hasColor Whether colour is wanted.
 * @returns Text and control sequences (ECMA-48).
 */
export function frameOf(
  lines: readonly TopLine[],
  { size, hasColor }: { readonly size: TerminalSize; readonly hasColor: boolean },
): string {
  const texts = lines.slice(0, size.rows).map((line, index) => {
    // Behind the last column the cursor is still in it, and what is erased would be that column.
    const erase = lineWidth(line) < size.columns ? "\x1b[K" : "";
    return `\x1b[${index + 1};1H${styled(line, hasColor)}${erase}`;
  });
  const below = lines.length < size.rows ? `\x1b[${lines.length + 1};1H\x1b[J` : "";
  return texts.join("") + below;
}

function styled(line: TopLine, hasColor: boolean): string {
  return line.map(({ text, style }) => {
    const sequence = STYLES[style][hasColor ? "color" : "plain"];
    return sequence === "" ? text : `${sequence}${text}${RESET}`;
  }).join("");
}
