/// <reference no-default-lib="true" />
/// <reference lib="deno.worker" />
import type { FuzzJob, FuzzNews } from "./fuzz_job.ts";

/** How often a thread says that it takes jobs, until it gets one, milliseconds. */
const READY_INTERVAL_MS = 200;

/**
 * Takes the jobs of a thread.
 *
 * It says again and again that it is ready, until it is given something to do: messages between threads
 * may be lost while one of them begins.
 *
 * @param take Does a job.
 */
export function serveJobs(take: (job: FuzzJob) => void): void {
  const tellReady = () => self.postMessage({ type: "ready" } satisfies FuzzNews);
  const timer = setInterval(tellReady, READY_INTERVAL_MS);
  self.onmessage = ({ data }: MessageEvent<FuzzJob>) => {
    clearInterval(timer);
    take(data);
  };
  tellReady();
}
