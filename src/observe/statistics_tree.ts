/** Counters by name, nested by what they belong to. Their names are as `get_stats` shows them. */
export interface StatisticsTree {
  /** A number, or what belongs to this name. */
  readonly [name: string]: number | StatisticsTree;
}

/**
 * Finds a number of a tree.
 *
 * @param tree The counters.
 * @param path Names from the root down, joined by dots as `get_stats` prints them:
 *   `drops.malformed`.
 * @returns The number; 0 where the tree has none, as an older or another kind of server has.
 */
export function statisticAt(tree: StatisticsTree, path: string): number {
  let branch: StatisticsTree[string] | undefined = tree;
  for (const name of path.split(".")) {
    if (typeof branch !== "object" || !Object.hasOwn(branch, name)) return 0;
    branch = branch[name];
  }
  return typeof branch === "number" ? branch : 0;
}
