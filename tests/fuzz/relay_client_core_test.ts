import { assert } from "@std/assert";
import fc from "fast-check";
import { encodeTlvs } from "../../src/wire/tlv.ts";
import { DEFAULT_TLV_TYPES } from "../../src/wire/tlv_types.ts";
import { ClientWorld, RELAY, type WorldClient } from "../support/client_world.ts";
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
      assert(client.core.state === state);
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

Deno.test("RelayClientCore.receive() takes any plaintext in an authentic token", () => {
  fc.assert(fc.property(fc.array(fc.oneof(bytes, tlvs.map(encodeTlvs))), (plaintexts) => {
    const world = new ClientWorld();
    const relay = world.relay();
    const client = world.registered();
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
