import { assertEquals } from "@std/assert";
import { statisticAt, type StatisticsTree } from "../../src/observe/statistics_tree.ts";

const TREE: StatisticsTree = { clients: 3, drops: { malformed: 7, more: { deep: 1.5 } }, zero: 0 };

const cases: readonly { name: string; path: string; value: number }[] = [
  { name: "finds a number at the root", path: "clients", value: 3 },
  { name: "finds a number in a branch", path: "drops.malformed", value: 7 },
  { name: "finds a number at any depth", path: "drops.more.deep", value: 1.5 },
  { name: "gives a 0 that is there", path: "zero", value: 0 },
  { name: "gives 0 for a name that is not there", path: "servers", value: 0 },
  { name: "gives 0 for a name that is not in the branch", path: "drops.none", value: 0 },
  { name: "gives 0 for a branch", path: "drops", value: 0 },
  { name: "gives 0 for what would stand below a number", path: "clients.malformed", value: 0 },
  { name: "gives 0 for an empty path", path: "", value: 0 },
  { name: "gives 0 for a path that ends in a dot", path: "drops.", value: 0 },
  { name: "gives 0 for what every object has", path: "constructor.length", value: 0 },
  { name: "gives 0 for the prototype", path: "__proto__", value: 0 },
];

for (const { name, path, value } of cases) {
  Deno.test(`statisticAt() ${name}`, () => assertEquals(statisticAt(TREE, path), value));
}
