import { assertEquals, assertThrows } from "@std/assert";
import { PresenceCore } from "../../../src/cluster/presence/presence_core.ts";
import {
  instanceOf,
  placeOf,
  PresenceWorld,
  sessionOf,
  type WorldRelay,
} from "../../support/presence_world.ts";
import { SeededRandom } from "../../support/seeded_random.ts";

const AMY = { sessionId: sessionOf(0xa), name: "amy", instance: instanceOf(0xa) };

function worldOf(count: number): { world: PresenceWorld; relays: WorldRelay[] } {
  const world = new PresenceWorld(new SeededRandom(1), { maxDelayMs: 5 });
  const relays = Array.from({ length: count }, () => world.start());
  world.run(1_000);
  return { world, relays };
}

function two(): { world: PresenceWorld; a: WorldRelay; b: WorldRelay } {
  const { world, relays: [a, b] } = worldOf(2);
  if (a === undefined || b === undefined) throw new Error("No relays");
  return { world, a, b };
}

function three(): { world: PresenceWorld; a: WorldRelay; b: WorldRelay; c: WorldRelay } {
  const { world, relays: [a, b, c] } = worldOf(3);
  if (a === undefined || b === undefined || c === undefined) throw new Error("No relays");
  return { world, a, b, c };
}

Deno.test("PresenceCore refuses a name that steers a terminal", () => {
  for (const relayName of ["", "a\x1b[2J", "a\u202eb", "a".repeat(101)]) {
    assertThrows(
      () => new PresenceCore({ relayId: sessionOf(1), relayName, bans: [] }),
      TypeError,
    );
  }
});

Deno.test("PresenceCore tells the clients of other relays who joined and left", () => {
  const { world, a, b } = two();
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
  const { world, a, b } = two();
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
  const { world, relays } = worldOf(4);
  for (const [index, relay] of relays.entries()) relay.join({ sessionId: sessionOf(index) });
  world.run(10_000);
  const before = world.said;
  world.run(60_000);
  assertEquals(world.said - before, 4 * 30, "a beat of each relay in 2 s");
});

Deno.test("PresenceCore gathers a rush of clients into few messages", () => {
  const { world, a, b } = two();
  const before = world.said;
  for (let index = 0; index < 1_000; index++) {
    a.join({ sessionId: sessionOf(index), name: `client ${index}` });
  }
  world.run(500);
  assertEquals(b.listed().length, 1_000);
  assertEquals(world.said - before <= 6, true, `${world.said - before} messages`);
});

Deno.test("PresenceCore makes up for changes that were lost", () => {
  const { world, a, b } = two();
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
  const { world, a, b } = two();
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
  const { world, a, b } = two();
  a.join({ ...AMY, address: "[2001:db8::1]:9" });
  world.run(100);
  for (const id of ["amy", "[2001:db8::1]:9", AMY.sessionId, AMY.sessionId.toUpperCase()]) {
    assertEquals(b.core.find(id)?.relayName, a.name, id);
  }
  assertEquals(b.core.find("bob"), undefined);
  assertEquals(a.core.find("amy"), undefined, "its own clients are the relay's to find");
});

Deno.test("PresenceCore says nothing of a client that comes over, and has its old relay drop it", () => {
  const { world, a, b, c } = three();
  a.join(AMY);
  world.run(100);
  assertEquals(b.core.hasId(AMY.name), true);
  b.join({ ...AMY, sessionId: sessionOf(0xb) });
  world.run(20_000);
  assertEquals(a.displaced.map(({ client, why, isTold }) => [client.sessionId, why, isTold]), [
    [AMY.sessionId, "came_over", false],
  ]);
  assertEquals([a, b, c].map((relay) => relay.takeNotices()), [["+amy"], ["+amy"], ["+amy"]]);
  assertEquals(c.core.list().map(placeOf), [`amy ${sessionOf(0xb)} at ${b.relayId}`]);
  assertEquals(a.listed(), ["amy"]);
  assertEquals(b.listed(), []);
});

Deno.test("PresenceCore tells of a client that comes over under another id", () => {
  const { world, a, b, c } = three();
  const { instance } = AMY;
  a.join({ sessionId: sessionOf(1), instance, address: "192.0.2.1:9" });
  world.run(100);
  b.join({ sessionId: sessionOf(2), instance, address: "192.0.2.1:10" });
  world.run(1_000);
  for (const relay of [a, b, c]) {
    const notices = relay.takeNotices();
    assertEquals(notices[0], "+192.0.2.1:9");
    assertEquals(notices.slice(1).sort(), ["+192.0.2.1:10", "-192.0.2.1:9"].sort(), relay.name);
  }
});

