import { assert, assertAlmostEquals, assertEquals, assertLess } from "@std/assert";
import { percentile } from "../../../scripts/bench/statistics.ts";
import { type Deployment, SMALL_DEPLOYMENT } from "../../../scripts/scale_model/deployment.ts";
import { estimate } from "../../../scripts/scale_model/estimate.ts";
import { simulateStream } from "../../../scripts/scale_model/stream_simulation.ts";
import { MEASURED_COSTS, type UnitCosts } from "../../../scripts/scale_model/unit_costs.ts";

const OPTIONS = { messages: 4_000, seed: 42 };

const NOTHING: UnitCosts = {
  ingestUs: 0,
  consumeUs: 0,
  deliverUs: 0,
  relayKibUs: 0,
  deliverKibUs: 0,
  storeUs: 0,
  feedUs: 0,
  replicateUs: 0,
  followUs: 0,
  wakeUpUs: 0,
};

function p99(deployment: Deployment, costs = MEASURED_COSTS): number {
  return percentile(simulateStream(deployment, costs, OPTIONS).latenciesMs, 0.99);
}

Deno.test("simulateStream() keeps every message, and shows it to every relay", () => {
  const { kept, latenciesMs, turnsMs } = simulateStream(SMALL_DEPLOYMENT, MEASURED_COSTS, OPTIONS);
  assertEquals(kept, OPTIONS.messages);
  assertEquals(turnsMs.length, OPTIONS.messages * 0.9);
  assertEquals(latenciesMs.length, turnsMs.length * SMALL_DEPLOYMENT.relays);
});

Deno.test("simulateStream() gives the same figures for a seed, and others for another", () => {
  const run = (seed: number) =>
    simulateStream(SMALL_DEPLOYMENT, MEASURED_COSTS, { messages: 500, seed });
  assertEquals(run(3), run(3));
  assert(run(3).latenciesMs[0] !== run(4).latenciesMs[0]);
});

Deno.test("simulateStream() has nothing but distance when work costs nothing", () => {
  const far = { ...SMALL_DEPLOYMENT, natsDelayMs: 10, senders: 1_000_000 };
  const { latenciesMs } = simulateStream(far, NOTHING, OPTIONS);
  assertAlmostEquals(latenciesMs[0] ?? NaN, 20, 1e-6);
  assertAlmostEquals(percentile(latenciesMs, 0.99), 20, 1e-6);
  const held = { ...far, servers: 3, replicas: 3, serverDelayMs: 4 };
  assertAlmostEquals(simulateStream(held, NOTHING, OPTIONS).latenciesMs[0] ?? NaN, 28, 1e-6);
});

Deno.test("simulateStream() waits as the theory of one queue says, where there is one", () => {
  // M/D/1: with one relay that does all the work in one piece, the mean wait is u / (2 (1 - u)) pieces.
  const costs = { ...NOTHING, consumeUs: 1_000 };
  for (const load of [0.3, 0.6, 0.8]) {
    const one = {
      ...SMALL_DEPLOYMENT,
      ...{ relays: 1, receivers: 0, natsDelayMs: 0, senders: 1_000_000 },
      messagesPerSecond: 1_000 * load,
    };
    const { latenciesMs } = simulateStream(one, costs, { messages: 60_000, seed: 9 });
    const mean = latenciesMs.reduce((sum, ms) => sum + ms, 0) / latenciesMs.length;
    assertAlmostEquals(mean, 1 + load / (2 * (1 - load)), 0.08 * mean);
  }
});

Deno.test("simulateStream() makes a sender's next message wait until the last one is kept", () => {
  const far = { ...SMALL_DEPLOYMENT, messagesPerSecond: 60, natsDelayMs: 20 };
  const crowd = simulateStream({ ...far, senders: 1_000 }, MEASURED_COSTS, OPTIONS);
  const few = simulateStream({ ...far, senders: 3 }, MEASURED_COSTS, OPTIONS);
  assertLess(percentile(crowd.turnsMs, 0.9), 10);
  assert(percentile(few.turnsMs, 0.9) > 40);
});

Deno.test("simulateStream() takes longer the more there is to do, here or for other streams", () => {
  const { limitPerSecond } = estimate(SMALL_DEPLOYMENT, MEASURED_COSTS);
  const [calm, busy] = [0.3, 0.9].map((load) =>
    p99({ ...SMALL_DEPLOYMENT, messagesPerSecond: limitPerSecond * load })
  );
  assert(calm !== undefined && busy !== undefined);
  assertLess(3 * calm, busy);
  const own = { ...SMALL_DEPLOYMENT, relays: 1, receivers: 30, messagesPerSecond: 600 };
  const shared = { ...own, streams: 3, receivers: 90, messagesPerSecond: 1_800 };
  assertLess(p99(own), p99(shared));
});
