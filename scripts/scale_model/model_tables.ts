import { type Deployment, SMALL_DEPLOYMENT } from "./deployment.ts";
import { estimate } from "./estimate.ts";
import { simulateStream, type SimulationOptions } from "./stream_simulation.ts";
import { textTable } from "./text_table.ts";
import { UNIT_COST_NAMES, type UnitCosts } from "./unit_costs.ts";
import { percentile } from "../bench/statistics.ts";

/** A table with what it is about above it. */
export interface ModelTable {
  readonly title: string;
  readonly lines: readonly string[];
}

/** A rate is told at half load: beyond, the waits grow, and there is nothing left for bursts. */
const HALF = 0.5;

/** Where more comes than can be done. */
const ENDLESS = "endless";

const SHARES = [0.1, 0.3, 0.5, 0.7, 0.8, 0.9, 0.95];

/** All tables of docs/SCALE.md, in their order. */
export function modelTables(costs: UnitCosts, options: SimulationOptions): ModelTable[] {
  return [
    costTable(costs),
    relayTable(costs),
    streamTable(costs),
    serverTable(costs),
    leafTable(costs),
    latencyTable(costs, options),
    distanceTable(costs, options),
  ];
}

/** What one deployment uses, and how long its messages take. */
export function deploymentTable(
  deployment: Deployment,
  costs: UnitCosts,
  options: SimulationOptions,
): ModelTable {
  const { used, bottleneck, limitPerSecond, ...rest } = estimate(deployment, costs);
  const rows = Object.entries(used).map(([name, share]) => [name, percent(share)]);
  const [p50, p99, turn] = latencies(deployment, costs, options);
  return {
    title: `${rate(deployment.messagesPerSecond)} messages/s of ${deployment.bytes} bytes, ` +
      `${deployment.receivers} receivers, ${deployment.relays} relays`,
    lines: textTable(["what", "value"], [
      ...rows,
      ["bottleneck", bottleneck],
      ["messages/s at most", rate(limitPerSecond)],
      ["messages/s at half load", rate(limitPerSecond * HALF)],
      ["a relay sends, Mbit/s", rest.relayOutMbps.toFixed(1)],
      ["the busiest NATS server sends, Mbit/s", rest.natsOutMbps.toFixed(1)],
      ["to each leaf site, Mbit/s", rest.siteMbps.toFixed(1)],
      ["latency p50, ms", p50],
      ["latency p99, ms", p99],
      ["until it is the message's turn, p99, ms", turn],
    ]),
  };
}

function costTable(costs: UnitCosts): ModelTable {
  return {
    title: "What pieces of work cost, microseconds",
    lines: textTable(["cost", "us"], UNIT_COST_NAMES.map((name) => [name, String(costs[name])])),
  };
}

/** One group: what more relays divide, and what they do not. */
function relayTable(costs: UnitCosts): ModelTable {
  const counts = [1, 2, 3, 5, 10, 20, 50];
  const crowds = [60, 600, 6_000, 60_000];
  return {
    title: "One group: messages/s at half load, and what is the limit",
    lines: textTable(
      ["relays", ...crowds.map((receivers) => `${receivers} receivers`)],
      counts.map((relays) => [
        String(relays),
        ...crowds.map((receivers) => halfLoad({ ...SMALL_DEPLOYMENT, receivers, relays }, costs)),
      ]),
    ),
  };
}

/** Many groups: each relay reads the stream of its group alone. */
function streamTable(costs: UnitCosts): ModelTable {
  const counts = [1, 4, 16, 64];
  const relays = 64;
  const servers = [1, 3, 9, 15];
  return {
    title: `${relays} relays, 6,400 receivers, in as many groups as there are streams: ` +
      "messages/s of all groups at half load",
    lines: textTable(
      ["streams", ...servers.map((count) => `${count} NATS servers`)],
      counts.map((streams) => [
        String(streams),
        ...servers.map((count) =>
          halfLoad({
            ...SMALL_DEPLOYMENT,
            ...{ streams, relays, servers: count, receivers: 6_400, senders: 6_400 },
          }, costs)
        ),
      ]),
    ),
  };
}

/** What a server of NATS does for a stream. */
function serverTable(costs: UnitCosts): ModelTable {
  const counts = [1, 3, 10, 30, 100];
  const kinds = [1, 3, 5];
  return {
    title: `A stream on NATS servers of ${SMALL_DEPLOYMENT.serverProcessors} processors: us a ` +
      "message of the one that leads it, and messages/s at half load",
    lines: textTable(
      ["relays", ...kinds.map((replicas) => `held by ${replicas}`)],
      counts.map((relays) => [
        String(relays),
        ...kinds.map((replicas) => {
          const deployment = { ...SMALL_DEPLOYMENT, relays, servers: replicas, replicas };
          const { leadUs, used } = estimate(deployment, costs);
          const limit = deployment.messagesPerSecond / used["NATS processor"];
          return `${leadUs.toFixed(0)} us, ${rate(HALF * limit)}`;
        }),
      ]),
    ),
  };
}

