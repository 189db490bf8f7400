import { assert } from "@std/assert";
import { concat } from "@std/bytes";
import fc from "fast-check";
import { MAX_OPENING_BODIES } from "../../src/client/direct/direct_body_opener.ts";
import { encodeSpkiPem } from "../../src/crypto/spki_pem.ts";
import { encodeDirectFragment } from "../../src/wire/direct_frame.ts";
import { DirectWorld } from "../support/direct_client_world.ts";
import { assertSameMessages } from "../support/same_bytes.ts";

/** What the client may hold of unfinished messages: 4 MiB. */
const MAX_FRAGMENT_BYTES = 4 * 1024 * 1024;

const bytes = fc.uint8Array({ maxLength: 1_300 });
const fragments = fc.record({
  messageId: fc.nat(5),
  sequenceNumber: fc.nat(4),
  total: fc.integer({ min: 1, max: 5 }),
  chunk: fc.uint8Array({ maxLength: 600 }),
}).map(encodeDirectFragment);
const keys = bytes.map((der) => new TextEncoder().encode(encodeSpkiPem(der)));
const answers = fc.oneof(
  fc.constantFrom("ACK", "0: ACK", "1: NACK 1,2"),
  fc.tuple(fc.nat(0xffff_ffff), fc.array(fc.nat(300))).map(([id, missing]) =>
    `${id}: NACK ${missing.join(",")}`
  ),
).map((text) => new TextEncoder().encode(text));
const plaintexts = fc.oneof(fc.uint8Array({ maxLength: 190 }), answers);

/** Something that comes from the server's address; what is to be sealed is sealed by the test. */
const datagrams = fc.oneof(
  bytes.map((datagram) => ({ datagram, isSealed: false })),
  fc.oneof(fragments, keys, answers).map((datagram) => ({ datagram, isSealed: false })),
  plaintexts.map((datagram) => ({ datagram, isSealed: true })),
);

/** Brings a client into each of its states. */
const STATES: Readonly<Record<string, () => DirectWorld>> = {
  asking: () => {
    const world = new DirectWorld();
    world.peer.refuses.keyRequests = true;
    world.run(1);
    return world;
  },
  connected: () => DirectWorld.connected(),
  "connected and sending": () => {
    const world = DirectWorld.connected();
    world.peer.refuses.acks = true;
    world.send(new Uint8Array(5_000));
    world.send("hello");
    return world;
  },
  "connected and sending plain RSA": () => {
    const world = DirectWorld.connected({ form: "plain" });
    world.peer.refuses.acks = true;
    world.send("hello");
    world.send(new Uint8Array(5_000));
    return world;
  },
  closed: () => {
    const world = DirectWorld.connected();
    world.core.close();
    return world;
  },
};

function assertBounded(world: DirectWorld): void {
  const { bodies, fragmentBytes } = world.core.incoming;
  assert(bodies <= MAX_OPENING_BODIES, `${bodies} bodies wait`);
  assert(fragmentBytes <= MAX_FRAGMENT_BYTES, `${fragmentBytes} bytes of fragments wait`);
}

for (const [state, begin] of Object.entries(STATES)) {
  for (const holdsJobs of [false, true]) {
    const name = `${state}, RSA ${holdsJobs ? "never" : "at once"}`;
    Deno.test(`DirectClientCore.receive() takes any bytes of the server while ${name}`, () => {
      fc.assert(
        fc.property(
          fc.array(fc.tuple(datagrams, fc.nat(300)), { maxLength: 100, size: "max" }),
          (events) => {
            const world = begin();
            world.holdsJobs = holdsJobs;
            for (const [{ datagram, isSealed }, ms] of events) {
              if (isSealed) world.giveSealed(datagram);
              else world.give(datagram);
              assertBounded(world);
              world.run(ms);
            }
            world.run(1_000);
          },
        ),
        { numRuns: 50 },
      );
    });
  }
}

Deno.test("DirectClientCore takes any token that anyone sealed for it", () => {
  fc.assert(fc.property(bytes, fc.integer({ min: -100, max: 100 }), (plaintext, age) => {
    const world = DirectWorld.connected();
    const body = world.peer.hybridBody(world.clientKey, plaintext, age);
    world.give(encodeDirectFragment({ messageId: 1, sequenceNumber: 0, total: 1, chunk: body }));
    world.give(body);
    world.give(concat([body, plaintext]));
    world.run(100);
    assert(world.toldOf("message").length <= 1);
  }));
});

Deno.test("DirectClientCore delivers what is sent, whatever a forger says meanwhile", () => {
  fc.assert(
    fc.property(fc.array(datagrams, { maxLength: 40 }), fc.nat(3_000), (forged, length) => {
      const world = DirectWorld.connected();
      const payload = new Uint8Array(length).fill(7);
      world.network.conditions = { minDelayMs: 20 };
      world.send(payload);
      for (const { datagram, isSealed } of forged) {
        if (isSealed) world.giveSealed(datagram);
        else world.give(datagram);
      }
      world.run(5_000);
      assert(world.delivered.length === 1);
      assertSameMessages(world.peer.messages.map((message) => message.payload), [payload]);
    }),
    { numRuns: 50 },
  );
});
