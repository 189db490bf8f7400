import { Identity } from "../../src/crypto/identity.ts";
import { DirectServer } from "../../src/direct/direct_server.ts";
import { Metrics } from "../../src/http/metrics/metrics.ts";
import { silentLogger } from "../../src/observe/event_logger.ts";
import type { RsaTimeListener } from "../../src/observe/rsa_meter.ts";
import type { StatisticsTree } from "../../src/observe/statistics_tree.ts";
import { RelayServer } from "../../src/relay/relay_server.ts";
import { memoryHistory, RELAY_DEFAULTS } from "./relay_defaults.ts";

/** A server on a real socket with its metrics. */
export interface MeteredServer<Server> extends AsyncDisposable {
  readonly server: Server;
  readonly metrics: Metrics;
}

/** What the metrics of the tests say of the process. */
export const PROCESS_PROFILE = {
  version: "1.2.3",
  runtime: 'Deno 2.9.6 "quoted" \\',
  startedUnixMs: 1_700_000_000_500,
  processCpuSeconds: () => 12.25,
} as const;

/** Starts a relay on 127.0.0.1. */
export async function meteredRelay(): Promise<MeteredServer<RelayServer>> {
  const identity = await Identity.generate();
  return await withMetrics("relay", (onRsaTime) =>
    RelayServer.start({
      bind: "127.0.0.1",
      port: 0,
      group: undefined,
      interface: undefined,
      identity,
      rsaBits: 2048,
      groupDelivery: { mode: "unicast", port: 0 },
      protocol: RELAY_DEFAULTS,
      history: memoryHistory(),
      logger: silentLogger,
      onRsaTime,
    }));
}

/** Starts a direct server on 127.0.0.1, whose messages nobody reads. */
export async function meteredDirect(): Promise<MeteredServer<DirectServer>> {
  return await withMetrics(
    "direct",
    (onRsaTime) => DirectServer.start({ rsaBits: 2048, onRsaTime }),
  );
}

async function withMetrics<Server extends AsyncDisposable & { stats(): StatisticsTree }>(
  kind: "relay" | "direct",
  start: (onRsaTime: RsaTimeListener) => Promise<Server>,
): Promise<MeteredServer<Server>> {
  let observe: RsaTimeListener = () => undefined;
  const server = await start((seconds, operation) => observe(seconds, operation));
  const metrics = new Metrics({ kind, ...PROCESS_PROFILE, statistics: () => server.stats() });
  observe = (seconds, operation) => metrics.observeRsa(seconds, operation);
  return { server, metrics, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() };
}
