/**
 * Writes rows as a table of Markdown, so that it can be quoted.
 *
 * @param head Names of the columns.
 * @param rows As long as the head; numbers are given as they are to be shown.
 * @returns Lines; the first column on the left, the others on the right.
 */
export function textTable(
  head: readonly string[],
  rows: readonly (readonly string[])[],
): string[] {
  const widths = head.map((title, column) =>
    Math.max(...[[...head], ...rows].map((row) => row[column]?.length ?? 0), title.length)
  );
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, column) => padded(cell, column, widths[column] ?? 0)).join(" | ")} |`;
  const rule = widths.map((width, column) =>
    column === 0 ? "-".repeat(width) : `${"-".repeat(Math.max(1, width - 1))}:`
  );
  return [line(head), line(rule), ...rows.map(line)];
}

function padded(cell: string, column: number, width: number): string {
  return column === 0 ? cell.padEnd(width) : cell.padStart(width);
}
