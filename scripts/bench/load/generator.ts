/**
 * A load generator: does one job, prints what it measured as a line of JSON, and ends. It runs in a
 * process of its own, so that nothing else takes its time.
 */
import type { Figures } from "../figures.ts";
import type { LoadJob, LoadOutcome } from "../load_job.ts";
import { fanOut } from "./fan_out_load.ts";
import { idle } from "./idle_load.ts";
import { large } from "./large_load.ts";
import { paced } from "./paced_load.ts";
import { registrations } from "./registrations_load.ts";
import { reliable } from "./reliable_load.ts";
import { UnsupportedError } from "./unsupported_error.ts";

async function measure(job: LoadJob): Promise<Figures> {
  const { load } = job;
  switch (load.kind) {
    case "fan-out":
      return await fanOut(job, load);
    case "paced":
      return await paced(job, load);
    case "registrations":
      return await registrations(job);
    case "idle":
      return await idle(job, load);
    case "large":
      return await large(job, load);
    case "reliable":
      return await reliable(job, load);
  }
}

async function outcomeOf(job: LoadJob): Promise<LoadOutcome> {
  try {
    return { outcome: "measured", figures: await measure(job) };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { outcome: error instanceof UnsupportedError ? "unsupported" : "failed", reason };
  }
}

// The parent, which is of the same program, wrote it.
const job = JSON.parse(Deno.args[0] ?? "") as LoadJob;
console.log(JSON.stringify(await outcomeOf(job)));
Deno.exit(0);
