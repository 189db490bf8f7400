import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { REPLAY_WINDOW } from "../../src/session/replay_window.ts";
import { digests } from "../support/digests.ts";
import type { HarnessClient } from "../support/harness_client.ts";
import { namedTlv } from "../support/named_tlv.ts";
import { RelayHarness } from "../support/relay_harness.ts";

interface Talk {
  readonly relay: RelayHarness;
  readonly alice: HarnessClient;
  readonly bob: HarnessClient;
  readonly carol: HarnessClient;
}

function threeClients(relay = new RelayHarness()): Talk {
  const talk = {
    relay,
    alice: relay.join("alice"),
    bob: relay.join("bob"),
    carol: relay.stranger(),
  };
  talk.carol.register();
  relay.settle(talk.alice, talk.bob, talk.carol);
  return talk;
}

Deno.test("receive() relays a message to every other client, and never back to its sender", () => {
  const { alice, bob, carol } = threeClients();
  alice.say("hi");
  assertEquals(bob.heard(), ["{SENDER_ID alice, RELAY_SEQUENCE 1, MESSAGE hi}"]);
  assertEquals(carol.heard(), ["{SENDER_ID alice, RELAY_SEQUENCE 1, MESSAGE hi}"]);
  assertEquals(alice.heard(), []);
});

Deno.test("receive() seals a message under the key of each recipient", () => {
  const { alice, bob, carol } = threeClients();
  alice.say("hi");
  const [toBob] = bob.datagrams();
  const [toCarol] = carol.datagrams();
  assert(toBob !== undefined && toCarol !== undefined);
  assertNotEquals(toBob, toCarol);
  carol.accept(toBob);
  assertEquals(carol.heard(), ["{unreadable}"]);
});

Deno.test("receive() names a sender without a name by its address", () => {
  const { alice, carol } = threeClients();
  carol.say("hi");
  assertEquals(alice.heard(), [`{SENDER_ID ${carol.address}, RELAY_SEQUENCE 1, MESSAGE hi}`]);
});

Deno.test("receive() brackets the address of a sender by IPv6", () => {
  const relay = new RelayHarness();
  const [alice, bob] = [relay.stranger("2001:db8::7"), relay.join("bob")];
  alice.register();
  relay.settle(bob);
  alice.say("hi");
  const [heard = ""] = bob.heard();
  assertEquals(heard.split(",")[0], `{SENDER_ID [2001:db8::7]:${alice.endpoint.port}`);
});

Deno.test("receive() numbers messages of all senders from 1, rising by 1", () => {
  const { relay, alice, bob, carol } = threeClients();
  for (const sender of [alice, bob, alice, carol]) sender.say("hi");
  assertEquals(relay.stat("relay_sequence"), 4);
  const numbers = bob.heard().map((line) => /RELAY_SEQUENCE (\d+)/.exec(line)?.[1]);
  assertEquals(numbers, ["1", "3", "4"]);
});

Deno.test("receive() numbers a message that nobody is there to hear", () => {
  const relay = new RelayHarness();
  const alice = relay.join("alice");
  alice.say("hello?");
  const bob = relay.join("bob");
  assertEquals(bob.accepted?.latestRelaySequence, 1n);
  assertEquals(relay.stat("messages.in"), 1);
  assertEquals(relay.stat("messages.out"), 0);
});

Deno.test("receive() relays several tokens of one datagram in order", () => {
  const { alice, bob } = threeClients();
  const tokens = ["one", "two", "three"].map((text) =>
    namedTlv("SYMMETRICALLY_ENCRYPTED_MESSAGE", alice.seal([namedTlv("MESSAGE", text)]))
  );
  alice.sendOuter(...tokens);
  assertEquals(bob.payloads().map((payload) => new TextDecoder().decode(payload)), [
    "one",
    "two",
    "three",
  ]);
});

Deno.test("receive() reads nothing of a datagram behind the token that ends the session", () => {
  const { relay, alice, bob } = threeClients();
  const [bye, late] = [namedTlv("DISCONNECT"), namedTlv("MESSAGE", "late")].map((tlv) =>
    namedTlv("SYMMETRICALLY_ENCRYPTED_MESSAGE", alice.seal([tlv]))
  );
  assert(bye !== undefined && late !== undefined);
  alice.sendOuter(bye, late);
  assertEquals(bob.heard(), ["{NOTIFY_DISCONNECT alice}"]);
  assertEquals(relay.drops(), {});
});

