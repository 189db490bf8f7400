import { assertEquals } from "@std/assert";
import { Feature } from "../../src/wire/features.ts";
import { encodeFirstSent } from "../../src/wire/first_sent.ts";
import { encodeU64 } from "../../src/wire/u64.ts";
import { type HarnessClient, helloTlvs } from "../support/harness_client.ts";
import { namedTlv } from "../support/named_tlv.ts";
import { type HarnessOptions, RelayHarness } from "../support/relay_harness.ts";
import { SlowHistory } from "../support/slow_history.ts";

const ALICE = new Uint8Array(16).fill(0xa1);
const MALLORY = new Uint8Array(16).fill(0x66);

function register(client: HarnessClient, name: string, instance: Uint8Array): void {
  const hello = helloTlvs(name, Feature.RELIABLE_DELIVERY);
  client.sendDatagram(client.registration([...hello, namedTlv("CLIENT_INSTANCE", instance)]));
}

function sayAgain(
  client: HarnessClient,
  text: string,
  sequence: bigint,
  sessionId: string,
  clientSequence: bigint,
): void {
  client.sendSealed(
    namedTlv("CLIENT_SEQUENCE", encodeU64(sequence)),
    namedTlv("FIRST_SENT", encodeFirstSent({ sessionId, clientSequence })),
    namedTlv("MESSAGE", text),
  );
}

function world(options: HarnessOptions = {}) {
  const relay = new RelayHarness(options);
  const bob = relay.joinReliable("bob");
  const alice = relay.stranger();
  register(alice, "alice", ALICE);
  relay.settle(alice, bob);
  return { relay, alice, bob };
}

Deno.test("receive() takes a message once that comes again in a later session", () => {
  const { relay, alice, bob } = world();
  alice.say("one", 1n);
  alice.say("two", 2n);
  const { sessionId } = alice;
  register(alice, "alice", ALICE);
  relay.settle(alice, bob);
  sayAgain(alice, "two", 1n, sessionId, 2n);
  sayAgain(alice, "three", 2n, sessionId, 3n);
  assertEquals(alice.heard(), ["{ACK 1 2}", "{ACK 2 3}"]);
  assertEquals(bob.heard(), ["{SENDER_ID alice, RELAY_SEQUENCE 3, MESSAGE three}"]);
  assertEquals(relay.drops(), { duplicate: 1 });
});

Deno.test("receive() knows a message that comes again when the history holds it no more", () => {
  const { relay, alice, bob } = world({ historyMessages: 2 });
  alice.say("one", 1n);
  const { sessionId } = alice;
  for (let number = 1n; number <= 5n; number++) bob.say("busy", number);
  register(alice, "alice", ALICE);
  relay.settle(alice, bob);
  sayAgain(alice, "one", 1n, sessionId, 1n);
  assertEquals([alice.heard(), bob.heard()], [["{ACK 1 1}"], []]);
  assertEquals(relay.drops(), { duplicate: 1 });
});

Deno.test("receive() knows a message again that was first taken when it was said again", () => {
  const { relay, alice, bob } = world({ historyMessages: 2 });
  const { sessionId } = alice;
  for (const second of [false, true]) {
    register(alice, "alice", ALICE);
    relay.settle(alice, bob);
    sayAgain(alice, "lost at first", 1n, sessionId, 1n);
    assertEquals(alice.heard(), ["{ACK 1 1}"]);
    assertEquals(bob.payloads().length, second ? 0 : 1);
    for (let number = 1n; number <= 5n; number++) bob.say("busy", second ? 9n : number);
  }
});

Deno.test("historyNews() has the relay know what a client said at another relay", () => {
  const history = new SlowHistory();
  const relay = new RelayHarness({ history });
  const alice = relay.stranger();
  const bob = relay.joinReliable("bob");
  const there = "00000000000000aa";
  const instance = ALICE.toHex();
  const payload = new TextEncoder().encode("one");
  const said = { senderId: "alice", sessionId: there, instance, payload };
  history.keepRemote({ ...said, messageId: `${instance}:${there}:1` });
  for (let count = 0; count < 5_000; count++) history.keepRemote({ senderId: "carol", payload });
  relay.hearHistory();
  assertEquals(history.oldest > 1n, true, "the history holds it still");
  register(alice, "alice", ALICE);
  relay.settle(alice, bob);
  sayAgain(alice, "one", 1n, there, 1n);
  assertEquals([alice.heard(), bob.heard()], [["{ACK 1 1}"], []]);
});

Deno.test("historyNews() forgets with a new series what was said in the former one", () => {
  const history = new SlowHistory();
  const relay = new RelayHarness({ history });
  const alice = relay.stranger();
  const bob = relay.joinReliable("bob");
  register(alice, "alice", ALICE);
  relay.settle(alice, bob);
  alice.say("one", 1n);
  history.keep();
  relay.hearHistory();
  const { sessionId } = alice;
  history.reset(new Uint8Array(8).fill(9));
  relay.hearHistory();
  bob.registerReliable("bob");
  register(alice, "alice", ALICE);
  relay.settle(alice, bob);
  sayAgain(alice, "one", 1n, sessionId, 1n);
  history.keep();
  relay.hearHistory();
  assertEquals(bob.payloads().length, 1);
});

Deno.test("receive() takes no message for one of another client, whatever its FIRST_SENT says", () => {
  const { relay, alice, bob } = world();
  const mallory = relay.stranger();
  register(mallory, "mallory", MALLORY);
  relay.settle(alice, bob, mallory);
  // She saw alice's session id, and is first to claim her next number.
  sayAgain(mallory, "mine", 1n, alice.sessionId, 1n);
  alice.say("one", 1n);
  assertEquals(alice.heard().at(-1), "{ACK 1 2}");
  assertEquals(bob.payloads().map((payload) => new TextDecoder().decode(payload)), ["mine", "one"]);
});

Deno.test("receive() takes no heed of FIRST_SENT from a client that names no instance", () => {
  const { relay, alice, bob } = world();
  alice.say("one", 1n);
  const carol = relay.joinReliable("carol");
  relay.settle(alice, bob, carol);
  sayAgain(carol, "hers", 1n, alice.sessionId, 1n);
  sayAgain(carol, "hers", 2n, carol.sessionId, 1n);
  assertEquals(bob.payloads().length, 2);
});

Deno.test("receive() gives each message without a number an id of its own", () => {
  const history = new SlowHistory();
  const relay = new RelayHarness({ history });
  const alice = relay.join("alice");
  const bob = relay.joinReliable("bob");
  relay.settle(alice, bob);
  for (const text of ["a", "a"]) alice.say(text);
  bob.say("a", 1n);
  assertEquals(new Set(history.waitingIds).size, 3);
});

for (
  const [what, value] of [["too short", new Uint8Array(15)], ["empty", new Uint8Array()]] as const
) {
  Deno.test(`receive() passes over a CLIENT_INSTANCE or FIRST_SENT that is ${what}`, () => {
    const { relay, alice, bob } = world();
    const carol = relay.stranger();
    register(carol, "carol", value);
    relay.settle(alice, bob, carol);
    carol.sendSealed(
      namedTlv("CLIENT_SEQUENCE", encodeU64(1n)),
      namedTlv("FIRST_SENT", value),
      namedTlv("MESSAGE", "hi"),
    );
    assertEquals(carol.heard(), ["{ACK 1 1}"]);
    assertEquals(relay.drops(), {});
  });
}
