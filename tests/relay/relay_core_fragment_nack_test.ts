import { assertEquals, assertLessOrEqual } from "@std/assert";
import { MAX_REPAIRS } from "../../src/session/fragment_repairs.ts";
import { FRAGMENT_RETENTION_MS } from "../../src/session/retained_messages.ts";
import { decodeFragment, fragmentDatagrams } from "../../src/wire/fragment.ts";
import { encodeFragmentNack } from "../../src/wire/fragment_nack.ts";
import { decodeTlvs, findTlv, type Tlv } from "../../src/wire/tlv.ts";
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

function twoClients(): Pair {
  const relay = new RelayHarness();
  const pair = { relay, alice: relay.join("alice"), bob: relay.join("bob") };
  relay.settle(pair.alice, pair.bob);
  return pair;
}

function sendAll(client: HarnessClient, datagrams: readonly Uint8Array[]): void {
  for (const datagram of datagrams) client.sendDatagram(datagram);
}

function sendNack(client: HarnessClient, messageId: number, missing: number[]): void {
  client.sendSealed(namedTlv("FRAGMENT_NACK", encodeFragmentNack({ messageId, missing })));
}

interface SentMessage {
  /** The id that the relay gave it. */
  readonly messageId: number;
  /** Digests of its datagrams. */
  readonly datagrams: string[];
}

/** Has alice send a message of 9 fragments to bob. Returns what bob got. */
function relayLong({ relay, alice, bob }: Pair): SentMessage {
  sendAll(alice, alice.fragments(relay.random.bytes(7_500), { budgetBytes: 60_000 }));
  const fragments = bob.datagrams();
  assertEquals(fragments.length, 9);
  const [first = new Uint8Array()] = fragments;
  const value = findTlv(decodeTlvs(first), DEFAULT_TLV_TYPES.FRAGMENT) ?? new Uint8Array();
  return { messageId: decodeFragment(value).messageId, datagrams: digests(fragments) };
}

Deno.test("tick() asks for missing fragments 200 ms after the last one, at most 5 times", () => {
  const { relay, alice } = twoClients();
  const datagrams = alice.fragments(new Uint8Array(5_000));
  sendAll(alice, datagrams.filter((_, index) => index !== 1 && index !== 3));
  const heardMs: number[] = [];
  for (let ms = 1; ms <= 3_000; ms++) {
    relay.run(1);
    for (const line of alice.heard()) {
      assertEquals(line, "{FRAGMENT_NACK 0: 1 3}");
      heardMs.push(ms);
    }
  }
  assertEquals(heardMs, [200, 400, 600, 800, 1_000]);
  assertEquals(relay.stat("fragments.nacks_out"), 5);
});

Deno.test("tick() waits 200 ms more after each new fragment, and asks no more for a whole message", () => {
  const { relay, alice, bob } = twoClients();
  const payload = relay.random.bytes(5_000);
  for (const datagram of alice.fragments(payload)) {
    alice.sendDatagram(datagram);
    relay.run(199);
  }
  relay.run(1_000);
  assertEquals(alice.heard(), []);
  assertEquals(digests(bob.payloads()), digests([payload]));
});

for (
  const { budgetBytes, count } of [{ budgetBytes: 576, count: 179 }, {
    budgetBytes: 1_200,
    count: 411,
  }]
) {
  Deno.test(`tick() names the first ${count} missing fragments with a budget of ${budgetBytes}`, () => {
    const relay = new RelayHarness({ budgetBytes });
    const alice = relay.join("alice");
    relay.settle(alice);
    sendAll(alice, alice.fragments(new Uint8Array(1_000_000)).slice(-1));
    relay.run(200);
    const [nack, ...others] = alice.heard();
    const numbers = Array.from({ length: count }, (_, index) => index).join(" ");
    assertEquals([nack, others], [`{FRAGMENT_NACK 0: ${numbers}}`, []]);
  });
}

/** A FRAGMENT of 65,535 that nobody will complete; whoever knows an address can forge it. */
function strayFragment(messageId: number, chunkBytes: number): Tlv {
  const value = new Uint8Array(8 + chunkBytes);
  const view = new DataView(value.buffer);
  view.setUint32(0, messageId);
  view.setUint16(6, 0xffff);
  return namedTlv("FRAGMENT", value);
}

Deno.test("tick() asks for fragments by no more than 3 times what came, since anyone can forge it", () => {
  const { relay, alice } = twoClients();
  for (const chunkBytes of [0, 10, 100, 500]) {
    const forged = Array.from(
      { length: 100 },
      (_, index) => strayFragment(1_000 * chunkBytes + index, chunkBytes),
    );
    const before = relay.stat("datagrams.bytes_out");
    const { byteLength } = alice.sendOuter(...forged);
    relay.run(2_000);
    assertLessOrEqual(relay.stat("datagrams.bytes_out") - before, 3 * byteLength);
  }
});

