/**
 * Lays cells out in columns: the first two on the left, numbers on the right.
 *
 * @param rows Each with as many cells as the first one.
 * @returns A line for each.
 */
export function alignedRows(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0))
  );
  return rows.map((row) =>
    row.map((text, column) => {
      const width = widths[column] ?? 0;
      return column < 2 ? text.padEnd(width) : text.padStart(width);
    }).join("  ").trimEnd()
  );
}
