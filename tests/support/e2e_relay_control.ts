import { HushcastProcess, type RunningRelay } from "../../scripts/hushcast_process.ts";
import type { DropReason } from "../../src/observe/counters.ts";
import { runHushcast } from "./relay_clients.ts";

/** What a command on a control port ended with. */
export interface ControlOutcome {
  readonly code: number;
  readonly stdout: readonly string[];
  readonly stderr: readonly string[];
}

/** Runs a command on a relay's control port by `hushcast control`, to its end. */
export async function relayControl(
  { controlPort }: Pick<RunningRelay, "controlPort">,
  ...command: readonly string[]
): Promise<ControlOutcome> {
  return await runHushcast(["control", "--port", `${controlPort}`, ...command]);
}

/** Some of the counters of a relay, under the names of `get_stats`. */
export interface RelayCounters {
  /** Memory of the process, bytes. */
  readonly rss_bytes: number;
  readonly registrations: Readonly<Record<"rsa_operations" | "moved", number>>;
  readonly datagrams: Readonly<Record<"bytes_in" | "bytes_out", number>>;
  /** Datagrams that were dropped, by reason. */
  readonly drops: Readonly<Record<DropReason, number>>;
}

/** The counters of a relay, as `get_stats` tells programs. */
export async function relayCounters(
  relay: Pick<RunningRelay, "controlPort">,
): Promise<RelayCounters> {
  const { stdout, stderr } = await relayControl(relay, "--json", "get_stats");
  if (stdout.length === 0) throw new Error(stderr.join("\n"));
  return JSON.parse(stdout.join("\n")).data;
}

/** Runs a command of `hushcast` to its end, with an environment and with lines to read. */
export async function runHushcastWith(
  args: readonly string[],
  { environment = {}, lines = [] }: {
    readonly environment?: Readonly<Record<string, string>>;
    readonly lines?: readonly string[];
  },
): Promise<ControlOutcome> {
  await using process = new HushcastProcess(args, { environment });
  for (const line of lines) await process.type(line);
  await process.endInput();
  return { code: await process.ended(), stdout: process.stdout, stderr: process.stderr };
}
