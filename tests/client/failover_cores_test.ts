import { assert, assertEquals } from "@std/assert";
import { FailoverWorld, type FailoverWorldOptions } from "../support/failover_world.ts";
import { numberedTexts } from "../support/reliable_world.ts";
import type { StormClient } from "../support/storm_world.ts";

/** A cluster, ada who speaks and cleo who listens at its first relay, and ben at its last one. */
function cluster(options: Partial<FailoverWorldOptions> = {}) {
  const world = new FailoverWorld({ relays: 2, ...options });
  const ada = world.client("ada");
  const cleo = world.client("cleo");
  const [first, ...others] = world.targets;
  const ben = world.client("ben", {
    targets: others.length === 0 ? [first] : [others[0] ?? first],
  });
  assert(world.runUntil(() => [ada, ben, cleo].every(isRegistered), 60_000), "not all got in");
  return { world, ada, ben, cleo };
}

function isRegistered({ core }: StormClient): boolean {
  return core.state === "registered";
}

/** Waits until listeners have heard as many messages; what comes too often would still come. */
function settle(world: FailoverWorld, listeners: readonly StormClient[], count: number): void {
  const hasAll = () => listeners.every(({ heard }) => heard.length >= count);
  assert(world.runUntil(hasAll, 600_000), `heard ${listeners.map(({ heard }) => heard.length)}`);
  world.run(10_000);
}

const expected = (count: number) => numberedTexts(count).map((text) => `ada ${text}`);

for (
  const { how, end } of [
    { how: "falls silent", end: (world: FailoverWorld) => world.kill(0) },
    { how: "shuts down", end: (world: FailoverWorld) => world.shutDown(0) },
    {
      how: "restarts and knows nobody",
      end: (world: FailoverWorld) => {
        world.kill(0);
        world.start(0);
      },
    },
  ]
) {
  Deno.test(`messages go on in order and once when the relay ${how}`, () => {
    const { world, ada, ben, cleo } = cluster({ keepMs: 5 });
    ada.say(numberedTexts(300));
    world.runUntil(() => ben.heard.length >= 100, 10_000);
    end(world);
    settle(world, [ben, cleo], 300);
    assertEquals([ben.heard, cleo.heard], [expected(300), expected(300)]);
    assertEquals([ada.told, cleo.told, ben.told], [
      ["registered", "reconnecting", "registered"],
      ["registered", "reconnecting", "registered"],
      ["registered"],
    ]);
    assertEquals(world.clientsOf(1), 3);
  });
}

Deno.test("a message that the lost relay had kept but not acknowledged arrives once", () => {
  const { world, ada, ben, cleo } = cluster({ keepMs: 50 });
  ada.say(["0", "1", "2"]);
  world.run(20);
  world.kill(0);
  settle(world, [ben, cleo], 3);
  assertEquals(world.series.texts, expected(3));
  assertEquals([ben.heard, cleo.heard], [expected(3), expected(3)]);
});

Deno.test("a message keeps its name through several sessions that end before it is acknowledged", () => {
  const { world, ada, ben } = cluster({ relays: 3, keepMs: 4_000 });
  ada.say(["0", "1"]);
  world.run(500);
  world.kill(0);
  world.runUntil(() => ada.told.length === 3, 20_000);
  world.run(500);
  world.shutDown(1);
  world.start(0);
  settle(world, [ben], 2);
  assertEquals([world.series.texts, ben.heard], [expected(2), expected(2)]);
});

Deno.test("a client without a name does not hear its own messages after a failover", () => {
  const { world, ben } = cluster({ keepMs: 5 });
  const nobody = world.client("", { name: undefined });
  assert(world.runUntil(() => isRegistered(nobody), 10_000));
  nobody.say(numberedTexts(20));
  world.run(12);
  world.kill(0);
  settle(world, [ben], 20);
  assertEquals(ben.heard.map((line) => line.split(" ")[1]), numberedTexts(20));
  assertEquals(nobody.heard, []);
});

