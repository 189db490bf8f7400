/**
 * Makes a table of counters.
 *
 * @param names Their names.
 * @returns A new table in which every name has 0.
 */
export function zeroCounts<Name extends string>(names: readonly Name[]): Record<Name, number> {
  const counts: Partial<Record<Name, number>> = {};
  for (const name of names) counts[name] = 0;
  // Checked: the loop above has set each name.
  return counts as Record<Name, number>;
}