for (const size of [0, 1, 15, 16, 700, 1_200, 65_535, 65_536, 200_000]) {
  Deno.test(`receive() relays a message of ${size} bytes`, () => {
    const { relay, alice, bob, carol } = threeClients();
    const payload = relay.random.bytes(size);
    for (const datagram of alice.fragments(payload)) alice.sendDatagram(datagram);
    relay.run(1_000);
    assertEquals(digests(bob.payloads()), digests([payload]));
    assertEquals(digests(carol.payloads()), digests([payload]));
    assertEquals(relay.stat("messages.bytes_in"), size);
    assertEquals(relay.stat("messages.bytes_out"), 2 * size);
  });
}

Deno.test("receive() relays one message of each token, all its MESSAGE TLVs joined", () => {
  const { alice, bob } = threeClients();
  alice.sendSealed(namedTlv("MESSAGE", "one, "), namedTlv("MESSAGE"), namedTlv("MESSAGE", "two"));
  assertEquals(bob.heard(), ["{SENDER_ID alice, RELAY_SEQUENCE 1, MESSAGE one, two}"]);
});

Deno.test("receive() relays a message of max_message, and drops a longer one as too_large", () => {
  const { relay, alice, bob } = threeClients(new RelayHarness({ maxMessageBytes: 1_000 }));
  alice.sendSealed(namedTlv("MESSAGE", new Uint8Array(1_000)));
  assertEquals(bob.payloads().map(({ byteLength }) => byteLength), [1_000]);
  alice.sendSealed(namedTlv("MESSAGE", new Uint8Array(1_001)));
  assertEquals(bob.heard(), []);
  assertEquals(relay.drops(), { too_large: 1 });
  assertEquals(relay.stat("relay_sequence"), 1, "what is dropped gets no number");
});

const sequenceTable: { name: string; sequences: bigint[]; heard: bigint[] }[] = [
  { name: "each number once", sequences: [1n, 2n, 2n, 1n, 3n], heard: [1n, 2n, 3n] },
  { name: "any order", sequences: [5n, 3n, 4n, 1n, 3n], heard: [5n, 3n, 4n, 1n] },
  { name: "no 0", sequences: [0n, 1n], heard: [1n] },
  {
    name: "the last number of the window, and none before",
    sequences: [BigInt(REPLAY_WINDOW) + 1n, 2n, 1n],
    heard: [BigInt(REPLAY_WINDOW) + 1n, 2n],
  },
  { name: "the highest number", sequences: [2n ** 64n - 1n, 1n], heard: [2n ** 64n - 1n] },
];

for (const { name, sequences, heard } of sequenceTable) {
  Deno.test(`receive() takes by CLIENT_SEQUENCE ${name}`, () => {
    const { relay, alice, bob } = threeClients();
    for (const sequence of sequences) alice.say(`${sequence}`, sequence);
    const texts = bob.payloads().map((payload) => new TextDecoder().decode(payload));
    assertEquals(texts, heard.map((sequence) => `${sequence}`));
    const replayed = sequences.length - heard.length;
    assertEquals(relay.drops(), replayed === 0 ? {} : { replayed });
  });
}

Deno.test("receive() begins a new window with each session", () => {
  const { relay, alice, bob } = threeClients();
  alice.say("first", 1n);
  alice.registerAs("alice");
  relay.settle(bob);
  alice.say("first again", 1n);
  assertEquals(bob.heard(), ["{SENDER_ID alice, RELAY_SEQUENCE 2, MESSAGE first again}"]);
});

for (const length of [0, 7, 9]) {
  Deno.test(`receive() drops a CLIENT_SEQUENCE of ${length} bytes as malformed`, () => {
    const { relay, alice, bob } = threeClients();
    const sequence = namedTlv("CLIENT_SEQUENCE", new Uint8Array(length).fill(1));
    alice.sendSealed(sequence, namedTlv("MESSAGE", "hi"));
    assertEquals(bob.heard(), []);
    assertEquals(relay.drops(), { malformed: 1 });
  });
}

Deno.test("receive() relays to each recipient in the order in which messages came", () => {
  const { relay, alice, bob, carol } = threeClients();
  for (const datagram of alice.fragments(new Uint8Array(100_000))) alice.sendDatagram(datagram);
  carol.say("short");
  alice.say("shorter");
  relay.run(1_000);
  const numbers = bob.heard().map((line) => /RELAY_SEQUENCE (\d+)/.exec(line)?.[1]);
  assertEquals(numbers, ["1", "2", "3"], "a short message does not overtake a long one");
});
