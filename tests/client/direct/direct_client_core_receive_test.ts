import { assertEquals } from "@std/assert";
import { concat } from "@std/bytes";
import { MAX_OPENING_BODIES } from "../../../src/client/direct/direct_body_opener.ts";
import { encodeDirectFragment } from "../../../src/wire/direct_frame.ts";
import { DirectWorld } from "../../support/direct_client_world.ts";

function bytesOf(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

function heard(world: DirectWorld): Uint8Array[] {
  return world.toldOf("message").map(({ payload }) => payload);
}

Deno.test("DirectClientCore drops blocks that do not decrypt", () => {
  const world = DirectWorld.connected();
  const garbage = world.random.bytes(256);
  garbage[4] = 0;
  world.give(garbage);
  const good = world.clientKey.seal(bytesOf("good"));
  world.give(concat([good, garbage]));
  assertEquals([heard(world), world.core.drops.of("undecryptable")], [[], 2]);
});

Deno.test("DirectClientCore drops a body of fragments that is no whole number of blocks", () => {
  const world = DirectWorld.connected();
  const chunk = concat([world.clientKey.seal(bytesOf("good")), Uint8Array.of(1)]);
  world.give(encodeDirectFragment({ messageId: 1, sequenceNumber: 0, total: 1, chunk }));
  assertEquals([heard(world), world.core.drops.of("undecryptable")], [[], 1]);
});

Deno.test("DirectClientCore drops a body of fragments that is shorter than a block", () => {
  const world = DirectWorld.connected();
  const chunk = new Uint8Array(255);
  world.give(encodeDirectFragment({ messageId: 1, sequenceNumber: 0, total: 1, chunk }));
  assertEquals([world.asked.length, world.core.drops.of("malformed")], [1, 1]);
});

Deno.test("DirectClientCore lets 64 bodies wait for RSA and drops one more", () => {
  const world = DirectWorld.connected();
  world.holdsJobs = true;
  for (let count = 0; count <= MAX_OPENING_BODIES; count++) world.giveSealed(`message ${count}`);
  assertEquals(world.core.incoming.bodies, MAX_OPENING_BODIES);
  assertEquals(world.core.drops.of("overloaded"), 1);
  world.holdsJobs = false;
  for (const job of world.jobs.splice(0)) world.doJob(job);
  assertEquals([heard(world).length, world.core.incoming.bodies], [MAX_OPENING_BODIES, 0]);
});

Deno.test("DirectClientCore decrypts a body once that comes twice at the same time", () => {
  const world = DirectWorld.connected();
  world.holdsJobs = true;
  const body = world.clientKey.seal(bytesOf("hello"));
  world.give(body);
  world.give(body);
  assertEquals([world.jobs.length, world.core.drops.of("replayed")], [1, 1]);
});

Deno.test("DirectClientCore gives unfinished messages up after 10 s", () => {
  const world = DirectWorld.connected();
  const chunk = new Uint8Array(400);
  world.give(encodeDirectFragment({ messageId: 1, sequenceNumber: 0, total: 2, chunk }));
  assertEquals(world.core.incoming.fragmentBytes, 400);
  world.run(10_000);
  assertEquals(world.core.incoming.fragmentBytes, 0);
  assertEquals(world.core.drops.of("fragment_timeout"), 1);
  assertEquals(world.sent.length, 2, "nothing is asked for again");
});

Deno.test("DirectClientCore drops fragments that contradict each other", () => {
  const world = DirectWorld.connected();
  const chunk = new Uint8Array(400);
  world.give(encodeDirectFragment({ messageId: 1, sequenceNumber: 0, total: 2, chunk }));
  world.give(encodeDirectFragment({ messageId: 1, sequenceNumber: 1, total: 3, chunk }));
  assertEquals(world.core.drops.of("fragment_mismatch"), 1);
});

Deno.test("DirectClientCore ignores keys once it has the server's", () => {
  const world = DirectWorld.connected();
  world.give(world.newKey(512).pem);
  world.give(bytesOf("-----BEGIN PUBLIC KEY-----\n?\n-----END PUBLIC KEY-----\n"));
  assertEquals([world.asked, world.core.drops.of("unexpected")].flat().length, 2);
  world.send("hello");
  world.run(0);
  assertEquals(world.delivered, [1]);
});
