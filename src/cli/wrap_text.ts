/**
 * Breaks text into lines at blanks; a word longer than the width gets a line of its own.
 *
 * @param text Any text; runs of white space count as one blank.
 * @param width Most UTF-16 code units a line; 1 or more.
 * @returns The lines without line feeds; none for blank text.
 */
export function wrapText(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(/\s+/).filter((word) => word !== "")) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width) {
      lines[lines.length - 1] = `${last} ${word}`;
    } else {
      lines.push(word);
    }
  }
  return lines;
}
