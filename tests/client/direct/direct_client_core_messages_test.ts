import { assert, assertEquals } from "@std/assert";
import { concat } from "@std/bytes";
import { MAX_RECEIVED_BYTES } from "../../../src/client/direct/direct_receiver.ts";
import { encodeDirectFragment } from "../../../src/wire/direct_frame.ts";
import { messageTlvs } from "../../../src/wire/message.ts";
import { encodeTlvs } from "../../../src/wire/tlv.ts";
import { DEFAULT_TLV_TYPES } from "../../../src/wire/tlv_types.ts";
import { CLIENT, DirectWorld } from "../../support/direct_client_world.ts";
import { assertSameBytes, assertSameMessages } from "../../support/same_bytes.ts";
import { SeededRandom } from "../../support/seeded_random.ts";

const LONG = new SeededRandom(97).bytes(100_000);

function bytesOf(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

function heard(world: DirectWorld): Uint8Array[] {
  return world.toldOf("message").map(({ payload }) => payload);
}

function tlvsOf(payload: Uint8Array): Uint8Array {
  return encodeTlvs(messageTlvs(DEFAULT_TLV_TYPES.MESSAGE, payload));
}

for (const form of ["plain", "hybrid"] as const) {
  for (const length of [0, 1, 190, 191, 760, 761, 5_000, 90_000]) {
    Deno.test(`DirectClientCore takes a ${form} message of ${length} bytes`, () => {
      const world = DirectWorld.connected();
      world.peer.sendTo(CLIENT, LONG.subarray(0, length), form);
      world.run(0);
      assertSameMessages(heard(world), [LONG.subarray(0, length)]);
      assertEquals(world.core.incoming, { bodies: 0, fragmentBytes: 0 });
    });
  }

  Deno.test(`DirectClientCore takes a ${form} message once, however often it comes`, () => {
    const world = DirectWorld.connected();
    world.network.conditions = { duplication: 1, maxDelayMs: 50 };
    world.peer.sendTo(CLIENT, LONG.subarray(0, 100), form);
    world.peer.sendTo(CLIENT, LONG.subarray(0, 3_000), form);
    world.run(100);
    for (const { datagram, to } of world.network.sent) if (to === CLIENT) world.give(datagram);
    world.run(5_000);
    for (const { datagram, to } of world.network.sent) if (to === CLIENT) world.give(datagram);
    const byLength = heard(world).sort((a, b) => a.byteLength - b.byteLength);
    assertSameMessages(byLength, [LONG.subarray(0, 100), LONG.subarray(0, 3_000)]);
  });
}

Deno.test("DirectClientCore takes a hybrid message that comes as one fragment", () => {
  const world = DirectWorld.connected();
  const chunk = world.peer.hybridBody(world.clientKey, tlvsOf(bytesOf("hello")));
  world.give(encodeDirectFragment({ messageId: 1, sequenceNumber: 0, total: 1, chunk }));
  assertEquals(heard(world), [bytesOf("hello")]);
});

Deno.test("DirectClientCore hands messages over in the order in which they came", () => {
  const world = DirectWorld.connected();
  world.holdsJobs = true;
  world.peer.sendTo(CLIENT, LONG.subarray(0, 300), "plain");
  world.peer.sendTo(CLIENT, bytesOf("second"));
  world.run(0);
  const [first, second] = world.jobs.splice(0);
  assert(first !== undefined && second !== undefined);
  world.doJob(second);
  assertEquals(heard(world), []);
  world.doJob(first);
  const [third] = world.jobs.splice(0);
  assert(third !== undefined);
  world.doJob(third);
  assertSameMessages(heard(world), [LONG.subarray(0, 300), bytesOf("second")]);
});

Deno.test("DirectClientCore decrypts one block of a body at a time, and bodies side by side", () => {
  const world = DirectWorld.connected();
  world.holdsJobs = true;
  world.peer.sendTo(CLIENT, LONG.subarray(0, 600), "plain");
  world.peer.sendTo(CLIENT, LONG.subarray(0, 500), "plain");
  world.run(0);
  assertEquals(world.jobs.length, 2);
  const [first] = world.jobs.splice(0, 1);
  assert(first !== undefined);
  world.doJob(first);
  assertEquals(world.jobs.length, 2);
});

Deno.test("DirectClientCore takes what looks like an answer and is none for a message", () => {
  const world = DirectWorld.connected();
  world.giveSealed("12: ACK!");
  assertEquals(heard(world), [bytesOf("12: ACK!")]);
});

for (
  const { name, age, plaintext, reason } of [
    { name: "is too old", age: 61, plaintext: tlvsOf(bytesOf("old")), reason: "stale" },
    { name: "is from the future", age: -61, plaintext: tlvsOf(bytesOf("new")), reason: "stale" },
    { name: "holds no TLVs", age: 0, plaintext: Uint8Array.of(1), reason: "malformed" },
    { name: "holds no MESSAGE", age: 0, plaintext: encodeTlvs([]), reason: "malformed" },
  ] as const
) {
  Deno.test(`DirectClientCore drops a token that ${name}`, () => {
    const world = DirectWorld.connected();
    world.give(world.peer.hybridBody(world.clientKey, plaintext, age));
    assertEquals([heard(world), world.core.drops.of(reason)], [[], 1]);
  });
}

Deno.test("DirectClientCore takes a token of 60 s", () => {
  const world = DirectWorld.connected();
  world.give(world.peer.hybridBody(world.clientKey, tlvsOf(bytesOf("late")), 60));
  assertEquals(heard(world).length, 1);
});

Deno.test("DirectClientCore drops a token under another key than its block says", () => {
  const world = DirectWorld.connected();
  const body = world.peer.hybridBody(world.clientKey, tlvsOf(bytesOf("one")));
  const other = world.peer.hybridBody(world.clientKey, tlvsOf(bytesOf("two")));
  world.give(concat([body.subarray(0, 256), other.subarray(256)]));
  assertEquals([heard(world), world.core.drops.of("unauthentic")], [[], 1]);
});

Deno.test("DirectClientCore drops a token that came before behind another block", () => {
  const world = DirectWorld.connected();
  const body = world.peer.hybridBody(world.clientKey, tlvsOf(bytesOf("one")));
  world.give(body);
  const plaintext = world.clientKey.open(body.subarray(0, 256)) ?? new Uint8Array();
  world.give(concat([world.clientKey.seal(plaintext), body.subarray(256)]));
  assertEquals([heard(world).length, world.core.drops.of("replayed")], [1, 1]);
});

Deno.test("DirectClientCore takes a fragment that is as long as a block", () => {
  const world = DirectWorld.connected();
  const body = world.peer.hybridBody(world.clientKey, tlvsOf(LONG.subarray(0, 300)));
  const chunks = [body.subarray(0, 250), body.subarray(250, 500), body.subarray(500)];
  chunks.forEach((chunk, sequenceNumber) => {
    world.give(encodeDirectFragment({ messageId: 1, sequenceNumber, total: 3, chunk }));
  });
  assertEquals(world.sent.length, 2);
  assertSameBytes(heard(world)[0], LONG.subarray(0, 300));
});

Deno.test("DirectClientCore takes messages of 1 MiB, and none that are much longer", () => {
  const payload = new Uint8Array(MAX_RECEIVED_BYTES).fill(7);
  for (const { extra, count } of [{ extra: 0, count: 1 }, { extra: 4_096, count: 0 }]) {
    const world = DirectWorld.connected();
    const plaintext = tlvsOf(concat([payload, new Uint8Array(extra)]));
    const body = world.peer.hybridBody(world.clientKey, plaintext);
    const chunkBytes = 6_000;
    const total = Math.ceil(body.byteLength / chunkBytes);
    for (let sequenceNumber = 0; sequenceNumber < total; sequenceNumber++) {
      const at = sequenceNumber * chunkBytes;
      const chunk = body.subarray(at, at + chunkBytes);
      world.give(encodeDirectFragment({ messageId: 1, sequenceNumber, total, chunk }));
    }
    assertEquals([heard(world).length, world.core.drops.of("too_large")], [count, 1 - count]);
  }
});
