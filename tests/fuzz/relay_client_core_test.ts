import { assert } from "@std/assert";
import { concat } from "@std/bytes";
import fc from "fast-check";
import { encodeTlvs } from "../../src/wire/tlv.ts";
import { DEFAULT_TLV_TYPES } from "../../src/wire/tlv_types.ts";
import { encodeU64 } from "../../src/wire/u64.ts";
import { ClientWorld, RELAY, type ToldEffect, type WorldClient } from "../support/client_world.ts";
import { namedTlv } from "../support/named_tlv.ts";

const bytes = fc.uint8Array({ maxLength: 300 });
const types = fc.oneof(
  fc.constantFrom(...Object.values(DEFAULT_TLV_TYPES)),
  fc.integer({ min: 0, max: 0xffff }),
);
const tlvs = fc.array(fc.record({ type: types, value: bytes }), { maxLength: 6 });

/** Brings a client into each of its states. */
const STATES: Readonly<Record<string, (world: ClientWorld) => WorldClient>> = {
  asking: (world) => {
    const client = world.client();
    world.run(1);
    return client;
  },
  sealing: (world) => {
    world.relay();
    const client = world.client();
    client.holdsJobs = true;
    world.run(1);
    return client;
  },
  registering: (world) => {
    world.relay().answers.registration = false;
    const client = world.client();
    world.run(1);
    return client;
  },
  registered: (world) => {
    world.relay();
    return world.registered();
  },
  "registered reliably": (world) => {
    world.relay();
    return world.registered({ name: "ada", reliable: true });
  },
  closed: (world) => {
    const client = world.client();
    client.close();
    return client;
  },
};

for (const [state, begin] of Object.entries(STATES)) {
  Deno.test(`RelayClientCore.receive() takes any bytes of the relay while ${state}`, () => {
    fc.assert(fc.property(fc.array(fc.tuple(bytes, fc.nat(300))), (datagrams) => {
      const world = new ClientWorld();
      const client = begin(world);
      assert(state.startsWith(client.core.state));
      for (const [datagram, ms] of datagrams) {
        client.receive(datagram, RELAY);
        world.run(ms);
      }
    }));
  });

  Deno.test(`RelayClientCore.receive() takes any TLVs of the relay while ${state}`, () => {
    fc.assert(fc.property(fc.array(tlvs, { maxLength: 10 }), (datagrams) => {
      const world = new ClientWorld();
      const client = begin(world);
      for (const datagram of datagrams) client.receive(encodeTlvs(datagram), RELAY);
      world.run(1_000);
    }));
  });
}

for (const reliable of [false, true]) {
  const kind = reliable ? "reliable" : "plain";
  Deno.test(`RelayClientCore.receive() takes any plaintext in an authentic token, ${kind}`, () => {
    fc.assert(fc.property(fc.array(fc.oneof(bytes, tlvs.map(encodeTlvs))), (plaintexts) => {
      const world = new ClientWorld();
      const relay = world.relay();
      const client = world.registered({ reliable });
      const [session] = relay.sessions.values();
      assert(session !== undefined);
      const now = Math.floor(world.clock.now.unixMs / 1000);
      for (const plaintext of plaintexts) {
        const token = session.fernet.encrypt(plaintext, { now, iv: world.random.bytes(16) });
        const datagram = encodeTlvs([namedTlv("SYMMETRICALLY_ENCRYPTED_MESSAGE", token)]);
        client.receive(datagram, RELAY);
      }
      world.run(1_000);
    }));
  });
}

const sequence = fc.oneof(
  fc.bigInt({ min: 0n, max: 40n }),
  fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
  fc.constantFrom(4_096n, 4_097n, 2n ** 63n, 2n ** 64n - 1n),
);

/** What a relay may say about numbers; LOST may be told with the ends the wrong way round. */
const numbers = fc.oneof(
  sequence.map((number) => [
    namedTlv("SENDER_ID", "ben"),
    namedTlv("RELAY_SEQUENCE", encodeU64(number)),
    namedTlv("MESSAGE", "hello"),
  ]),
  fc.tuple(sequence, sequence).map((pair) => [namedTlv("ACK", u64s(pair))]),
  fc.tuple(sequence, sequence).map((pair) => [namedTlv("LOST", u64s(pair))]),
  sequence.map((number) => [namedTlv("KEEP_ALIVE_REPLY", encodeU64(number))]),
);

function u64s(pair: readonly bigint[]): Uint8Array {
  return concat(pair.map(encodeU64));
}

Deno.test("RelayClientCore gives each number once and in order, whatever the relay says", () => {
  const step = fc.record({ tlvs: numbers, ms: fc.nat(300), sends: fc.boolean() });
  fc.assert(fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
    const world = new ClientWorld();
    const relay = world.relay();
    const client = world.registered({ name: "ada", reliable: true });
    let next = 1n;
    for (const { tlvs, ms, sends } of steps) {
      relay.sendSealed(relay.session("ada"), ...tlvs);
      if (sends) client.send("hello");
      world.run(ms);
      for (const event of client.told()) {
        const range = rangeOf(event);
        if (range === undefined) continue;
        assert(range.first >= next && range.last >= range.first, `${range.first} after ${next}`);
        next = range.last + 1n;
      }
    }
    assert(world.network.sent.length < 2_000, "it floods the relay");
  }));
});

function rangeOf(event: ToldEffect): { first: bigint; last: bigint } | undefined {
  if (event.type === "gap") return event;
  if (event.type !== "message" || event.relaySequence === undefined) return undefined;
  return { first: event.relaySequence, last: event.relaySequence };
}
