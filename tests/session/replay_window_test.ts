import { assertEquals } from "@std/assert";
import { REPLAY_WINDOW, ReplayWindow } from "../../src/session/replay_window.ts";

const W = BigInt(REPLAY_WINDOW);
const U64_MAX = 2n ** 64n - 1n;

Deno.test("REPLAY_WINDOW is 8,128 (PROTOCOL 1.5)", () => assertEquals(REPLAY_WINDOW, 8_128));

// `+` stands for a number that must be taken, `-` for one that must be refused.
const rows: { name: string; steps: [bigint, "+" | "-"][] }[] = [
  { name: "refuses 0", steps: [[0n, "-"]] },
  { name: "takes 1 once", steps: [[1n, "+"], [1n, "-"]] },
  { name: "takes what comes in order", steps: [[1n, "+"], [2n, "+"], [3n, "+"], [2n, "-"]] },
  { name: "takes what was overtaken", steps: [[5n, "+"], [3n, "+"], [4n, "+"], [3n, "-"]] },
  { name: "refuses 0 also later", steps: [[7n, "+"], [0n, "-"]] },
  { name: "takes the lowest number of the window", steps: [[W, "+"], [1n, "+"], [1n, "-"]] },
  { name: "refuses the one below the window", steps: [[W + 1n, "+"], [1n, "-"], [2n, "+"]] },
  {
    name: "takes both ends of a window that does not begin at a word",
    steps: [[20_005n, "+"], [20_006n - W, "+"], [20_005n - W, "-"], [20_006n - W, "-"]],
  },
  {
    name: "takes both ends of a window that begins at a word",
    steps: [[32_000n, "+"], [32_001n - W, "+"], [32_000n - W, "-"], [31_999n, "+"]],
  },
  {
    name: "remembers across a move by one word",
    steps: [[31n, "+"], [32n, "+"], [31n, "-"], [30n, "+"], [64n, "+"], [32n, "-"], [33n, "+"]],
  },
  {
    name: "remembers the lowest numbers after a move by almost a window",
    steps: [[100n, "+"], [100n + W - 1n, "+"], [100n, "-"], [101n, "+"], [99n, "-"]],
  },
  {
    name: "forgets nothing wrongly after a move by exactly a window",
    steps: [[100n, "+"], [100n + W, "+"], [100n, "-"], [101n, "+"], [101n, "-"]],
  },
  {
    name: "finds no old marks in the ring after a move by the ring's length",
    steps: [[100n, "+"], [100n + 8_160n, "+"], [8_259n, "+"], [8_160n, "+"], [100n, "-"]],
  },
  {
    name: "finds no old marks after a jump far ahead",
    steps: [[5n, "+"], [10n ** 15n, "+"], [10n ** 15n - 1n, "+"], [10n ** 15n - W + 1n, "+"]],
  },
  {
    name: "takes the highest number of all",
    steps: [[U64_MAX, "+"], [U64_MAX, "-"], [U64_MAX - 1n, "+"], [U64_MAX - W, "-"]],
  },
  {
    name: "takes the whole range from 1 to 2^64 - 1 in one jump",
    steps: [[1n, "+"], [U64_MAX, "+"], [1n, "-"], [U64_MAX - W + 1n, "+"]],
  },
  {
    name: "tells numbers apart that no double can",
    steps: [[2n ** 53n, "+"], [2n ** 53n + 1n, "+"], [2n ** 53n, "-"], [2n ** 53n + 2n, "+"]],
  },
];
for (const { name, steps } of rows) {
  Deno.test(`ReplayWindow.accept() ${name}`, () => {
    const window = new ReplayWindow();
    const results = steps.map(([sequence]) => window.accept(sequence) ? "+" : "-");
    assertEquals(results, steps.map(([, expected]) => expected));
  });
}

Deno.test("ReplayWindow.accept() takes every number of a window once, in reverse", () => {
  const window = new ReplayWindow();
  const highest = 3n * W + 17n;
  for (let sequence = highest; sequence > highest - W; sequence--) {
    assertEquals(window.accept(sequence), true);
  }
  for (let sequence = highest; sequence > highest - W; sequence--) {
    assertEquals(window.accept(sequence), false);
  }
});

Deno.test("ReplayWindow.highest is the highest number taken", () => {
  const window = new ReplayWindow();
  const seen = [0n, 5n, 3n, 5n, U64_MAX, 9n].map((sequence) => {
    window.accept(sequence);
    return window.highest;
  });
  assertEquals(seen, [0n, 5n, 5n, 5n, U64_MAX, U64_MAX]);
});

Deno.test("ReplayWindow.remembers() knows what was taken, and nothing else", () => {
  const window = new ReplayWindow();
  for (const sequence of [1n, 5n, 40n]) window.accept(sequence);
  const known = [0n, 1n, 2n, 5n, 39n, 40n, 41n, 40n + W].filter((it) => window.remembers(it));
  assertEquals(known, [1n, 5n, 40n]);
  assertEquals(window.accept(41n), true, "asking changes nothing");
});

Deno.test("ReplayWindow.remembers() can't tell what lies below the window", () => {
  const window = new ReplayWindow();
  for (const sequence of [1n, 2n, W + 1n]) window.accept(sequence);
  assertEquals([1n, 2n, W + 1n].map((sequence) => window.remembers(sequence)), [false, true, true]);
});
