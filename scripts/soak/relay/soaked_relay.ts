import { type RunningRelay, startRelay } from "../../hushcast_process.ts";
import { type Endpoint, parseEndpoint } from "../../../src/session/endpoint.ts";

/** How the relay under strain is set up. */
export interface SoakedRelayOptions {
  /** Its state directory. */
  readonly state: string;
  /** File of its history. */
  readonly history: string;
  /** Messages that it keeps. */
  readonly historyMessages: number;
  /** Silence after which it removes a client, seconds. */
  readonly clientTimeoutSeconds: number;
  /** Flags of Deno beside the usual. */
  readonly runtimeFlags: readonly string[];
}

/** A relay under strain, and where it is reached. */
export interface SoakedRelay extends RunningRelay {
  readonly endpoint: Endpoint;
  /** Everywhere that it listens for clients: its own address, and its group. */
  readonly targets: readonly Endpoint[];
  readonly metricsUrl: string;
}

/**
 * Starts a relay with all that a soak wants: HTTP, a history in a file, and group delivery by
 * multicast.
 *
 * @param options How it is set up.
 */
export async function startSoakedRelay(options: SoakedRelayOptions): Promise<SoakedRelay> {
  const relay = await startRelay(options.state, [
    ...["--http", "127.0.0.1:0", "--group-delivery", "multicast", "--group-delivery-port", "0"],
    ...["--history", `sqlite:${options.history}`],
    ...["--history-messages", String(options.historyMessages)],
    ...["--client-timeout", String(options.clientTimeoutSeconds)],
  ], { isDetached: true, runtimeFlags: options.runtimeFlags });
  try {
    const [, url = ""] = await relay.process.errorLine(/http ready url=(\S+)$/);
    const endpoint = { hostname: "127.0.0.1", port: relay.port };
    const group = parseEndpoint(relay.group);
    const targets = group === undefined ? [endpoint] : [endpoint, group];
    return { ...relay, endpoint, targets, metricsUrl: `${url}metrics` };
  } catch (error) {
    await relay[Symbol.asyncDispose]();
    throw error;
  }
}
