import { cellWidth, cutCells } from "./top_cells.ts";

/** How a piece of text stands out. */
export type TopStyle = "plain" | "label" | "faint" | "bar" | "alarm" | "good";

/** A piece of text in one style; printable. */
export interface TopSpan {
  readonly text: string;
  readonly style: TopStyle;
}

/** A line of the screen. */
export type TopLine = readonly TopSpan[];

/**
 * Makes a piece of a line.
 *
 * @param text Printable text.
 * @param style How it stands out.
 */
export function span(text: string, style: TopStyle = "plain"): TopSpan {
  return { text, style };
}

/**
 * Cuts a line to the width of the screen.
 *
 * @param line The line.
 * @param width Cells.
 */
export function cutLine(line: TopLine, width: number): TopLine {
  let left = width;
  return line.flatMap(({ text, style }) => {
    if (left <= 0) return [];
    const cut = cutCells(text, left);
    // What was cut ends the line, even where a wide character left a cell free.
    left = cut === text ? left - cellWidth(text) : 0;
    return [{ text: cut, style }];
  });
}

/** The cells that a line takes. */
export function lineWidth(line: TopLine): number {
  return line.reduce((sum, { text }) => sum + cellWidth(text), 0);
}

/** A line without its styles, and without blanks at its end. */
export function plainLine(line: TopLine): string {
  return line.map(({ text }) => text).join("").trimEnd();
}
