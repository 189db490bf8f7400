import { type RunningRelay, startRelay } from "../../scripts/hushcast_process.ts";

/** Where the history of the relay is that has this state directory. */
export function historyFileIn(state: string): string {
  return `${state}/history.db`;
}

/** Starts a relay whose history is in its state directory. */
export async function startKeeper(
  state: string,
  args: readonly string[] = [],
): Promise<RunningRelay> {
  return await startRelay(state, ["--history", `sqlite:${historyFileIn(state)}`, ...args]);
}
