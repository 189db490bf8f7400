/** Longer words are no slip of the finger, and comparing them would cost too much. */
const MAX_WORD_LENGTH = 64;

/**
 * Finds the name that a mistyped word probably meant.
 *
 * @param word What was typed.
 * @param names What would have been right.
 * @returns The first name that begins with the word, else the one with the fewest edits, if these
 *   are at most a third of its letters (two in a short one); `undefined` when nothing is near.
 */
export function nearestName(word: string, names: readonly string[]): string | undefined {
  if (word.length > MAX_WORD_LENGTH) return undefined;
  const longer = names.find((name) => isAbbreviation(word, name));
  if (longer !== undefined) return longer;
  let nearest: string | undefined;
  let fewest = Infinity;
  for (const name of names) {
    const edits = editDistance(word, name);
    if (edits < fewest && edits <= Math.max(2, Math.floor(name.length / 3))) {
      nearest = name;
      fewest = edits;
    }
  }
  return nearest;
}

function isAbbreviation(word: string, name: string): boolean {
  return /[a-z]{2}/i.test(word) && name.startsWith(word);
}

/** Levenshtein distance, a row of the matrix at a time. */
function editDistance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (let i = 0; i < from.length; i++) {
    const next = [i + 1];
    for (let j = 0; j < to.length; j++) {
      const replaced = (row[j] ?? 0) + (from[i] === to[j] ? 0 : 1);
      next.push(Math.min(replaced, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1));
    }
    row = next;
  }
  return row[to.length] ?? 0;
}
