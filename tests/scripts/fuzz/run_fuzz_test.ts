import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import type { FuzzTurns } from "../../../scripts/fuzz/core_turns.ts";
import { type FuzzRun, runFuzz } from "../../../scripts/fuzz/run_fuzz.ts";
import { temporaryDirectory } from "../../support/temporary_directory.ts";

/** What is said, and what a turn of a target is to come to. */
function runOf(folder: string, take: FuzzTurns["take"], parts: Partial<FuzzRun> = {}) {
  const said: string[] = [];
  const run: FuzzRun = {
    targets: [{ name: "first" }, { name: "second" }],
    turns: { take },
    seconds: 0.02,
    seed: 5,
    folder,
    flags: [],
    say: (line) => said.push(line),
    signal: new AbortController().signal,
    ...parts,
  };
  return { run, said };
}

Deno.test("runFuzz() gives each target its turns, under growing seeds", async () => {
  await using folder = await temporaryDirectory();
  const turns: string[] = [];
  const { run, said } = runOf(folder.path, async (target, seed, forMs) => {
    turns.push(`${target} ${seed}`);
    await new Promise((resolve) => setTimeout(resolve, forMs));
    return { inputs: 10, nextSeed: seed + 2, failure: undefined };
  }, { seconds: 0.1 });
  assertEquals(await runFuzz(run), 0);
  assertEquals(turns.slice(0, 2), ["first 5", "second 5"]);
  if (turns.length > 2) assertEquals(turns[2], "first 7");
  assertEquals(said.at(-1), "nothing failed");
});

Deno.test("runFuzz() keeps an input that failed, tells how to try it again and ends with 1", async () => {
  await using folder = await temporaryDirectory();
  let number = 0;
  const { run, said } = runOf(folder.path, (_target, seed) => {
    const error = `Error: ${++number} was wrong\n    at somewhere`;
    return Promise.resolve({ inputs: 1, nextSeed: seed, failure: { input: "[1]\n", error, seed } });
  }, { flags: ["--process"], targets: [{ name: "first" }], seconds: 60 });
  // It ends before its time: a target that fails all the time rests.
  assertEquals(await runFuzz(run), 1);
  const again = said.filter((line) => line.startsWith("try it again"));
  assertEquals(again.length, 1, "the same fault is told once");
  const [line = ""] = again;
  assertStringIncludes(line, "deno task fuzz --process --target first --input ");
  const path = line.split(" ").at(-1) ?? "";
  assertEquals(await Deno.readTextFile(path), "[1]\n");
  assert(said.some((line) => line.includes("Error: 1 was wrong")));
});

Deno.test("runFuzz() keeps both inputs of two faults that say the same in two places", async () => {
  await using folder = await temporaryDirectory();
  let number = 0;
  const { run, said } = runOf(folder.path, (_target, seed) => {
    const error = [
      "AssertionError: Values are not equal.",
      "    at assertEquals (file:///project/src/std/assert/equality.ts:16:9)",
      `    at check (file:///project/tests/fuzz/targets/first_target.ts:${10 + number++ % 2}:5)`,
    ].join("\n");
    const input = `[${number}]\n`;
    return Promise.resolve({ inputs: 1, nextSeed: seed, failure: { input, error, seed } });
  }, { targets: [{ name: "first" }], seconds: 60 });
  assertEquals(await runFuzz(run), 1);
  const paths = said.filter((line) => line.startsWith("try it again"))
    .map((line) => line.split(" ").at(-1) ?? "");
  const texts = await Promise.all(paths.map((path) => Deno.readTextFile(path)));
  assertEquals(texts, ["[1]\n", "[2]\n"]);
});

Deno.test("runFuzz() tells what was done when it is interrupted", async () => {
  await using folder = await temporaryDirectory();
  const stop = new AbortController();
  const { run, said } = runOf(folder.path, (target, seed, _forMs, signal) => {
    if (target === "second") stop.abort();
    signal.throwIfAborted();
    return Promise.resolve({ inputs: 10, nextSeed: seed + 1, failure: undefined });
  }, { signal: stop.signal, seconds: 60 });
  assertEquals(await runFuzz(run), 130);
  assert(said.some((line) => /^first +10 inputs/.test(line)), said.join("\n"));
});
