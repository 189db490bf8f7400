/**
 * Splits a command line into words as a shell does: at spaces outside quotes, with `'...'` as it
 * stands, `"..."` in which a backslash keeps `"` and `\`, and a backslash that keeps any character
 * outside quotes. Nothing is replaced: no variables, no patterns.
 *
 * @param line The command line.
 * @returns The words; none for an empty line.
 * @throws {SyntaxError} If a quote is not closed, or a backslash ends the line.
 */
export function splitCommand(line: string): string[] {
  const words: string[] = [];
  let word: string | undefined;
  for (let at = 0; at < line.length;) {
    const [piece = ""] = PIECE.exec(line.slice(at)) ?? [];
    if (piece === "") throw new SyntaxError(`Cannot split command: open quote at ${at + 1}`);
    at += piece.length;
    if (/^\s/.test(piece)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else word = (word ?? "") + unquoted(piece);
  }
  return word === undefined ? words : [...words, word];
}

/** Space, a quoted part, a character behind a backslash, or what needs no thought. */
const PIECE = /^(?:\s+|'[^']*'|"(?:[^"\\]|\\[\s\S])*"|\\[\s\S]|[^\s'"\\]+)/;

function unquoted(piece: string): string {
  if (piece.startsWith("'")) return piece.slice(1, -1);
  if (piece.startsWith('"')) return piece.slice(1, -1).replaceAll(/\\(["\\])/g, "$1");
  return piece.startsWith("\\") ? piece.slice(1) : piece;
}
