import { assertEquals, assertThrows } from "@std/assert";
import { PresenceCore } from "../../../src/cluster/presence/presence_core.ts";
import { AMY, clusterOf, clusterOfThree, clusterOfTwo } from "../../support/presence_cluster.ts";
import { placeOf, PresenceWorld, sessionOf } from "../../support/presence_world.ts";
import { SeededRandom } from "../../support/seeded_random.ts";

Deno.test("PresenceCore refuses a name that steers a terminal", () => {
  for (const relayName of ["", "a\x1b[2J", "a\u202eb", "a".repeat(101)]) {
    assertThrows(
      () => new PresenceCore({ relayId: sessionOf(1), relayName, bans: [] }),
      TypeError,
    );
  }
});

Deno.test("PresenceCore tells the clients of other relays who joined and left", () => {
  const { world, a, b } = clusterOfTwo();
  a.join(AMY);
  a.join({ sessionId: sessionOf(2), address: "192.0.2.1:9" });
  world.run(100);
  assertEquals(b.takeNotices(), ["+amy", "+192.0.2.1:9"]);
  assertEquals(b.listed(), ["192.0.2.1:9", "amy"]);
  a.leave(AMY.sessionId);
  world.run(100);
  assertEquals(b.takeNotices(), ["-amy"]);
  assertEquals(a.takeNotices(), ["+amy", "+192.0.2.1:9", "-amy"]);
});

Deno.test("PresenceCore tells a relay that starts later who is there already", () => {
  const { world, a, b } = clusterOfTwo();
  a.join(AMY);
  world.run(60_000);
  const c = world.start();
  world.run(1_000);
  assertEquals(c.takeNotices(), ["+amy"]);
  const known = c.core.relays().map(({ relayName, clients, isCurrent }) =>
    `${relayName} ${clients} ${isCurrent}`
  );
  assertEquals(known.sort(), [`${a.name} 1 true`, `${b.name} 0 true`]);
});

Deno.test("PresenceCore says little while nothing happens", () => {
  const { world, relays } = clusterOf(4);
  for (const [index, relay] of relays.entries()) relay.join({ sessionId: sessionOf(index) });
  world.run(10_000);
  const before = world.said;
  world.run(60_000);
  assertEquals(world.said - before, 4 * 30, "a beat of each relay in 2 s");
});

Deno.test("PresenceCore gathers a rush of clients into few messages", () => {
  const { world, a, b } = clusterOfTwo();
  const before = world.said;
  for (let index = 0; index < 1_000; index++) {
    a.join({ sessionId: sessionOf(index), name: `client ${index}` });
  }
  world.run(500);
  assertEquals(b.listed().length, 1_000);
  assertEquals(world.said - before <= 6, true, `${world.said - before} messages`);
});

Deno.test("PresenceCore makes up for changes that were lost", () => {
  const { world, a, b } = clusterOfTwo();
  a.join(AMY);
  world.run(100);
  world.conditions = { loss: 1 };
  a.leave(AMY.sessionId);
  a.join({ sessionId: sessionOf(2), name: "bob" });
  world.run(1_000);
  assertEquals(b.listed(), ["amy"]);
  world.conditions = {};
  world.run(5_000);
  assertEquals(b.takeNotices(), ["+amy", "+bob", "-amy"]);
});

Deno.test("PresenceCore tells of a client that goes by another address", () => {
  const { world, a, b } = clusterOfTwo();
  a.join({ sessionId: sessionOf(1), address: "192.0.2.1:9" });
  a.join({ ...AMY, address: "192.0.2.2:9" });
  world.run(100);
  b.takeNotices();
  a.carryOut(a.core.moved(sessionOf(1), "192.0.2.1:10", a.now));
  a.carryOut(a.core.moved(AMY.sessionId, "192.0.2.2:10", a.now));
  world.run(100);
  assertEquals(b.takeNotices(), ["-192.0.2.1:9", "+192.0.2.1:10"]);
  assertEquals(b.core.find("192.0.2.2:10")?.id, "amy");
  assertEquals(b.core.find("192.0.2.2:9"), undefined);
});

