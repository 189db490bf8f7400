import { assert, assertEquals } from "@std/assert";
import { MAX_QUEUED_MESSAGES } from "../../src/session/outbox.ts";
import { MAX_RELEASED_DATAGRAMS } from "../../src/session/outbox_scheduler.ts";
import { decodeFragment } from "../../src/wire/fragment.ts";
import { decodeTlvs, findTlv } from "../../src/wire/tlv.ts";
import { DEFAULT_TLV_TYPES } from "../../src/wire/tlv_types.ts";
import type { HarnessClient } from "../support/harness_client.ts";
import { RelayHarness } from "../support/relay_harness.ts";

const MIB = 1024 * 1024;

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

function sendLong(client: HarnessClient, bytes: number): void {
  const datagrams = client.fragments(new Uint8Array(bytes));
  for (const datagram of datagrams) client.sendDatagram(datagram);
}

function fragmentsOf(datagrams: readonly Uint8Array[]): ReturnType<typeof decodeFragment>[] {
  return datagrams.flatMap((datagram) => {
    const value = findTlv(decodeTlvs(datagram), DEFAULT_TLV_TYPES.FRAGMENT);
    return value === undefined ? [] : [decodeFragment(value)];
  });
}

for (const budgetBytes of [576, 1_200, 9_000, 65_507]) {
  Deno.test(`tick() keeps every datagram within a budget of ${budgetBytes} bytes`, () => {
    const { relay, alice, bob } = twoClients(new RelayHarness({ budgetBytes }));
    for (const bytes of [0, 300, 350, 400, 450, 800, 850, 900, 50_000, 200_000]) {
      sendLong(alice, bytes);
    }
    relay.run(2_000);
    const datagrams = bob.datagrams();
    assertEquals(relay.stat("messages.out"), 10);
    assert(datagrams.every(({ byteLength }) => byteLength <= budgetBytes));
  });
}

Deno.test("receive() relays in one datagram what fits one", () => {
  const { relay, alice, bob } = twoClients();
  sendLong(alice, 700);
  assertEquals(bob.datagrams().length, 1);
  sendLong(alice, 900);
  const fragments = fragmentsOf(bob.datagrams());
  assertEquals(fragments.map(({ sequenceNumber, total }) => [sequenceNumber, total]), [
    [0, 2],
    [1, 2],
  ]);
  assertEquals(relay.stat("fragments.in"), 1 + 2);
});

Deno.test("tick() gives each long message of a session an id of its own", () => {
  const { relay, alice, bob } = twoClients();
  for (let index = 0; index < 20; index++) sendLong(alice, 2_000);
  relay.run(1_000);
  const ids = new Set(fragmentsOf(bob.datagrams()).map(({ messageId }) => messageId));
  assertEquals(ids.size, 20);
});

Deno.test("tick() sends 32 fragments at once, then 4 a millisecond", () => {
  const { relay, alice, bob } = twoClients();
  sendLong(alice, MIB);
  const atOnce = bob.datagrams();
  assertEquals(atOnce.length, 32);
  const total = fragmentsOf(atOnce)[0]?.total ?? 0;
  for (let ms = 0; ms < 10; ms++) {
    relay.run(1);
    assertEquals(bob.datagrams().length, 4);
  }
  const restMs = Math.ceil((total - 32 - 40) / 4);
  relay.run(restMs - 1);
  assertEquals(bob.heard(), []);
  relay.run(1);
  assertEquals(bob.heard().length, 1);
});

Deno.test("tick() sends at most 64 datagrams at once, to all recipients in turn", () => {
  const relay = new RelayHarness();
  const alice = relay.join("alice");
  const others = Array.from({ length: 32 }, (_, index) => relay.join(`client-${index}`));
  relay.settle(alice, ...others);
  sendLong(alice, 5_000);
  const counts = others.map((client) => client.datagrams().length);
  assertEquals(counts, Array.from({ length: 32 }, () => MAX_RELEASED_DATAGRAMS / 32));
  relay.run(1_000);
  for (const client of others) assertEquals(fragmentsOf(client.datagrams()).length, 6 - 2);
});

Deno.test("receive() sends a short message past the long ones that wait for others", () => {
  const { relay, alice, bob } = twoClients();
  sendLong(alice, MIB);
  bob.forget();
  bob.say("hi");
  assertEquals(alice.heard(), ["{SENDER_ID bob, RELAY_SEQUENCE 2, MESSAGE hi}"]);
  relay.run(1_000);
  assertEquals(bob.heard().length, 1);
});

Deno.test("receive() lets 1,024 messages wait for a client, and drops one more for it alone", () => {
  const { relay, alice, bob } = twoClients();
  const carol = relay.join("carol");
  relay.settle(alice, bob, carol);
  sendLong(carol, 100_000);
  for (let index = 0; index < MAX_QUEUED_MESSAGES; index++) alice.say(`${index}`);
  assertEquals(relay.drops(), {});
  alice.say("one too many");
  assertEquals(relay.drops(), { send_queue_full: 1 });
  assertEquals(carol.heard().length, 1_025, "others do not notice");
  const delivered = relay.stat("messages.out");
  assertEquals(delivered, 2 + 1_025 + 1_024);
  relay.run(2_000);
  assertEquals(bob.payloads().length, 1_025);
  alice.say("there is room again");
  assertEquals(bob.heard().length, 1);
});

Deno.test("receive() lets 16 MiB wait for a client, and drops what would pass that", () => {
  const { relay, alice, bob } = twoClients();
  for (let index = 0; index < 16; index++) sendLong(alice, MIB);
  assertEquals(relay.drops(), {});
  sendLong(alice, MIB);
  assertEquals(relay.drops(), { send_queue_full: 1 });
  alice.say("short");
  assertEquals(relay.drops(), { send_queue_full: 1 }, "what still fits is taken");
  relay.run(10_000);
  assertEquals(bob.payloads().map(({ byteLength }) => byteLength).at(-1), 5);
  assertEquals(relay.stat("messages.out"), 17);
});
