import { assertEquals } from "@std/assert";
import { clusterOfThree, clusterOfTwo } from "../../support/presence_cluster.ts";
import { placeOf, sessionOf } from "../../support/presence_world.ts";

Deno.test("PresenceCore leaves a name to the client that has had it for longer", () => {
  const { world, a, b, c } = clusterOfThree();
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
  const { world, a, b } = clusterOfTwo();
  a.join({ sessionId: sessionOf(1), name: "amy" });
  b.join({ sessionId: sessionOf(2), name: "amy" });
  world.run(3_000);
  assertEquals([a.displaced.length, b.displaced.length], [0, 1]);
});

Deno.test("PresenceCore takes the same name and token for the same client, come over", () => {
  const { world, a, b, c } = clusterOfThree();
  a.join({ sessionId: sessionOf(1), name: "amy", token: "amy's" });
  world.run(100);
  b.join({ sessionId: sessionOf(2), name: "amy", token: "amy's" });
  world.run(100);
  assertEquals(a.displaced.map(({ why }) => why), ["came_over"]);
  assertEquals(c.takeNotices(), ["+amy"]);
});

Deno.test("PresenceCore settles who has a name after a silence in which somebody else took it", () => {
  const { world, a, b } = clusterOfTwo();
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
  const { world, a, b, c } = clusterOfThree();
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
