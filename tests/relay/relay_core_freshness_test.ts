import { assertEquals } from "@std/assert";
import type { HarnessClient } from "../support/harness_client.ts";
import { namedTlv } from "../support/named_tlv.ts";
import { RelayHarness } from "../support/relay_harness.ts";

const HOUR_MS = 3_600_000;

interface Pair {
  readonly relay: RelayHarness;
  readonly alice: HarnessClient;
  readonly bob: HarnessClient;
}

function twoClients(maxMessageAgeSeconds = 60): Pair {
  const relay = new RelayHarness({ maxMessageAgeSeconds });
  const pair = { relay, alice: relay.join("alice"), bob: relay.join("bob") };
  relay.settle(pair.alice, pair.bob);
  return pair;
}

const ageTable: { maxAge: number; ageSeconds: number; isFresh: boolean }[] = [
  { maxAge: 60, ageSeconds: 0, isFresh: true },
  { maxAge: 60, ageSeconds: 60, isFresh: true },
  { maxAge: 60, ageSeconds: 61, isFresh: false },
  { maxAge: 60, ageSeconds: -60, isFresh: true },
  { maxAge: 60, ageSeconds: -61, isFresh: false },
  { maxAge: 5, ageSeconds: 5, isFresh: true },
  { maxAge: 5, ageSeconds: 6, isFresh: false },
  { maxAge: 0, ageSeconds: 1_000_000, isFresh: true },
];

for (const { maxAge, ageSeconds, isFresh } of ageTable) {
  const verb = isFresh ? "takes" : "drops as stale";
  Deno.test(`receive() ${verb} a token ${ageSeconds} s old at a max_message_age of ${maxAge}`, () => {
    const { relay, alice, bob } = twoClients(maxAge);
    alice.sendToken(alice.seal([namedTlv("MESSAGE", "hi")], { ageSeconds }));
    assertEquals(bob.heard().length, isFresh ? 1 : 0);
    assertEquals(relay.drops(), isFresh ? {} : { stale: 1 });
  });
}

Deno.test("receive() drops a token that came before as replayed, as long as it is fresh", () => {
  const { relay, alice, bob } = twoClients();
  const datagram = alice.say("hi");
  relay.run(59_000);
  alice.sendDatagram(datagram);
  assertEquals(relay.drops(), { replayed: 1 });
  alice.sendOuter(namedTlv("KEEP_ALIVE"));
  relay.run(2_000);
  alice.sendDatagram(datagram);
  assertEquals(relay.drops(), { replayed: 1, stale: 1 });
  assertEquals(bob.payloads().length, 1);
});

Deno.test("receive() drops a replayed token whatever it says, and however it is written", () => {
  const { relay, alice } = twoClients();
  const token = alice.seal([namedTlv("KEEP_ALIVE")]);
  alice.sendToken(token);
  const text = new TextDecoder().decode(token);
  alice.sendToken(new TextEncoder().encode(text.replace(/=+$/, "")));
  assertEquals(alice.heard(), ["{KEEP_ALIVE_REPLY 0}"]);
  assertEquals(relay.drops(), { replayed: 1 });
});

Deno.test("receive() drops a replayed token that comes in fragments the second time", () => {
  const { relay, alice, bob } = twoClients();
  const payload = relay.random.bytes(100);
  const fragments = alice.fragments(payload, { messageId: 1, budgetBytes: 576 });
  for (const datagram of fragments) alice.sendDatagram(datagram);
  const [first] = fragments;
  const renamed = first?.slice();
  renamed?.set([0, 0, 0, 2], 4);
  alice.sendDatagram(renamed ?? new Uint8Array());
  assertEquals(bob.payloads(), [payload]);
  assertEquals(relay.drops(), { replayed: 1 });
});

Deno.test("receive() takes a token that another client sends under its own key", () => {
  const { relay, alice, bob } = twoClients();
  alice.say("hi");
  bob.say("hi");
  assertEquals(relay.drops(), {});
});

Deno.test("receive() drops a hello that is sent once more as a message", () => {
  const { relay, bob } = twoClients();
  const carol = relay.stranger();
  const registration = carol.registerAs("carol");
  carol.sendDatagram(registration.slice(4 + 256));
  assertEquals(relay.drops(), { replayed: 1 });
  assertEquals(bob.payloads(), []);
});

Deno.test("tick() times nobody out when the wall clock jumps back and forth by an hour", () => {
  const { relay, alice, bob } = twoClients();
  const wallClockNow = () => relay.clock.now.unixMs;
  for (const jumpMs of [HOUR_MS, -2 * HOUR_MS, HOUR_MS]) {
    relay.clock.setUnixMs(wallClockNow() + jumpMs);
    relay.run(15_000);
    for (const client of [alice, bob]) client.sendOuter(namedTlv("KEEP_ALIVE"));
  }
  relay.run(59_000);
  assertEquals(relay.stat("clients"), 2);
  assertEquals(bob.heard(), []);
  alice.say("still here");
  assertEquals(bob.heard(), ["{SENDER_ID alice, RELAY_SEQUENCE 1, MESSAGE still here}"]);
});

Deno.test("receive() drops what a client seals by a clock that is an hour off", () => {
  const { relay, alice } = twoClients();
  for (const ageSeconds of [3_600, -3_600]) {
    alice.sendToken(alice.seal([namedTlv("MESSAGE", "hi")], { ageSeconds }));
  }
  assertEquals(relay.drops(), { stale: 2 });
});
