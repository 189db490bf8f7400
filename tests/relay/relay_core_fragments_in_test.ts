import { assert, assertEquals } from "@std/assert";
import { encodeFragmentDatagram } from "../../src/wire/fragment.ts";
import { DEFAULT_TLV_TYPES } from "../../src/wire/tlv_types.ts";
import { digests } from "../support/digests.ts";
import type { HarnessClient } from "../support/harness_client.ts";
import { namedTlv } from "../support/named_tlv.ts";
import { RelayHarness } from "../support/relay_harness.ts";

interface Pair {
  readonly relay: RelayHarness;
  readonly alice: HarnessClient;
  readonly bob: HarnessClient;
}

function twoClients(relay = new RelayHarness()): Pair {
  const pair = { relay, alice: relay.join("alice"), bob: relay.join("bob") };
  relay.settle(pair.alice, pair.bob);
  return pair;
}

function sendAll(client: HarnessClient, datagrams: readonly Uint8Array[]): void {
  for (const datagram of datagrams) client.sendDatagram(datagram);
}

/** A FRAGMENT datagram that says of itself what a test wants. */
function fragment(
  sequenceNumber: number,
  total: number,
  { messageId = 0, chunk = new Uint8Array(100) } = {},
): Uint8Array {
  return encodeFragmentDatagram(DEFAULT_TLV_TYPES.FRAGMENT, {
    messageId,
    sequenceNumber,
    total,
    chunk,
  });
}

const orders: { name: string; order: (datagrams: Uint8Array[], pair: Pair) => Uint8Array[] }[] = [
  { name: "in order", order: (datagrams) => datagrams },
  { name: "in reverse", order: (datagrams) => datagrams.toReversed() },
  { name: "in any order", order: (datagrams, { relay }) => relay.random.shuffle(datagrams) },
  { name: "each twice", order: (datagrams) => datagrams.flatMap((it) => [it, it]) },
  {
    name: "each twice in any order",
    order: (datagrams, { relay }) => relay.random.shuffle([...datagrams, ...datagrams]),
  },
];

for (const { name, order } of orders) {
  Deno.test(`receive() relays a message whose fragments come ${name}, once`, () => {
    const pair = twoClients();
    const { relay, alice, bob } = pair;
    const payload = relay.random.bytes(50_000);
    sendAll(alice, order(alice.fragments(payload), pair));
    relay.settle();
    assertEquals(digests(bob.payloads()), digests([payload]));
    assertEquals(relay.stat("fragments.reassembled"), 1);
    assertEquals(relay.stat("fragments.unfinished_bytes"), 0);
    assertEquals(relay.drops(), {});
  });
}

Deno.test("receive() keeps the fragments of several messages and clients apart", () => {
  const { relay, alice, bob } = twoClients();
  const payloads = [1, 2, 3].map(() => relay.random.bytes(5_000));
  const [one = [], two = [], three = []] = payloads.map((payload, index) =>
    (index < 2 ? alice : bob).fragments(payload, { messageId: index % 2 })
  );
  for (let index = 0; index < one.length; index++) {
    alice.sendDatagram(one[index] ?? assertFails());
    alice.sendDatagram(two[index] ?? assertFails());
    bob.sendDatagram(three[index] ?? assertFails());
  }
  relay.settle();
  assertEquals(digests(bob.payloads()), digests(payloads.slice(0, 2)));
  assertEquals(digests(alice.payloads()), digests(payloads.slice(2)));
});

Deno.test("receive() reads several fragments of one datagram", () => {
  const { relay, alice, bob } = twoClients();
  const payload = relay.random.bytes(3_000);
  const datagrams = alice.fragments(payload);
  const joined = new Uint8Array(datagrams.flatMap((datagram) => [...datagram]));
  alice.sendDatagram(joined);
  relay.settle();
  assertEquals(digests(bob.payloads()), digests([payload]));
});

Deno.test("receive() keeps the first copy of a fragment", () => {
  const { relay, alice, bob } = twoClients();
  const payload = relay.random.bytes(5_000);
  const [first = assertFails(), ...others] = alice.fragments(payload);
  const forged = first.slice();
  forged.fill(0x41, 12);
  sendAll(alice, [first, forged, ...others]);
  relay.settle();
  assertEquals(digests(bob.payloads()), digests([payload]));
});

