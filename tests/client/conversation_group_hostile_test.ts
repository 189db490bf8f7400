import { assert, assertEquals } from "@std/assert";
import { concat } from "@std/bytes";
import fc from "fast-check";
import { encodeTlvs } from "../../src/wire/tlv.ts";
import { DEFAULT_TLV_TYPES } from "../../src/wire/tlv_types.ts";
import { encodeU64 } from "../../src/wire/u64.ts";
import { meetInGroup } from "../support/client_group_meeting.ts";
import { RELAY } from "../support/client_world.ts";
import { groupTlv } from "../support/mini_group.ts";
import { namedTlv } from "../support/named_tlv.ts";

const TYPES = DEFAULT_TLV_TYPES;

const bytes = fc.uint8Array({ maxLength: 300 });
const types = fc.oneof(
  fc.constantFrom(...Object.values(TYPES)),
  fc.integer({ min: 0, max: 0xffff }),
);
const tlvs = fc.array(fc.record({ type: types, value: bytes }), { maxLength: 6 });

/** A group message or fragment of an epoch that may be the current one, and of any bytes. */
const frames = fc.tuple(
  fc.constantFrom(TYPES.GROUP_MESSAGE, TYPES.GROUP_FRAGMENT),
  fc.oneof(fc.integer({ min: 0, max: 3 }), fc.constantFrom(0xffff_ffff)),
  bytes,
).map(([type, epoch, rest]) => groupTlv(type, epoch, rest));

for (const reliable of [false, true]) {
  const kind = reliable ? "reliable" : "plain";
  Deno.test(`a ${kind} member takes any datagram of the group's`, () => {
    const datagrams = fc.oneof(bytes, tlvs.map(encodeTlvs), frames);
    fc.assert(fc.property(fc.array(fc.tuple(datagrams, fc.nat(300))), (sent) => {
      const { world, relay, client } = meetInGroup("multicast", { reliable });
      for (const [datagram, ms] of sent) {
        client.receiveFromGroup(datagram);
        client.receive(datagram, RELAY);
        world.run(ms);
      }
      world.run(5_000);
      assertEquals([client.heard(), client.core.state], [[], "registered"]);
      relay.sayInGroup("ben", "hello");
      world.run(0);
      assertEquals(client.heard(), ["message ben: hello"]);
    }));
  });

  Deno.test(`a ${kind} member is told by a hostile one only what members can say`, () => {
    fc.assert(fc.property(fc.array(fc.oneof(bytes, tlvs.map(encodeTlvs))), (plaintexts) => {
      const { world, relay, client } = meetInGroup("multicast", { reliable });
      const { fernet, epoch } = relay.group.current;
      const now = Math.floor(world.clock.now.unixMs / 1000);
      for (const plaintext of plaintexts) {
        const token = fernet.encrypt(plaintext, { now, iv: world.random.bytes(16) });
        client.receiveFromGroup(groupTlv(TYPES.GROUP_MESSAGE, epoch, token));
      }
      world.run(1_000);
      const told = new Set<string>(client.told().map(({ type }) => type));
      assertEquals([...told.difference(new Set(["message", "joined", "left"]))], []);
      assertEquals(client.core.state, "registered");
    }));
  });

  Deno.test(`a ${kind} client takes any GROUP_KEY of its relay`, () => {
    const groupKeys = fc.record({
      epoch: fc.oneof(fc.nat(5), fc.constantFrom(0xffff_ffff)),
      address: fc.uint8Array({ minLength: 6, maxLength: 6 }),
      id: fc.option(bytes, { nil: undefined }),
      ms: fc.nat(3_000),
    });
    fc.assert(fc.property(fc.array(groupKeys), (given) => {
      const { world, relay, client, session } = meetInGroup("unicast", { reliable });
      for (const { epoch, address, id, ms } of given) {
        const value = concat([u32(epoch), world.random.bytes(32), address]);
        const more = id === undefined ? [] : [namedTlv("SENDER_ID", id)];
        relay.sendSealed(session, namedTlv("GROUP_KEY", value), ...more);
        world.run(ms);
      }
      world.run(5_000);
      assertEquals(client.core.state, "registered");
      const told = new Set<string>(client.told().map(({ type }) => type));
      const expected = ["join_group", "leave_group", "group_unavailable", "registered"];
      assertEquals([...told.difference(new Set(expected))], []);
    }));
  });
}

const sequence = fc.oneof(
  fc.bigInt({ min: 0n, max: 40n }),
  fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
  fc.constantFrom(4_096n, 4_097n, 2n ** 63n, 2n ** 64n - 1n),
);

Deno.test("a reliable member gives each number once and in order, whatever members say", () => {
  const step = fc.record({
    number: sequence,
    sender: fc.constantFrom("ada", "ben"),
    ms: fc.nat(300),
  });
  fc.assert(fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
    const { world, relay, client } = meetInGroup("multicast", { reliable: true });
    for (const { number, sender, ms } of steps) {
      relay.group.tell(
        undefined,
        namedTlv("SENDER_ID", sender),
        namedTlv("RELAY_SEQUENCE", encodeU64(number)),
        namedTlv("MESSAGE", "forged"),
      );
      world.run(ms);
    }
    world.run(5_000);
    let last = 0n;
    for (const event of client.told()) {
      if (event.type !== "message") continue;
      assert(event.relaySequence !== undefined && event.relaySequence > last);
      last = event.relaySequence;
    }
    assert(last <= 4_096n, "a number far ahead was believed");
  }));
});

function u32(number: number): Uint8Array {
  const value = new Uint8Array(4);
  new DataView(value.buffer).setUint32(0, number);
  return value;
}
