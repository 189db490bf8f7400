import { fileURLToPath } from "node:url";
import { UNSTABLE_FLAGS } from "../../compile/program_flags.ts";
import type { ClusterJob, ClusterOutcome } from "./cluster_job.ts";

const GENERATOR = fileURLToPath(new URL("cluster_generator.ts", import.meta.url));

/** The runtime hands `/proc` only to programs with all rights. */
const PERMISSIONS = ["--allow-all", "--no-prompt", ...UNSTABLE_FLAGS];

/**
 * Runs the load generator of a cluster in a process of its own.
 *
 * @param job What it does.
 * @param signal Ends it.
 * @returns What it measured, or why it did not.
 * @throws The reason of `signal`, when that aborts first.
 */
export async function runClusterGenerator(
  job: ClusterJob,
  signal: AbortSignal,
): Promise<ClusterOutcome> {
  const command = new Deno.Command(Deno.execPath(), {
    args: ["run", ...PERMISSIONS, GENERATOR, JSON.stringify(job)],
    stdin: "null",
    stdout: "piped",
    stderr: "inherit",
    signal,
    env: { NO_COLOR: "1" },
  });
  const { success, code, stdout } = await command.output();
  signal.throwIfAborted();
  if (!success) return { outcome: "failed", reason: `the load generator ended with ${code}` };
  // It is our own program, so its JSON has the shape that it says.
  return JSON.parse(new TextDecoder().decode(stdout)) as ClusterOutcome;
}
