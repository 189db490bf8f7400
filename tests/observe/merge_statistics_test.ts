import { assertEquals } from "@std/assert";
import { mergeStatistics } from "../../src/observe/merge_statistics.ts";
import type { StatisticsTree } from "../../src/observe/statistics_tree.ts";

const cases: readonly {
  name: string;
  tree: StatisticsTree;
  more: StatisticsTree;
  merged: StatisticsTree;
}[] = [
  { name: "keeps all when there is nothing more", tree: { a: 1 }, more: {}, merged: { a: 1 } },
  {
    name: "adds numbers and branches",
    tree: {},
    more: { a: 1, b: { c: 2 } },
    merged: {
      a: 1,
      b: { c: 2 },
    },
  },
  {
    name: "adds to branches at any depth",
    tree: { rsa: { running: 1, deep: { a: 1 } }, clients: 3 },
    more: { rsa: { seconds: 0.5, deep: { b: 2 } } },
    merged: { rsa: { running: 1, deep: { a: 1, b: 2 }, seconds: 0.5 }, clients: 3 },
  },
  {
    name: "replaces what stands at the same place",
    tree: { a: 1, b: { c: 2 }, d: 4 },
    more: { a: 2, b: 3, d: { e: 5 } },
    merged: { a: 2, b: 3, d: { e: 5 } },
  },
  {
    name: "takes names that every object has for names like others",
    tree: {},
    more: { constructor: { toString: 1 } },
    merged: { constructor: { toString: 1 } },
  },
];

for (const { name, tree, more, merged } of cases) {
  Deno.test(`mergeStatistics() ${name}`, () => {
    const before = structuredClone(tree);
    assertEquals(mergeStatistics(tree, more), merged);
    assertEquals(tree, before, "the tree is left as it was");
  });
}

Deno.test("mergeStatistics() keeps the order of names", () => {
  const merged = mergeStatistics({ b: { x: 1 }, a: 1 }, { c: 2, b: { y: 2 } });
  assertEquals(JSON.stringify(merged), '{"b":{"x":1,"y":2},"a":1,"c":2}');
});