for (
  const { chunkBytes, asked } of [34, 35, 69, 70, 200].map((chunkBytes) => ({
    chunkBytes,
    // One that names a single fragment is a datagram of 104 bytes.
    asked: Math.min(5, Math.floor(3 * chunkBytes / 104)),
  }))
) {
  Deno.test(`tick() asks ${asked} times for the one fragment that ${chunkBytes} bytes lack`, () => {
    const { relay, alice } = twoClients();
    const token = alice.seal([namedTlv("MESSAGE", new Uint8Array(2_000))]);
    const [, last] = fragmentDatagrams(
      DEFAULT_TLV_TYPES.FRAGMENT,
      7,
      token.slice(0, 1_000 + chunkBytes),
      1_000 + 12,
    );
    alice.sendDatagram(last ?? new Uint8Array());
    relay.run(2_000);
    assertEquals(alice.heard(), Array(asked).fill("{FRAGMENT_NACK 7: 0}"));
  });
}

Deno.test("tick() asks for missing fragments ahead of what waits for the client", () => {
  const { relay, alice, bob } = twoClients();
  sendAll(bob, bob.fragments(new Uint8Array(1_000_000)));
  sendAll(alice, alice.fragments(new Uint8Array(5_000)).slice(1));
  alice.forget();
  relay.run(200);
  assertEquals(alice.heard(), ["{FRAGMENT_NACK 0: 0}"]);
  relay.run(100);
  assertEquals(alice.payloads().length, 1);
});

Deno.test("tick() asks nobody whose session has ended", () => {
  const { relay, alice, bob } = twoClients();
  sendAll(alice, alice.fragments(new Uint8Array(5_000)).slice(1));
  alice.registerAs("alice");
  relay.settle(alice, bob);
  assertEquals(relay.stat("fragments.nacks_out"), 0);
});

Deno.test("receive() answers FRAGMENT_NACK by the very same fragments", () => {
  const pair = twoClients();
  const { relay, bob } = pair;
  const { messageId, datagrams } = relayLong(pair);
  sendNack(bob, messageId, [7, 2, 0]);
  assertEquals(digests(bob.datagrams()), [datagrams[7], datagrams[2], datagrams[0]]);
  assertEquals(relay.stat("fragments.nacks_in"), 1);
  assertEquals(relay.stat("fragments.resent"), 3);
});

Deno.test("receive() re-sends each fragment once, and passes over what the message has not", () => {
  const pair = twoClients();
  const { relay, bob } = pair;
  const { messageId, datagrams } = relayLong(pair);
  sendNack(bob, messageId, [1, 1, 9, 65_535, 1]);
  assertEquals(digests(bob.datagrams()), [datagrams[1]]);
  sendNack(bob, messageId ^ 77, [0, 1]);
  sendNack(bob, messageId, []);
  assertEquals(bob.datagrams().length, 0);
  assertEquals(relay.stat("fragments.nacks_in"), 3);
  assertEquals(relay.drops(), {});
});

Deno.test("receive() answers FRAGMENT_NACK 5 times for a message", () => {
  const pair = twoClients();
  const { messageId } = relayLong(pair);
  for (let round = 0; round <= MAX_REPAIRS; round++) sendNack(pair.bob, messageId, [round]);
  assertEquals(pair.bob.datagrams().length, MAX_REPAIRS);
});

Deno.test("receive() answers FRAGMENT_NACK for 5 s after the message was sent", () => {
  const pair = twoClients();
  const { relay, bob } = pair;
  const { messageId } = relayLong(pair);
  relay.run(FRAGMENT_RETENTION_MS - 1);
  sendNack(bob, messageId, [0]);
  assertEquals(bob.datagrams().length, 1);
  relay.run(1);
  sendNack(bob, messageId, [0]);
  assertEquals(bob.datagrams().length, 0);
});

Deno.test("receive() repairs what one client lost ahead of what waits for it", () => {
  const pair = twoClients();
  const { relay, alice, bob } = pair;
  const { messageId, datagrams: [first] } = relayLong(pair);
  relay.run(100);
  sendAll(alice, alice.fragments(relay.random.bytes(200_000), { messageId: 1 }));
  bob.forget();
  sendNack(bob, messageId, [0]);
  relay.run(1);
  assertEquals(digests(bob.datagrams())[0], first);
  relay.run(1_000);
  assertEquals(relay.stat("fragments.resent"), 1);
});

Deno.test("receive() answers no FRAGMENT_NACK for what another client was sent", () => {
  const pair = twoClients();
  const { messageId } = relayLong(pair);
  sendNack(pair.alice, messageId, [0]);
  assertEquals(pair.alice.datagrams().length, 0);
});

for (const length of [0, 1, 3, 5]) {
  Deno.test(`receive() drops a FRAGMENT_NACK of ${length} bytes as malformed`, () => {
    const { relay, bob } = twoClients();
    bob.sendSealed(namedTlv("FRAGMENT_NACK", new Uint8Array(length)));
    assertEquals(relay.drops(), { malformed: 1 });
    assertEquals(relay.stat("fragments.nacks_in"), 0);
  });
}

Deno.test("receive() answers a FRAGMENT_NACK of 20,000 numbers by 9 fragments", () => {
  const pair = twoClients();
  const { relay, bob } = pair;
  const { messageId, datagrams } = relayLong(pair);
  sendNack(bob, messageId, Array.from({ length: 20_000 }, (_, index) => index % 9));
  relay.run(10);
  assertEquals(digests(bob.datagrams()), datagrams);
  assertEquals(relay.stat("fragments.resent"), 9);
});
