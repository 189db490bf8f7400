import type { StatisticsTree } from "../observe/statistics_tree.ts";

/**
 * Writes counters as `get_stats` shows them.
 *
 * @param tree The counters.
 * @returns One line a number, `name value`, with dots between the levels: `drops.malformed 3`.
 */
export function statisticsLines(tree: StatisticsTree): string[] {
  return Object.entries(tree).flatMap(([name, value]) =>
    typeof value === "number"
      ? [`${name} ${value}`]
      : statisticsLines(value).map((line) => `${name}.${line}`)
  );
}
