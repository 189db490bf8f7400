import { fileURLToPath } from "node:url";
import { UNSTABLE_FLAGS } from "../compile/program_flags.ts";
import type { LoadJob, LoadOutcome } from "./load_job.ts";

const GENERATOR = new URL("load/generator.ts", import.meta.url);

/** The runtime hands `/proc` only to programs with all rights. */
const PERMISSIONS = ["--allow-all", "--no-prompt", ...UNSTABLE_FLAGS];

/**
 * Runs the load generator of a relay in a process of its own; what it says of its progress is shown.
 *
 * @param job What it does.
 * @param signal Ends it.
 * @returns What it measured, or why it did not.
 * @throws The reason of `signal`, when that aborts first.
 */
export async function runGenerator(job: LoadJob, signal: AbortSignal): Promise<LoadOutcome> {
  return await runJob<LoadOutcome>(GENERATOR, job, signal);
}

/**
 * Runs a program that does a job and prints the outcome in JSON.
 *
 * @param program The program, one of ours: its outcome has the shape that it says.
 * @param job Its only argument, as JSON.
 * @param signal Ends it.
 * @returns The outcome; that it failed, where it ended badly.
 * @throws The reason of `signal`, when that aborts first.
 */
export async function runJob<Outcome>(
  program: URL,
  job: unknown,
  signal: AbortSignal,
): Promise<Outcome | { readonly outcome: "failed"; readonly reason: string }> {
  const command = new Deno.Command(Deno.execPath(), {
    args: ["run", ...PERMISSIONS, fileURLToPath(program), JSON.stringify(job)],
    stdin: "null",
    stdout: "piped",
    stderr: "inherit",
    signal,
    env: { NO_COLOR: "1" },
  });
  const { success, code, stdout } = await command.output();
  signal.throwIfAborted();
  if (!success) return { outcome: "failed", reason: `the load generator ended with ${code}` };
  return JSON.parse(new TextDecoder().decode(stdout)) as Outcome;
}
