/**
 * How a line is drawn. Blue and orange are told apart by nearly everybody; from the third line on
 * dashes help.
 */
export interface LineStyle {
  /** The custom property of the style sheet that holds its colour. */
  readonly colour: string;
  /** Lengths of dashes and gaps, CSS pixels; none for a whole line. */
  readonly dashes: number[];
}

/** The styles of a chart's lines, the first line's first. */
export const LINE_STYLES: readonly LineStyle[] = [
  { colour: "--series-1", dashes: [] },
  { colour: "--series-2", dashes: [] },
  { colour: "--series-3", dashes: [6, 3] },
  { colour: "--series-4", dashes: [2, 2] },
  { colour: "--series-5", dashes: [9, 3, 2, 3] },
  { colour: "--series-6", dashes: [1, 3] },
];
