import { assertEquals } from "@std/assert";
import { AMY, clusterOfThree, clusterOfTwo } from "../../support/presence_cluster.ts";
import { placeOf, PresenceWorld, sessionOf } from "../../support/presence_world.ts";
import { SeededRandom } from "../../support/seeded_random.ts";

Deno.test("PresenceCore says nothing of a client that comes over, and has its old relay drop it", () => {
  const { world, a, b, c } = clusterOfThree();
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
  const { world, a, b, c } = clusterOfThree();
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

Deno.test("PresenceCore has no id left over of a client that moves once it has come over", () => {
  const { world, a, b } = clusterOfTwo();
  const [{ instance }, former] = [AMY, "192.0.2.1:9"];
  a.join({ sessionId: sessionOf(1), instance, address: former });
  world.run(100);
  // It does not hear that the client has come over, and goes on telling of it.
  a.side = 1;
  b.join({ sessionId: sessionOf(2), instance, address: former });
  assertEquals([b.core.hasId(former), b.core.keepsId(former)], [false, true]);
  b.move(sessionOf(2), "192.0.2.1:10");
  assertEquals(b.takeNotices(), [`+${former}`, `-${former}`, "+192.0.2.1:10"]);
  assertEquals([b.core.hasId(former), b.core.keepsId("192.0.2.1:10")], [false, false]);
  a.side = 0;
  world.run(20_000);
  assertEquals([b.takeNotices(), a.clients.size], [[], 0]);
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
  const { world, a, b, c } = clusterOfThree();
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
  const { world, a, b, c } = clusterOfThree();
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

Deno.test("PresenceCore keeps one session of a client that registers at two relays at once", () => {
  const { world, a, b, c } = clusterOfThree();
  a.join({ ...AMY, sessionId: sessionOf(1) });
  b.join({ ...AMY, sessionId: sessionOf(2), sinceUnixMs: a.now.unixMs + 5 });
  world.run(3_000);
  assertEquals(a.displaced.map(({ why, isTold }) => [why, isTold]), [["came_over", false]]);
  assertEquals(b.displaced, []);
  assertEquals(c.takeNotices(), ["+amy"]);
});
