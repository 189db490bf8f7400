/**
 * Measures one case, prints what it found as a line of JSON, and ends. It runs in a process of its
 * own: it may read `/proc`, and it is ended as a whole, clients and all, when the bench is.
 */
import { endOnSignal } from "./end_on_signal.ts";
import type { HttpJob, HttpOutcome, HttpReading } from "./http_job.ts";
import { measureIdle } from "./idle_work.ts";
import { measureEvents } from "./events_work.ts";
import { MissingProgramError } from "./missing_program_error.ts";
import { measureScrapes } from "./scrape_work.ts";
import { measureTop } from "./top_work.ts";

async function measure(job: HttpJob, stack: AsyncDisposableStack): Promise<HttpReading[]> {
  const { httpCase } = job;
  switch (httpCase.scenario) {
    case "idle":
      return await measureIdle(job);
    case "scrape":
      return await measureScrapes(job, httpCase.scrapes);
    case "events":
      return await measureEvents(job, httpCase.clients, stack);
    case "page": {
      // What drives a browser takes long to load, and nothing else needs it.
      const { measurePage } = await import("./page_work.ts");
      return await measurePage(job, httpCase.clients, stack);
    }
    case "top":
      return await measureTop(job, httpCase.clients, stack);
  }
}

async function outcomeOf(job: HttpJob, stack: AsyncDisposableStack): Promise<HttpOutcome> {
  try {
    return { outcome: "measured", readings: await measure(job, stack) };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { outcome: error instanceof MissingProgramError ? "left_out" : "failed", reason };
  }
}

// The parent, which is of the same program, wrote it.
const job = JSON.parse(Deno.args[0] ?? "") as HttpJob;
const stack = new AsyncDisposableStack();
endOnSignal(stack);
const outcome = await outcomeOf(job, stack);
await stack.disposeAsync();
console.log(JSON.stringify(outcome));
Deno.exit(0);