Deno.test("PresenceCore lets a client come and go between relays, whatever their clocks say", () => {
  const world = new PresenceWorld(new SeededRandom(7), { maxDelayMs: 20 });
  const [a, b, c] = [0, -30_000, 30_000].map((clockAheadMs) => world.start({ clockAheadMs }));
  if (a === undefined || b === undefined || c === undefined) throw new Error("No relays");
  world.run(1_000);
  const path = [a, b, c, a, c, b, a];
  for (const [index, relay] of path.entries()) {
    relay.join({ ...AMY, sessionId: sessionOf(0x100 + index) });
    world.run(500);
  }
  world.run(20_000);
  for (const relay of [a, b, c]) assertEquals(relay.takeNotices(), ["+amy"], relay.name);
  assertEquals([...a.clients.keys()], [sessionOf(0x106)]);
  assertEquals([b.clients.size, c.clients.size], [0, 0]);
});

Deno.test("PresenceCore counts as left, after a while, who does not come over from a relay that stops", () => {
  const { world, a, b, c } = three();
  a.join(AMY);
  a.join({ sessionId: sessionOf(2), name: "bob" });
  world.run(100);
  b.takeNotices();
  a.stop();
  for (const { sessionId } of a.clients.values()) a.leave(sessionId, "shutdown");
  world.run(3_000);
  assertEquals(b.listed(), [], "nobody is there");
  assertEquals(b.core.whoHas("bob", b.now), undefined);
  c.join({ ...AMY, sessionId: sessionOf(0xc) });
  world.run(6_000);
  assertEquals(b.takeNotices(), []);
  world.run(2_000);
  assertEquals(b.takeNotices(), ["-bob"]);
  assertEquals(b.listed(), ["amy"]);
});

Deno.test("PresenceCore counts as left, after a while, who does not come over from a relay that died", () => {
  const { world, a, b, c } = three();
  a.join(AMY);
  a.join({ sessionId: sessionOf(2), name: "bob" });
  a.join({ sessionId: sessionOf(3), name: "zoe" });
  world.run(100);
  b.takeNotices();
  a.die();
  world.run(3_000);
  c.join({ ...AMY, sessionId: sessionOf(0xc) });
  world.run(4_000);
  assertEquals(c.core.whoHas("bob", c.now), undefined, "it has to be let in again");
  c.join({ sessionId: sessionOf(0xd), name: "bob" });
  world.run(3_500);
  assertEquals(b.core.relays().map(({ relayName }) => relayName), [c.name]);
  assertEquals(b.takeNotices(), []);
  world.run(6_000);
  assertEquals(b.takeNotices(), ["-zoe"]);
  assertEquals(c.takeNotices().filter((notice) => notice.startsWith("-")), ["-zoe"]);
  assertEquals(b.listed(), ["amy", "bob"]);
});