/** Relays far away: what crosses the long lines. */
function leafTable(costs: UnitCosts): ModelTable {
  const counts = [6, 30, 120];
  const sites = [0, 3, 6];
  return {
    title: "1,000 messages/s of 256 bytes: Mbit/s that leave the NATS server of the stream",
    lines: textTable(
      ["relays", ...sites.map((count) => count === 0 ? "no leaf nodes" : `${count} leaf sites`)],
      counts.map((relays) => [
        String(relays),
        ...sites.map((leafSites) =>
          estimate(
            { ...SMALL_DEPLOYMENT, messagesPerSecond: 1_000, relays, leafSites },
            costs,
          ).natsOutMbps.toFixed(1)
        ),
      ]),
    ),
  };
}

/** What paper does not tell: how the waits grow with the load. */
function latencyTable(costs: UnitCosts, options: SimulationOptions): ModelTable {
  const kinds = [
    { name: "1 relay, 60 receivers", relays: 1, receivers: 60, replicas: 1 },
    { name: "3 relays, 600 receivers", relays: 3, receivers: 600, replicas: 1 },
    { name: "the same, held by 3", relays: 3, receivers: 600, replicas: 3 },
    { name: "10 relays, 600 receivers", relays: 10, receivers: 600, replicas: 1 },
  ] as const;
  return {
    title: "Latency against load of the bottleneck: p50 / p99, ms (simulated)",
    lines: textTable(
      ["load", ...kinds.map(({ name }) => name)],
      SHARES.map((share) => [
        percent(share),
        ...kinds.map(({ name: _, ...kind }) => {
          const deployment = { ...SMALL_DEPLOYMENT, ...kind, servers: kind.replicas };
          const [p50, p99] = latencies(atLoad(deployment, costs, share), costs, options);
          return `${p50} / ${p99}`;
        }),
      ]),
    ),
  };
}

/** A sender's next message waits until its last one is kept: what distance does to that. */
function distanceTable(costs: UnitCosts, options: SimulationOptions): ModelTable {
  const delays = [0.1, 1, 5, 20, 50];
  const crowds = [6, 60, 600];
  return {
    title: "Distance to NATS, 3 relays, 100 messages/s: p50 / p99, ms, by how many senders",
    lines: textTable(
      ["one way, ms", ...crowds.map((senders) => `${senders} senders`)],
      delays.map((natsDelayMs) => [
        String(natsDelayMs),
        ...crowds.map((senders) => {
          const deployment = { ...SMALL_DEPLOYMENT, messagesPerSecond: 100, senders, natsDelayMs };
          const [p50, p99] = latencies(deployment, costs, options);
          return `${p50} / ${p99}`;
        }),
      ]),
    ),
  };
}

function atLoad(deployment: Deployment, costs: UnitCosts, share: number): Deployment {
  const { limitPerSecond } = estimate(deployment, costs);
  return { ...deployment, messagesPerSecond: limitPerSecond * share };
}

function latencies(
  deployment: Deployment,
  costs: UnitCosts,
  options: SimulationOptions,
): [p50: string, p99: string, turnP99: string] {
  const { used, bottleneck } = estimate(deployment, costs);
  // A queue that grows for ever has no percentiles.
  if (used[bottleneck] >= 1) return [ENDLESS, ENDLESS, ENDLESS];
  const { latenciesMs, turnsMs } = simulateStream(deployment, costs, options);
  const [p50, p99] = [percentile(latenciesMs, 0.5), percentile(latenciesMs, 0.99)];
  return [milliseconds(p50), milliseconds(p99), milliseconds(percentile(turnsMs, 0.99))];
}

function halfLoad(deployment: Deployment, costs: UnitCosts): string {
  const { limitPerSecond, bottleneck } = estimate(deployment, costs);
  return `${rate(limitPerSecond * HALF)} (${bottleneck})`;
}

function milliseconds(ms: number): string {
  return ms.toFixed(ms < 10 ? 1 : 0);
}

function percent(share: number): string {
  return `${(share * 100).toFixed(0)} %`;
}

/** Two digits are all that a model is good for. */
function rate(perSecond: number): string {
  return Number(perSecond.toPrecision(2)).toLocaleString("en-US");
}
