/** Longer words are no slip of the finger, and comparing them would cost too much. */
const MAX_WORD_LENGTH = 64;

/**
 * Finds the name that a mistyped word probably meant.
 *
 * @param word What was typed.
 * @param names What would have been right.
 * @returns The first name that begins with the word, else the one with the fewest edits, if these
 *   are at most a third of its letters (one in a short one); `undefined` when nothing is near.
 */
export function nearestName(word: string, names: readonly string[]): string | undefined {
  if (word.length > MAX_WORD_LENGTH) return undefined;
  const longer = names.find((name) => isAbbreviation(word, name));
  if (longer !== undefined) return longer;
  let nearest: string | undefined;
  let fewest = Infinity;
  for (const name of names) {
    const edits = editDistance(word, name);
    if (edits < fewest && edits <= maxEdits(name)) {
      nearest = name;
      fewest = edits;
    }
  }
  return nearest;
}

function maxEdits({ length }: string): number {
  return Math.max(1, Math.floor(length / 3));
}

function isAbbreviation(word: string, name: string): boolean {
  return /[a-z]{2}/i.test(word) && name.startsWith(word);
}

/** Letters to insert, drop, replace, or swap with their neighbour (optimal string alignment). */
function editDistance(from: string, to: string): number {
  let before: number[] = [];
  let row = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (let i = 0; i < from.length; i++) {
    const next = [i + 1];
    for (let j = 0; j < to.length; j++) {
      const replaced = (row[j] ?? 0) + (from[i] === to[j] ? 0 : 1);
      const isSwapped = i > 0 && j > 0 && from[i] === to[j - 1] && from[i - 1] === to[j];
      const swapped = isSwapped ? (before[j - 1] ?? 0) + 1 : Infinity;
      next.push(Math.min(replaced, swapped, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1));
    }
    before = row;
    row = next;
  }
  return row[to.length] ?? 0;
}