const malformedTable: { name: string; value: number[] }[] = [
  { name: "a FRAGMENT without a header", value: [] },
  { name: "a FRAGMENT with a header cut short", value: [0, 0, 0, 1, 0, 0, 0] },
  { name: "a total of 0", value: [0, 0, 0, 1, 0, 0, 0, 0, 65] },
  { name: "a sequence number of the total", value: [0, 0, 0, 1, 0, 3, 0, 3, 65] },
  { name: "a sequence number above the total", value: [0, 0, 0, 1, 255, 255, 0, 3, 65] },
];

for (const { name, value } of malformedTable) {
  Deno.test(`receive() drops ${name} as malformed`, () => {
    const { relay, alice } = twoClients();
    alice.sendOuter(namedTlv("FRAGMENT", Uint8Array.from(value)));
    assertEquals(relay.drops(), { malformed: 1 });
    assertEquals(relay.stat("fragments.unfinished_bytes"), 0);
  });
}

Deno.test("receive() drops a fragment whose total is not that of the first", () => {
  const { relay, alice, bob } = twoClients();
  const payload = relay.random.bytes(3_000);
  const [first = assertFails(), ...others] = alice.fragments(payload);
  sendAll(alice, [first, fragment(1, others.length), fragment(1, 65_535), ...others]);
  relay.settle();
  assertEquals(relay.drops(), { fragment_mismatch: 2 });
  assertEquals(digests(bob.payloads()), digests([payload]));
});

Deno.test("receive() drops a message of fragments that is no token, or not of this client", () => {
  const { relay, alice, bob } = twoClients();
  sendAll(alice, [fragment(0, 2), fragment(1, 2)]);
  assertEquals(relay.drops(), { malformed: 1 });
  sendAll(alice, bob.fragments(relay.random.bytes(3_000), { messageId: 1 }));
  assertEquals(relay.drops(), { malformed: 1, unauthentic: 1 });
});

Deno.test("receive() takes a late duplicate not for the beginning of a new message", () => {
  const { relay, alice, bob } = twoClients();
  const datagrams = alice.fragments(relay.random.bytes(3_000));
  sendAll(alice, datagrams);
  relay.run(9_000);
  sendAll(alice, datagrams.slice(0, 1));
  assertEquals(relay.stat("fragments.unfinished_bytes"), 0);
  relay.run(5_000);
  assertEquals(bob.payloads().length, 1);
  assertEquals(relay.drops(), {});
});

Deno.test("tick() drops an unfinished message fragment_timeout after its last new fragment", () => {
  const { relay, alice, bob } = twoClients();
  const [first = assertFails(), second = assertFails(), ...others] = alice.fragments(
    relay.random.bytes(5_000),
  );
  alice.sendDatagram(first);
  relay.run(9_000);
  alice.sendDatagram(second);
  relay.run(9_000);
  alice.sendDatagram(second);
  relay.run(999);
  assert(relay.stat("fragments.unfinished_bytes") > 0, "a duplicate does not count as new");
  assertEquals(relay.drops(), {});
  relay.run(1);
  assertEquals(relay.stat("fragments.unfinished_bytes"), 0);
  assertEquals(relay.drops(), { fragment_timeout: 1 });
  sendAll(alice, others);
  assertEquals(bob.payloads().length, 0);
});

Deno.test("receive() forgets the fragments of a client that leaves", () => {
  const { relay, alice } = twoClients();
  sendAll(alice, alice.fragments(relay.random.bytes(50_000)).slice(1));
  assert(relay.stat("fragments.unfinished_bytes") > 50_000);
  alice.sendSealed(namedTlv("DISCONNECT"));
  assertEquals(relay.stat("fragments.unfinished_bytes"), 0);
  relay.run(20_000);
  assertEquals(relay.drops(), {}, "nor do they time out later");
  assertEquals(relay.stat("fragments.nacks_out"), 0);
});

function assertFails(): never {
  throw new Error("a message was meant to have more fragments");
}

Deno.test("receive() takes a message that is sent again after a forged fragment spoiled it", () => {
  const { relay, alice, bob } = twoClients();
  const datagrams = alice.fragments(new Uint8Array(5_000), { messageId: 7 });
  alice.sendDatagram(fragment(0, datagrams.length, { messageId: 7 }));
  sendAll(alice, datagrams);
  assertEquals([bob.payloads().length, relay.drops()], [0, { malformed: 1 }]);
  sendAll(alice, datagrams);
  assertEquals(bob.payloads().map(({ byteLength }) => byteLength), [5_000]);
});
