import { assertEquals } from "@std/assert";
import { AMY, clusterOfThree, clusterOfTwo } from "../../support/presence_cluster.ts";
import { PresenceWorld, sessionOf } from "../../support/presence_world.ts";
import { SeededRandom } from "../../support/seeded_random.ts";

Deno.test("PresenceCore.kick() has the relay that has a session end it", () => {
  const { world, a, b, c } = clusterOfThree();
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
  const { world, a, b } = clusterOfTwo();
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
  const { world, a, b, c } = clusterOfThree();
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
  const { world, a, b, c } = clusterOfThree();
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

Deno.test("PresenceCore takes no answer from a relay that was not asked", () => {
  const { world, a, b, c } = clusterOfThree();
  a.join(AMY);
  world.run(100);
  const request = b.kick(AMY.sessionId, "");
  const forged = `{"kind":"kicked","to":"${b.relayId}","request":${request},"isDone":true}`;
  b.carryOut(b.core.receive(c.relayId, new TextEncoder().encode(forged), b.now));
  assertEquals(b.results.has(request), false);
  world.run(100);
  assertEquals(b.results.get(request), true);
});
