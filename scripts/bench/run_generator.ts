import { fileURLToPath } from "node:url";
import { UNSTABLE_FLAGS } from "../compile/program_flags.ts";
import type { LoadJob, LoadOutcome } from "./load_job.ts";

const GENERATOR = fileURLToPath(new URL("load/generator.ts", import.meta.url));

/** The runtime hands `/proc` only to programs with all rights. */
const PERMISSIONS = ["--allow-all", "--no-prompt", ...UNSTABLE_FLAGS];

/**
 * Runs a load generator in a process of its own; what it says of its progress is shown.
 *
 * @param job What it does.
 * @param signal Ends it.
 * @returns What it measured, or why it did not.
 * @throws The reason of `signal`, when that aborts first.
 */
export async function runGenerator(job: LoadJob, signal: AbortSignal): Promise<LoadOutcome> {
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
  return JSON.parse(new TextDecoder().decode(stdout)) as LoadOutcome;
}
