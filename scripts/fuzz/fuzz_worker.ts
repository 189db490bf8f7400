/// <reference no-default-lib="true" />
/// <reference lib="deno.worker" />
/**
 * Tries inputs in a thread of its own, so that the main thread can end what never ends by itself,
 * and answers Ctrl-C at once.
 */
import { ALL_TARGETS } from "../../tests/fuzz/targets/all_targets.ts";
import { encodeInput } from "../../tests/fuzz/targets/fuzz_input.ts";
import type { FuzzJob, FuzzNews } from "./fuzz_job.ts";
import { fuzzTurn } from "./fuzz_turn.ts";
import { serveJobs } from "./serve_jobs.ts";

/** How often it says that it is not stuck, milliseconds. */
const ALIVE_MS = 500;

function say(news: FuzzNews): void {
  self.postMessage(news);
}

async function work({ target: name, seed: firstSeed, forMs, tellsInputs }: FuzzJob): Promise<void> {
  const target = ALL_TARGETS.find((each) => each.name === name);
  if (target === undefined) throw new Error(`No target is called ${name}`);
  say({ type: "alive", seed: firstSeed });
  let saidMs = -Infinity;
  const onInput = (input: unknown, seed: number) => {
    if (tellsInputs) return say({ type: "input", input: encodeInput(input) });
    if (performance.now() - saidMs < ALIVE_MS) return;
    saidMs = performance.now();
    say({ type: "alive", seed });
  };
  say({ type: "done", result: await fuzzTurn(target, { seed: firstSeed, forMs, onInput }) });
}

serveJobs((job) => {
  work(job).catch((error) => say({ type: "broken", error: `${error.stack ?? error}` }));
});
