import { assertEquals } from "@std/assert";
import { HOLD_MS } from "../../src/relay/intake_pool.ts";
import { MAX_NUMBERS_AHEAD } from "../../src/relay/ordered_intake.ts";
import { encodeU64 } from "../../src/wire/u64.ts";
import type { HarnessClient } from "../support/harness_client.ts";
import { namedTlv } from "../support/named_tlv.ts";
import { RelayHarness } from "../support/relay_harness.ts";

const MIB = 1024 * 1024;

interface Pair {
  readonly relay: RelayHarness;
  readonly alice: HarnessClient;
  readonly bob: HarnessClient;
}

/** Alice with reliable delivery, bob without. */
function reliableAlice(relay = new RelayHarness()): Pair {
  const pair = { relay, alice: relay.joinReliable("alice"), bob: relay.join("bob") };
  relay.settle(pair.alice, pair.bob);
  return pair;
}

function sayAll(client: HarnessClient, ...sequences: bigint[]): void {
  for (const sequence of sequences) client.say(`${sequence}`, sequence);
}

/** The messages that came, each of which says its CLIENT_SEQUENCE. */
function numbersAt(client: HarnessClient): string[] {
  return client.payloads().map((payload) => new TextDecoder().decode(payload));
}

function keepAlive(...clients: readonly HarnessClient[]): void {
  for (const client of clients) client.sendOuter(namedTlv("KEEP_ALIVE"));
}

Deno.test("receive() relays in the order of CLIENT_SEQUENCE, and acknowledges as it relays", () => {
  const { alice, bob } = reliableAlice();
  sayAll(alice, 3n, 2n, 5n);
  assertEquals([alice.heard(), bob.heard()], [[], []]);
  sayAll(alice, 1n);
  assertEquals(alice.heard(), ["{ACK 1 1}", "{ACK 2 2}", "{ACK 3 3}"]);
  assertEquals(numbersAt(bob), ["1", "2", "3"]);
  sayAll(alice, 4n);
  assertEquals(alice.heard(), ["{ACK 4 4}", "{ACK 5 5}"]);
  assertEquals(numbersAt(bob), ["4", "5"]);
});

Deno.test("receive() acknowledges no copy of a message that still waits", () => {
  const { relay, alice, bob } = reliableAlice();
  sayAll(alice, 2n, 2n);
  assertEquals([alice.heard(), relay.drops()], [[], { replayed: 1 }]);
  sayAll(alice, 1n, 2n);
  assertEquals(alice.heard(), ["{ACK 1 1}", "{ACK 2 2}", "{ACK 2 2}"]);
  assertEquals(numbersAt(bob), ["1", "2"]);
});

Deno.test("receive() counts a message when it is relayed, not while it waits", () => {
  const { relay, alice } = reliableAlice();
  sayAll(alice, 2n);
  assertEquals([relay.stat("messages.in"), relay.stat("relay_sequence")], [0, 0]);
  sayAll(alice, 1n);
  assertEquals([relay.stat("messages.in"), relay.stat("relay_sequence")], [2, 2]);
});

Deno.test("receive() keeps nobody else waiting", () => {
  const { relay, alice, bob } = reliableAlice();
  const carol = relay.joinReliable("carol");
  relay.settle(alice, bob, carol);
  sayAll(alice, 2n);
  sayAll(carol, 1n);
  assertEquals(bob.heard(), ["{SENDER_ID carol, RELAY_SEQUENCE 1, MESSAGE 1}"]);
  alice.sendSealed(namedTlv("MESSAGE", "without a number"));
  assertEquals(numbersAt(bob), ["without a number"]);
});

Deno.test("receive() does the rest of a token at once when its message has to wait", () => {
  const { alice, bob } = reliableAlice();
  const sequence = namedTlv("CLIENT_SEQUENCE", encodeU64(2n));
  alice.sendSealed(sequence, namedTlv("KEEP_ALIVE"), namedTlv("MESSAGE", "two"));
  assertEquals([alice.heard(), bob.heard()], [["{KEEP_ALIVE_REPLY 0}"], []]);
});

Deno.test("receive() waits for no number that a KEEP_ALIVE or a too_large message had", () => {
  const { alice, bob } = reliableAlice(new RelayHarness({ maxMessageBytes: 10 }));
  sayAll(alice, 4n);
  alice.sendSealed(namedTlv("CLIENT_SEQUENCE", encodeU64(2n)), namedTlv("KEEP_ALIVE"));
  alice.say("far too long", 3n);
  assertEquals([alice.heard(), bob.heard()], [["{ACK 2 0}", "{KEEP_ALIVE_REPLY 0}"], []]);
  sayAll(alice, 1n);
  assertEquals(alice.heard(), ["{ACK 1 1}", "{ACK 4 2}"]);
  assertEquals(numbersAt(bob), ["1", "4"]);
});

Deno.test("receive() does not hold back what a client without the feature sends", () => {
  const { alice, bob } = reliableAlice();
  sayAll(bob, 3n, 1n, 2n);
  assertEquals(numbersAt(alice), ["3", "1", "2"]);
});

