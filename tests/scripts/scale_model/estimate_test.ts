import { assert, assertAlmostEquals, assertEquals, assertLess } from "@std/assert";
import {
  type Deployment,
  SMALL_DEPLOYMENT,
  streamShare,
} from "../../../scripts/scale_model/deployment.ts";
import { estimate, RESOURCES } from "../../../scripts/scale_model/estimate.ts";
import { MEASURED_COSTS, type UnitCosts } from "../../../scripts/scale_model/unit_costs.ts";

/** Round numbers, so that what follows from them can be seen. */
const COSTS: UnitCosts = {
  ingestUs: 100,
  consumeUs: 50,
  deliverUs: 10,
  relayKibUs: 0,
  deliverKibUs: 0,
  storeUs: 20,
  feedUs: 5,
  replicateUs: 7,
  followUs: 30,
  wakeUpUs: 40,
};

function deployment(changes: Partial<Deployment>): Deployment {
  const usual = { messagesPerSecond: 100, receivers: 60, relays: 2, serverProcessors: 1 };
  return { ...SMALL_DEPLOYMENT, ...usual, ...changes };
}

Deno.test("estimate() divides senders and copies among relays, but not the taking of messages", () => {
  const { used, ingestUs, spreadUs, copiesUs } = estimate(deployment({}), COSTS);
  assertEquals([ingestUs, copiesUs, spreadUs], [100, 30 * 10, 50 + 30 * 10]);
  assertAlmostEquals(used["relay processor"], (50 * 100 + 100 * 350) / 1e6);
  assertAlmostEquals(used["NATS processor"], 100 * (20 + 2 * 5) / 1e6);
});

Deno.test("estimate() never lets a relay cost less than what every message costs each", () => {
  const { used } = estimate(deployment({ relays: 1_000 }), COSTS);
  assert(used["relay processor"] > 100 * 50 / 1e6);
});

Deno.test("estimate() charges the leader for each server that holds the stream, and the wait", () => {
  const one = estimate(deployment({ servers: 3 }), COSTS);
  const three = estimate(deployment({ servers: 3, replicas: 3, serverDelayMs: 2 }), COSTS);
  assertEquals(three.leadUs - one.leadUs, 2 * 7);
  assertAlmostEquals(three.used["NATS processor"], 100 * (20 + 10 + 14) / 1e6);
  assertAlmostEquals(three.turnMs - one.turnMs, 2 * 2 + 0.03 + 0.04 + 0.014);
});

Deno.test("estimate() has the processors of a server share all but the keeping of a stream", () => {
  const used = (relays: number, serverProcessors: number) =>
    estimate(deployment({ relays, serverProcessors }), COSTS).used["NATS processor"] * 1e6 / 100;
  assertAlmostEquals(used(20, 1), 20 + 20 * 5);
  assertAlmostEquals(used(20, 4), (20 + 20 * 5) / 4);
  assertAlmostEquals(used(20, 1_000), 20);
});

Deno.test("estimate() has a server follow those streams that others lead", () => {
  const { used, leadUs } = estimate(
    deployment({ streams: 6, relays: 6, servers: 3, replicas: 3 }),
    COSTS,
  );
  assertAlmostEquals(used["NATS processor"], 100 / 6 * (2 * leadUs + 4 * 30) / 1e6);
});

Deno.test("estimate() tells what is used up first, and at which rate", () => {
  for (
    const { changes, bottleneck } of [
      { changes: { receivers: 6_000 }, bottleneck: "relay processor" },
      { changes: { relays: 200, receivers: 0, linkMbps: 1e5 }, bottleneck: "NATS processor" },
      { changes: { linkMbps: 1 }, bottleneck: "relay network" },
      { changes: { linkMbps: 1, receivers: 0, relays: 20 }, bottleneck: "NATS network" },
      { changes: { senders: 1, natsDelayMs: 4 }, bottleneck: "senders' turns" },
    ] as const
  ) {
    const plan = deployment(changes);
    const { limitPerSecond, ...found } = estimate(plan, COSTS);
    assertEquals(found.bottleneck, bottleneck);
    const atLimit = estimate({ ...plan, messagesPerSecond: limitPerSecond }, COSTS);
    assertAlmostEquals(atLimit.used[bottleneck], 1, 1e-9);
    for (const resource of RESOURCES) assertLess(atLimit.used[resource], 1 + 1e-9);
  }
});

Deno.test("estimate() has leaf sites take each message once, however many relays they have", () => {
  const far = { relays: 120, receivers: 0 };
  const [none, some] = [0, 3].map((leafSites) =>
    estimate(deployment({ ...far, leafSites }), COSTS)
  );
  assert(none !== undefined && some !== undefined);
  assertAlmostEquals(none.natsOutMbps / some.natsOutMbps, 120 / 3);
  assertAlmostEquals(some.siteMbps, some.natsOutMbps / 3);
  assertEquals(none.siteMbps, 0);
});

Deno.test("streamShare() gives each group relays of its own, or each relay several groups", () => {
  const many = streamShare(deployment({ streams: 4, relays: 8, receivers: 800, servers: 3 }));
  assertEquals(many, {
    messagesPerSecond: 25,
    relays: 2,
    streamsPerRelay: 1,
    receiversPerRelay: 100,
    streamsLed: 2,
    readers: 2,
  });
  const few = streamShare(deployment({ streams: 8, relays: 2, receivers: 800 }));
  assertEquals([few.relays, few.streamsPerRelay, few.receiversPerRelay], [1, 4, 100]);
});

/**
 * `deno task bench:cluster --scenario capacity --rounds 2 --seconds 2.5`: microseconds a message of
 * the relays on average, and of the NATS server that did most. Each message goes to 60 receivers and
 * to 5 senders.
 */
for (
  const { relays, servers, relayUs, natsUs } of [
    { relays: 1, servers: 1, relayUs: 1_086, natsUs: 96 },
    { relays: 2, servers: 1, relayUs: 668, natsUs: 165 },
    { relays: 3, servers: 1, relayUs: 562, natsUs: 188 },
    { relays: 3, servers: 3, relayUs: 603, natsUs: 295 },
  ]
) {
  Deno.test(`estimate() is within a fifth of what ${relays} relays and ${servers} servers took`, () => {
    const { used } = estimate(
      deployment({ relays, servers, replicas: servers, receivers: 65 }),
      MEASURED_COSTS,
    );
    const perMessage = (share: number) => share * 1e6 / 100;
    assertAlmostEquals(perMessage(used["relay processor"]) / relayUs, 1, 0.2);
    assertAlmostEquals(perMessage(used["NATS processor"]) / natsUs, 1, 0.2);
  });
}