Deno.test("PresenceCore.find() takes a name, an address or a session id", () => {
  const { world, a, b } = clusterOfTwo();
  a.join({ ...AMY, address: "[2001:db8::1]:9" });
  world.run(100);
  for (const id of ["amy", "[2001:db8::1]:9", AMY.sessionId, AMY.sessionId.toUpperCase()]) {
    assertEquals(b.core.find(id)?.relayName, a.name, id);
  }
  assertEquals(b.core.find("bob"), undefined);
  assertEquals(a.core.find("amy"), undefined, "its own clients are the relay's to find");
});

Deno.test("PresenceCore knows nobody less while it has no connection itself", () => {
  const { world, a, b } = clusterOfTwo();
  a.join(AMY);
  world.run(100);
  b.takeNotices();
  b.disconnect();
  world.run(60_000);
  assertEquals(b.listed(), ["amy"]);
  assertEquals(b.core.whoHas("amy", b.now)?.id, "amy");
  a.leave(AMY.sessionId);
  a.join({ sessionId: sessionOf(2), name: "bob" });
  world.run(1_000);
  b.connect();
  world.run(5_000);
  assertEquals(b.takeNotices(), ["+bob", "-amy"]);
  assertEquals(a.takeNotices(), ["+amy", "-amy", "+bob"]);
});

Deno.test("PresenceCore tells of everybody again after a part of the network was out of reach", () => {
  const { world, a, b, c } = clusterOfThree();
  a.join(AMY);
  c.join({ sessionId: sessionOf(3), name: "zoe" });
  world.run(100);
  for (const relay of [a, b, c]) relay.takeNotices();
  c.side = 1;
  world.run(16_000);
  assertEquals([a, b, c].map((relay) => relay.takeNotices()), [["-zoe"], ["-zoe"], ["-amy"]]);
  c.side = 0;
  world.run(4_000);
  assertEquals([a, b, c].map((relay) => relay.takeNotices()), [["+zoe"], ["+zoe"], ["+amy"]]);
});

Deno.test("PresenceCore tells nothing when a part of the network was out of reach for a moment", () => {
  const { world, a, b } = clusterOfTwo();
  a.join(AMY);
  world.run(100);
  b.takeNotices();
  a.side = 1;
  world.run(11_000);
  assertEquals(b.listed(), []);
  a.side = 0;
  world.run(4_000);
  assertEquals(b.listed(), ["amy"]);
  assertEquals(b.takeNotices(), []);
});

Deno.test("PresenceCore.goodbye() is its last word", () => {
  const { world, a, b } = clusterOfTwo();
  a.join(AMY);
  a.stop();
  a.stop();
  assertEquals(a.core.nextDeadline(), undefined);
  a.leave(AMY.sessionId);
  world.run(100);
  assertEquals(b.takeNotices(), ["+amy"], "what was not told yet is told before");
});

Deno.test("PresenceCore knows at most 64 other relays", () => {
  const { b } = clusterOfTwo();
  for (let index = 0; index < 100; index++) {
    const beat = `{"kind":"beat","name":"r","version":0,"count":0,"bans":"${
      "0".repeat(16)
    }","greets":false}`;
    b.carryOut(b.core.receive(sessionOf(1_000 + index), new TextEncoder().encode(beat), b.now));
  }
  assertEquals(b.core.relays().length, 64);
});

Deno.test("PresenceCore learns of thousands of clients over a bus that loses some of it", () => {
  const world = new PresenceWorld(new SeededRandom(11), { maxDelayMs: 20 });
  const a = world.start();
  for (let index = 0; index < 3_000; index++) {
    a.join({ sessionId: sessionOf(index), address: `192.0.2.1:${1_000 + index}` });
  }
  world.run(1_000);
  world.conditions = { loss: 0.1, maxDelayMs: 20 };
  const b = world.start();
  for (let index = 0; index < 3_000; index += 2) {
    a.leave(sessionOf(index));
    if (index % 100 === 0) world.run(100);
  }
  world.conditions = {};
  world.run(10_000);
  assertEquals(
    b.core.list().map(placeOf).sort(),
    [...a.clients.values()].map((client) =>
      placeOf({ ...client, relayId: a.relayId, relayName: a.name, supersedes: [] })
    ).sort(),
  );
  assertEquals(b.listed().length, 1_500);
});
