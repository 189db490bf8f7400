import { HushcastProcess, type RunningRelay, startRelay } from "../../scripts/hushcast_process.ts";

/** A relay with a dashboard. */
export interface DashboardRelay extends RunningRelay {
  /** Where a browser finds the dashboard. */
  readonly url: string;
}

/**
 * Starts a relay in a process of its own, with HTTP on a free port of loopback.
 *
 * @param state Its state directory.
 * @param args Flags behind the usual ones; the last of a kind counts.
 */
export async function startDashboardRelay(
  state: string,
  args: readonly string[] = [],
): Promise<DashboardRelay> {
  const relay = await startRelay(state, ["--http", "127.0.0.1:0", ...args]);
  try {
    const [, url = ""] = await relay.process.errorLine(/http ready url=(\S+)/);
    return { ...relay, url };
  } catch (error) {
    await relay[Symbol.asyncDispose]();
    throw error;
  }
}

/**
 * Starts a client that talks, whatever its name.
 *
 * @param relay Its relay.
 * @param name Its name.
 * @param state Its state directory.
 */
export async function startTalker(
  relay: RunningRelay,
  name: string,
  state: string,
): Promise<HushcastProcess> {
  const args = ["chat", "--relay", relay.relay, "--name", name, "--state", state];
  const client = new HushcastProcess(args);
  try {
    await client.errorLine(/^\* connected to /);
    return client;
  } catch (error) {
    await client[Symbol.asyncDispose]();
    throw error;
  }
}