Deno.test("a client goes to and fro between relays that it can't reach for a while", () => {
  const { world, ada, ben, cleo } = cluster({ keepMs: 5 });
  let cut: string | undefined = world.endpoints[0]?.hostname;
  const isOfBen = (port: number) => port === ben.endpoint.port;
  world.network.loses = ({ from, to }) =>
    !isOfBen(from.port) && !isOfBen(to.port) && (from.hostname === cut || to.hostname === cut);
  ada.say(numberedTexts(100));
  world.run(8_000);
  assertEquals([world.clientsOf(0), world.clientsOf(1)], [2, 3]);
  cut = world.endpoints[1]?.hostname;
  ada.say(numberedTexts(100).map((text) => `${100 + Number(text)}`));
  settle(world, [ben, cleo], 200);
  assertEquals([ben.heard, cleo.heard], [expected(200), expected(200)]);
  assertEquals(ada.told, [
    "registered",
    "reconnecting",
    "registered",
    "reconnecting",
    "registered",
  ]);
});

Deno.test("a flush that a failover falls into ends once the next relay has all", () => {
  const { world, ada, ben } = cluster();
  ada.say(numberedTexts(40));
  world.kill(0);
  world.run(100);
  ada.flush();
  settle(world, [ben], 40);
  assertEquals(ada.told, ["registered", "reconnecting", "registered", "flushed"]);
  assertEquals(ben.heard, expected(40));
});

for (let seed = 1; seed <= 8; seed++) {
  Deno.test(`400 messages arrive once and in order while relays die, with loss, seed ${seed}`, () => {
    const conditions = { loss: 0.1, duplication: 0.05, minDelayMs: 1, maxDelayMs: 30 };
    const world = new FailoverWorld({ relays: 3, seed, conditions, keepMs: 15 });
    const [first, second, third] = world.targets;
    assert(second !== undefined && third !== undefined);
    const ada = world.client("ada");
    const ben = world.client("ben", { targets: [second, third, first] });
    const listeners = [
      world.client("cleo", { targets: [third, first, second] }),
      world.client("dora"),
    ];
    const all = [ada, ben, ...listeners];
    assert(world.runUntil(() => all.every(isRegistered), 60_000), "not all got in");
    for (let round = 0; round < 8; round++) {
      ada.say(numberedTexts(25).map((text) => `${25 * round + Number(text)}`));
      ben.say(numberedTexts(25).map((text) => `${25 * round + Number(text)}`));
      world.run(world.random.below(3_000));
      const index = round % 3;
      if (world.random.chance(0.3)) world.shutDown(index);
      else world.kill(index);
      world.run(world.random.below(8_000));
      world.start(index);
    }
    settle(world, listeners, 400);
    const [heard, other] = listeners.map((listener) => listener.heard);
    assertEquals(heard, world.series.texts);
    assertEquals(other, heard);
    for (const name of ["ada", "ben"]) {
      const said = heard?.filter((line) => line.startsWith(`${name} `));
      assertEquals(said, numberedTexts(200).map((text) => `${name} ${text}`));
    }
    const kinds = new Set(all.flatMap(({ told }) => told));
    assertEquals(
      kinds.difference(new Set(["registered", "reconnecting", "relay_passed"])).size,
      0,
    );
  });
}

Deno.test("clients of a relay that dies are all at the next one within 7 s", () => {
  const world = new FailoverWorld({ relays: 2 });
  const clients = Array.from({ length: 50 }, (_, index) => world.client(`client-${index}`));
  assert(world.runUntil(() => clients.every(isRegistered), 60_000));
  world.kill(0);
  const isOver = () => world.clientsOf(1) === clients.length;
  assert(world.runUntil(isOver, 7_000), `${world.clientsOf(1)} came over`);
});

Deno.test("members of a group go over to the next relay and miss nothing", () => {
  const relay = { groupDelivery: { mode: "unicast" } } as const;
  const world = new FailoverWorld({ relays: 2, relay, keepMs: 5 });
  const ada = world.client("ada", { groupDelivery: true });
  const listeners = ["ben", "cleo"].map((name) => world.client(name, { groupDelivery: true }));
  assert(world.runUntil(() => [ada, ...listeners].every(isRegistered), 10_000));
  world.run(2_000);
  ada.say(numberedTexts(200));
  world.runUntil(() => listeners.some(({ heard }) => heard.length > 50), 10_000);
  world.kill(0);
  settle(world, listeners, 200);
  assertEquals(listeners.map(({ heard }) => heard), [expected(200), expected(200)]);
});
