import type { StatisticsTree } from "./statistics_tree.ts";

/**
 * Adds what a shell has measured to the counters of its core.
 *
 * @param tree The counters; left as they are.
 * @param more Further numbers. One that stands at the place of another replaces it.
 * @returns A new tree, in which the names of `tree` come first.
 */
export function mergeStatistics(tree: StatisticsTree, more: StatisticsTree): StatisticsTree {
  const merged: Record<string, number | StatisticsTree> = { ...tree };
  for (const [name, value] of Object.entries(more)) {
    const before = merged[name];
    merged[name] = typeof before === "object" && typeof value === "object"
      ? mergeStatistics(before, value)
      : value;
  }
  return merged;
}