Deno.test("PresenceCore knows nobody less while it has no connection itself", () => {
  const { world, a, b } = two();
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
  const { world, a, b, c } = three();
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
  const { world, a, b } = two();
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

Deno.test("PresenceCore leaves a name to the client that has had it for longer", () => {
  const { world, a, b, c } = three();
  a.join({ sessionId: sessionOf(1), name: "amy" });
  b.join({ sessionId: sessionOf(2), name: "amy", sinceUnixMs: a.now.unixMs + 1 });
  world.run(3_000);
  assertEquals(b.displaced.map(({ client, why, isTold }) => [client.sessionId, why, isTold]), [
    [sessionOf(2), "name_taken", false],
  ]);
  assertEquals([a.displaced.length, c.displaced.length], [0, 0]);
  assertEquals([a, b, c].map((relay) => relay.takeNotices()), [["+amy"], ["+amy"], ["+amy"]]);
  assertEquals(c.core.list().map(placeOf), [`amy ${sessionOf(1)} at ${a.relayId}`]);
});

Deno.test("PresenceCore leaves a name that two took at one moment to the lower relay id", () => {
  const { world, a, b } = two();
  a.join({ sessionId: sessionOf(1), name: "amy" });
  b.join({ sessionId: sessionOf(2), name: "amy" });
  world.run(3_000);
  assertEquals([a.displaced.length, b.displaced.length], [0, 1]);
});

Deno.test("PresenceCore takes the same name and token for the same client, come over", () => {
  const { world, a, b, c } = three();
  a.join({ sessionId: sessionOf(1), name: "amy", token: "amy's" });
  world.run(100);
  b.join({ sessionId: sessionOf(2), name: "amy", token: "amy's" });
  world.run(100);
  assertEquals(a.displaced.map(({ why }) => why), ["came_over"]);
  assertEquals(c.takeNotices(), ["+amy"]);
});

Deno.test("PresenceCore settles who has a name after a silence in which somebody else took it", () => {
  const { world, a, b } = two();
  a.join({ sessionId: sessionOf(1), name: "amy" });
  world.run(100);
  a.side = 1;
  world.run(7_000);
  assertEquals(b.core.whoHas("amy", b.now), undefined);
  b.join({ sessionId: sessionOf(2), name: "amy" });
  assertEquals(b.displaced, []);
  a.side = 0;
  world.run(4_000);
  assertEquals([a.displaced.length, b.displaced.length], [0, 1]);
});

Deno.test("PresenceCore leaves a name to the client that went on elsewhere while its relay was out of reach", () => {
  const { world, a, b, c } = three();
  const client = { name: "amy", address: "192.0.2.1:9" };
  a.join({ ...client, sessionId: sessionOf(1) });
  world.run(100);
  a.side = 1;
  world.run(7_000);
  b.join({ ...client, sessionId: sessionOf(2) });
  world.run(30_000);
  a.side = 0;
  world.run(4_000);
  assertEquals(a.displaced.map(({ why }) => why), ["came_over"]);
  assertEquals(b.displaced, []);
  assertEquals(c.takeNotices(), ["+amy"]);
});

Deno.test("PresenceCore keeps one session of a client that registers at two relays at once", () => {
  const { world, a, b, c } = three();
  a.join({ ...AMY, sessionId: sessionOf(1) });
  b.join({ ...AMY, sessionId: sessionOf(2), sinceUnixMs: a.now.unixMs + 5 });
  world.run(3_000);
  assertEquals(a.displaced.map(({ why, isTold }) => [why, isTold]), [["came_over", false]]);
  assertEquals(b.displaced, []);
  assertEquals(c.takeNotices(), ["+amy"]);
});

Deno.test("PresenceCore.kick() has the relay that has a session end it", () => {
  const { world, a, b, c } = three();
  a.join(AMY);
  world.run(100);
  const request = b.kick(AMY.sessionId, "too loud");
  assertEquals(b.results.has(request), false);
  world.run(100);
  assertEquals(b.results.get(request), true);
  assertEquals(a.asked, [`kick ${AMY.sessionId}: too loud`]);
  assertEquals(c.asked, []);
  assertEquals(c.takeNotices(), ["+amy", "-amy"]);
});

Deno.test("PresenceCore.kick() is in vain when nobody knows the session, or its relay does not answer", () => {
  const { world, a, b } = two();
  assertEquals(b.results.get(b.kick(sessionOf(99), "")), false);
  a.join(AMY);
  world.run(100);
  a.side = 1;
  const request = b.kick(AMY.sessionId, "");
  world.run(1_990);
  assertEquals(b.results.has(request), false);
  world.run(20);
  assertEquals(b.results.get(request), false);
  b.disconnect();
  assertEquals(b.results.get(b.kick(AMY.sessionId, "")), false);
});

Deno.test("PresenceCore.broadcast() gives how many clients of other relays were told", () => {
  const { world, a, b, c } = three();
  a.join(AMY);
  c.join({ sessionId: sessionOf(2), name: "bob" });
  c.join({ sessionId: sessionOf(3), name: "zoe" });
  b.join({ sessionId: sessionOf(4), name: "own" });
  world.run(100);
  const request = b.broadcast("tea is ready");
  world.run(100);
  assertEquals(b.results.get(request), 3);
  assertEquals([a.asked, c.asked], [["broadcast tea is ready"], ["broadcast tea is ready"]]);
});

Deno.test("PresenceCore.broadcast() waits no longer than 1 s for a relay that does not answer", () => {
  const { world, a, b, c } = three();
  a.join(AMY);
  world.run(100);
  c.side = 1;
  const request = b.broadcast("x".repeat(5_000));
  world.run(990);
  assertEquals(b.results.has(request), false);
  world.run(20);
  assertEquals(b.results.get(request), 1);
  assertEquals(a.asked[0]?.length, "broadcast ".length + 1_024);
});

Deno.test("PresenceCore.broadcast() tells nobody when there is no other relay", () => {
  const world = new PresenceWorld(new SeededRandom(1));
  const a = world.start();
  assertEquals(a.results.get(a.broadcast("hi")), 0);
});

Deno.test("PresenceCore.goodbye() is its last word", () => {
  const { world, a, b } = two();
  a.join(AMY);
  a.stop();
  a.stop();
  assertEquals(a.core.nextDeadline(), undefined);
  a.leave(AMY.sessionId);
  world.run(100);
  assertEquals(b.takeNotices(), ["+amy"], "what was not told yet is told before");
});

Deno.test("PresenceCore takes no answer from a relay that was not asked", () => {
  const { world, a, b, c } = three();
  a.join(AMY);
  world.run(100);
  const request = b.kick(AMY.sessionId, "");
  const forged = `{"kind":"kicked","to":"${b.relayId}","request":${request},"isDone":true}`;
  b.carryOut(b.core.receive(c.relayId, new TextEncoder().encode(forged), b.now));
  assertEquals(b.results.has(request), false);
  world.run(100);
  assertEquals(b.results.get(request), true);
});

Deno.test("PresenceCore knows at most 64 other relays", () => {
  const { b } = two();
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
