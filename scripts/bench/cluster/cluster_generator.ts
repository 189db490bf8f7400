/**
 * The load generator of a cluster: does one job, prints what it measured as a line of JSON, and ends.
 * It runs in a process of its own, so that nothing else takes its time.
 */
import type { ClusterJob, ClusterOutcome } from "./cluster_job.ts";
import { loadCluster } from "./cluster_load.ts";

async function outcomeOf(job: ClusterJob): Promise<ClusterOutcome> {
  try {
    return { outcome: "measured", figures: await loadCluster(job) };
  } catch (error) {
    return { outcome: "failed", reason: error instanceof Error ? error.message : String(error) };
  }
}

// The parent, which is of the same program, wrote it.
const job = JSON.parse(Deno.args[0] ?? "") as ClusterJob;
console.log(JSON.stringify(await outcomeOf(job)));
Deno.exit(0);
