/// <reference no-default-lib="true" />
/// <reference lib="deno.worker" />
/** A thread for tests: what it does is the name of the target. */
import type { FuzzNews } from "../../../scripts/fuzz/fuzz_job.ts";
import { serveJobs } from "../../../scripts/fuzz/serve_jobs.ts";

function say(news: FuzzNews): void {
  self.postMessage(news);
}

serveJobs(({ target, seed }) => {
  if (target === "breaks") return say({ type: "broken", error: "a fault of its own" });
  if (target === "sleeps") return;
  say({ type: "alive", seed: seed + 1 });
  say({ type: "input", input: "[1]\n" });
  say({ type: "input", input: "[2]\n" });
  for (; target === "loops";);
  say({ type: "done", result: { inputs: 2, nextSeed: seed + 1, failure: undefined } });
});