Deno.test("receive() holds messages up to 256 numbers ahead, and passes the gap at one more", () => {
  const { alice, bob } = reliableAlice();
  const last = BigInt(MAX_NUMBERS_AHEAD) + 1n;
  for (let sequence = 2n; sequence <= last; sequence++) sayAll(alice, sequence);
  assertEquals([alice.heard(), bob.heard()], [[], []]);
  sayAll(alice, last + 1n);
  const numbers = Array.from({ length: MAX_NUMBERS_AHEAD + 1 }, (_, index) => index + 2);
  assertEquals(alice.heard(), numbers.map((number) => `{ACK ${number} ${number - 1}}`));
  assertEquals(numbersAt(bob), numbers.map((number) => `${number}`));
  sayAll(alice, 1n, last + 2n);
  assertEquals(numbersAt(bob), ["1", `${last + 2n}`], "what comes after all is late, but taken");
});

Deno.test("receive() holds 4 MiB of a session, and passes the gap at one byte more", () => {
  const { relay, alice, bob } = reliableAlice();
  for (const sequence of [2n, 3n, 4n, 5n]) {
    const token = [
      namedTlv("CLIENT_SEQUENCE", encodeU64(sequence)),
      ...Array.from({ length: 16 }, () => namedTlv("MESSAGE", new Uint8Array(MIB / 16 - 1))),
      namedTlv("MESSAGE", new Uint8Array(16)),
    ];
    for (const datagram of alice.fragmentsOf(token)) alice.sendDatagram(datagram);
  }
  relay.run(100);
  assertEquals(relay.stat("messages.in"), 0);
  sayAll(alice, 6n);
  assertEquals(alice.heard().length, 5);
  relay.run(5_000);
  assertEquals(bob.payloads().map(({ byteLength }) => byteLength), [MIB, MIB, MIB, MIB, 1]);
});

Deno.test("tick() passes the gap when a message has waited for 33 s", () => {
  const { relay, alice, bob } = reliableAlice();
  sayAll(alice, 2n);
  relay.run(1_000);
  sayAll(alice, 4n);
  relay.run(HOLD_MS - 6_000);
  alice.sendOuter(namedTlv("KEEP_ALIVE"));
  relay.run(4_999);
  assertEquals([alice.heard(), bob.heard()], [[], []]);
  relay.run(1);
  assertEquals(alice.heard(), ["{ACK 2 1}", "{ACK 4 2}"]);
  assertEquals(numbersAt(bob), ["2", "4"]);
  sayAll(alice, 5n, 3n, 1n);
  assertEquals(numbersAt(bob), ["5", "3", "1"]);
});

Deno.test("tick() gives each message 33 s of its own when the gap before it is filled", () => {
  const { relay, alice, bob } = reliableAlice();
  sayAll(alice, 2n);
  relay.run(HOLD_MS - 1);
  sayAll(alice, 4n, 1n);
  assertEquals(numbersAt(bob), ["1", "2"]);
  keepAlive(alice, bob);
  relay.run(HOLD_MS - 5_000);
  keepAlive(alice, bob);
  relay.run(4_999);
  assertEquals(numbersAt(bob), []);
  relay.run(1);
  assertEquals(numbersAt(bob), ["4"]);
});

Deno.test("tick() passes no gap of a client that is cut off, which then sends what is missing", () => {
  const { relay, alice, bob } = reliableAlice();
  sayAll(alice, 2n);
  relay.run(40_000);
  assertEquals(numbersAt(bob), []);
  sayAll(alice, 1n);
  assertEquals(numbersAt(bob), ["1", "2"]);
});

Deno.test("receive() relays what waits of a client that leaves, in order, before its goodbye", () => {
  const { alice, bob } = reliableAlice();
  sayAll(alice, 5n, 3n);
  alice.sendSealed(namedTlv("DISCONNECT"));
  assertEquals(bob.heard(), [
    "{SENDER_ID alice, RELAY_SEQUENCE 1, MESSAGE 3}",
    "{SENDER_ID alice, RELAY_SEQUENCE 2, MESSAGE 5}",
    "{NOTIFY_DISCONNECT alice}",
  ]);
  assertEquals(alice.heard(), ["{ACK 3 1}", "{ACK 5 2}"]);
});

const endings: { name: string; end: (pair: Pair) => void }[] = [
  {
    name: "is kicked",
    end: ({ relay }) => relay.carryOut(relay.core.kick("alice", "", relay.clock.now) ?? []),
  },
  { name: "registers anew", end: ({ alice }) => void alice.registerReliable("alice") },
  {
    name: "times out",
    end: ({ relay, bob }) => {
      relay.run(29_000);
      keepAlive(bob);
      relay.run(29_000);
    },
  },
];
for (const { name, end } of endings) {
  Deno.test(`RelayCore drops what waits of a client that ${name}: it was never acknowledged`, () => {
    const pair = reliableAlice(new RelayHarness({ clientTimeoutMs: 30_000 }));
    sayAll(pair.alice, 2n);
    end(pair);
    pair.relay.run(1_000);
    keepAlive(pair.bob);
    pair.relay.run(29_000);
    keepAlive(pair.bob);
    pair.relay.run(29_000);
    assertEquals(pair.bob.payloads(), []);
    assertEquals(pair.relay.stat("messages.in"), 0);
  });
}

Deno.test("nextDeadline() is not kept busy by what waited of clients that are gone", () => {
  const { relay, alice, bob } = reliableAlice();
  sayAll(alice, 2n, 4n);
  const dueMs = relay.clock.now.monotonicMs + HOLD_MS;
  assertEquals(relay.core.nextDeadline(), dueMs);
  alice.sendSealed(namedTlv("DISCONNECT"));
  bob.sendSealed(namedTlv("DISCONNECT"));
  assertEquals(relay.core.nextDeadline() === dueMs, false);
  relay.run(HOLD_MS + 60_000);
  assertEquals(relay.stat("relay_sequence"), 2);
});
