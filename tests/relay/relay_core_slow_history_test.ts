import { assertEquals } from "@std/assert";
import { Feature } from "../../src/wire/features.ts";
import { encodeU64 } from "../../src/wire/u64.ts";
import { helloTlvs } from "../support/harness_client.ts";
import { nack } from "../support/history_talk.ts";
import { namedTlv } from "../support/named_tlv.ts";
import { type HarnessOptions, RelayHarness } from "../support/relay_harness.ts";
import { SlowHistory } from "../support/slow_history.ts";

function slowTalk(history = new SlowHistory(), options: HarnessOptions = {}) {
  const relay = new RelayHarness({ ...options, history });
  const alice = relay.joinReliable("alice");
  const bob = relay.joinReliable("bob");
  relay.settle(alice, bob);
  return { relay, alice, bob, history };
}

Deno.test("receive() neither relays nor acknowledges before the history has kept", () => {
  const { relay, alice, bob, history } = slowTalk();
  alice.say("one", 1n);
  relay.run(5);
  assertEquals([alice.heard(), bob.heard()], [[], []]);
  history.keep();
  relay.hearHistory();
  assertEquals(alice.heard(), ["{ACK 1 1}"]);
  assertEquals(bob.heard(), ["{SENDER_ID alice, RELAY_SEQUENCE 1, MESSAGE one}"]);
  assertEquals(relay.stat("relay_sequence"), 1);
});

Deno.test("receive() does not acknowledge a copy while the first waits for the history", () => {
  const { relay, alice, history } = slowTalk();
  alice.say("one", 1n);
  alice.say("one", 1n);
  relay.run(5);
  assertEquals([alice.heard(), history.waiting], [[], 1]);
  history.keep();
  relay.hearHistory();
  alice.say("one", 1n);
  assertEquals(alice.heard(), ["{ACK 1 1}", "{ACK 1 1}"]);
});

Deno.test("receive() hands several messages of a client to the history in their order", () => {
  const { relay, alice, bob, history } = slowTalk();
  for (const number of [2n, 3n, 1n]) alice.say(`${number}`, number);
  relay.run(5);
  assertEquals(history.waitingTexts, ["alice 1", "alice 2", "alice 3"]);
  history.keep(2);
  relay.hearHistory();
  assertEquals(alice.heard(), ["{ACK 1 1}", "{ACK 2 2}"]);
  history.keep();
  relay.hearHistory();
  assertEquals(bob.payloads().map((payload) => new TextDecoder().decode(payload)), ["1", "2", "3"]);
});

Deno.test("receive() relays a message without a number as well when it is kept", () => {
  const { relay, history, bob } = slowTalk();
  const carol = relay.join("carol");
  relay.settle(bob, carol);
  carol.say("plain");
  assertEquals(bob.heard(), []);
  history.keep();
  relay.hearHistory();
  assertEquals(bob.heard(), ["{SENDER_ID carol, RELAY_SEQUENCE 1, MESSAGE plain}"]);
  assertEquals(carol.heard(), []);
});

Deno.test("receive() lets a client that says goodbye stay until what it said is kept", () => {
  const { relay, alice, bob, history } = slowTalk();
  alice.say("last", 1n);
  alice.sendSealed(namedTlv("DISCONNECT"));
  relay.run(1_000);
  assertEquals([bob.heard(), relay.stat("clients")], [[], 2]);
  history.keep();
  relay.hearHistory();
  relay.run(1_000);
  assertEquals(bob.heard(), [
    "{SENDER_ID alice, RELAY_SEQUENCE 1, MESSAGE last}",
    "{NOTIFY_DISCONNECT alice}",
  ]);
  assertEquals(relay.stat("clients"), 1);
});

Deno.test("historyNews() relays what a client said that is gone", () => {
  const { relay, alice, bob, history } = slowTalk();
  alice.say("one", 1n);
  relay.carryOut(relay.core.kick("alice", "", relay.clock.now) ?? []);
  relay.run(1_000);
  bob.forget();
  history.keep();
  relay.hearHistory();
  assertEquals(bob.heard(), ["{SENDER_ID alice, RELAY_SEQUENCE 1, MESSAGE one}"]);
});

Deno.test("historyNews() relays what was said at another relay to all", () => {
  const { relay, alice, bob, history } = slowTalk();
  history.keepRemote({ senderId: "zoe", payload: new TextEncoder().encode("hi") });
  relay.hearHistory();
  const expected = ["{SENDER_ID zoe, RELAY_SEQUENCE 1, MESSAGE hi}"];
  assertEquals([alice.heard(), bob.heard()], [expected, expected]);
});

Deno.test("historyNews() does not relay to a client what it said at another relay", () => {
  const { relay, alice, bob, history } = slowTalk();
  history.keepRemote({ senderId: "bob", payload: new TextEncoder().encode("by name") });
  relay.hearHistory();
  assertEquals([alice.payloads().length, bob.payloads().length], [1, 0]);
  const instance = "ab".repeat(16);
  const hello = helloTlvs("carol", Feature.RELIABLE_DELIVERY);
  const carol = relay.stranger();
  const named = namedTlv("CLIENT_INSTANCE", Uint8Array.fromHex(instance));
  carol.sendDatagram(carol.registration([...hello, named]));
  relay.settle(alice, bob, carol);
  history.keepRemote({
    senderId: "10.0.0.9:99",
    instance,
    payload: new TextEncoder().encode("by instance"),
  });
  relay.hearHistory();
  assertEquals(carol.payloads().length, 0);
  nack(carol, [1n, 2n]);
  assertEquals(carol.heard(), [
    "{SENDER_ID bob, RELAY_SEQUENCE 1, MESSAGE by name}",
    "{ACK 0 2}",
  ]);
  assertEquals(alice.payloads().length, 1);
});

Deno.test("historyNews() acknowledges what had been kept before, and relays it no second time", () => {
  const { relay, alice, bob, history } = slowTalk(new SlowHistory(41n));
  alice.say("again", 1n);
  history.callDuplicate(7n);
  relay.hearHistory();
  assertEquals([alice.heard(), bob.heard()], [["{ACK 1 7}"], []]);
  assertEquals(relay.drops(), { duplicate: 1 });
});

Deno.test("historyNews() never acknowledges what the history refuses", () => {
  const { relay, alice, bob, history } = slowTalk();
  alice.say("one", 1n);
  history.refuse("it does not fit");
  relay.hearHistory();
  alice.say("one", 1n);
  alice.say("two", 2n);
  history.keep();
  relay.hearHistory();
  assertEquals(alice.heard(), ["{ACK 2 1}"]);
  assertEquals(bob.heard(), ["{SENDER_ID alice, RELAY_SEQUENCE 1, MESSAGE two}"]);
  assertEquals(relay.drops(), { not_kept: 1, replayed: 1 });
  assertEquals(relay.reported, [
    { type: "message_refused", senderId: "alice", reason: "it does not fit" },
  ]);
});

Deno.test("receive() holds back what the history has no room for, and lets it go on in order", () => {
  const { relay, alice, bob, history } = slowTalk();
  history.maxWaiting = 2;
  for (const number of [1n, 2n, 3n, 4n, 5n]) alice.say(`${number}`, number);
  relay.run(5_000);
  assertEquals([history.waiting, alice.heard()], [2, []]);
  for (let round = 0; round < 3; round++) {
    history.keep();
    relay.hearHistory();
  }
  assertEquals(bob.payloads().map((payload) => new TextDecoder().decode(payload)), [
    "1",
    "2",
    "3",
    "4",
    "5",
  ]);
  assertEquals(alice.heard().length, 5);
});

Deno.test("receive() drops what has no number while the history has no room", () => {
  const { relay, alice, bob, history } = slowTalk();
  const carol = relay.join("carol");
  relay.settle(alice, bob, carol);
  history.maxWaiting = 0;
  carol.say("lost");
  assertEquals(relay.drops(), { not_kept: 1 });
});

Deno.test("receive() answers NACK by LOST for numbers without a message", () => {
  const { relay, alice, bob, history } = slowTalk();
  alice.say("one", 1n);
  history.keep();
  history.pass(4n);
  alice.say("five", 2n);
  history.keep();
  relay.hearHistory();
  bob.forget();
  nack(bob, [1n, 9n]);
  assertEquals(bob.heard(), [
    "{SENDER_ID alice, RELAY_SEQUENCE 1, MESSAGE one}",
    "{SENDER_ID alice, RELAY_SEQUENCE 5, MESSAGE five}",
    "{LOST 2-4}",
  ]);
});

Deno.test("a relay goes on with the numbers of the run before", () => {
  const { relay, alice, bob, history } = slowTalk(new SlowHistory(41n));
  assertEquals(bob.accepted?.latestRelaySequence, 41n);
  assertEquals(bob.seriesId, history.seriesId);
  alice.say("next", 1n);
  history.keep();
  relay.hearHistory();
  assertEquals(alice.heard(), ["{ACK 1 42}"]);
});

Deno.test("historyNews() has all clients come again when a new series begins", () => {
  const { relay, alice, bob, history } = slowTalk(new SlowHistory(41n));
  const seriesId = new Uint8Array(8).fill(9);
  history.reset(seriesId);
  relay.hearHistory();
  const goodbye = "{DISCONNECT relay is shutting down: its history has begun anew}";
  assertEquals([alice.heard(), bob.heard()], [[goodbye], [goodbye]]);
  bob.registerReliable("bob");
  assertEquals([bob.seriesId, bob.accepted?.latestRelaySequence], [seriesId, 0n]);
});

Deno.test("historyNews() reports trouble, and its end", () => {
  const { relay, history } = slowTalk();
  history.setTrouble("disk full");
  relay.hearHistory();
  assertEquals(relay.reported, [{ type: "history_trouble", trouble: "disk full" }]);
  assertEquals(relay.stat("history.is_troubled"), 1);
  history.setTrouble(undefined);
  relay.hearHistory();
  assertEquals(relay.reported.at(-1), { type: "history_trouble", trouble: undefined });
});

Deno.test("historyNews() does nothing once the relay has shut down", () => {
  const { relay, alice, bob, history } = slowTalk();
  alice.say("one", 1n);
  relay.carryOut(relay.core.shutdown("", relay.clock.now));
  bob.forget();
  history.keep();
  relay.hearHistory();
  assertEquals(bob.heard(), []);
});

Deno.test("receive() hears no more of a token whose message brought news of a new series", () => {
  const { relay, alice, history } = slowTalk(new SlowHistory(41n));
  history.reset(new Uint8Array(8).fill(9));
  alice.sendSealed(
    namedTlv("CLIENT_SEQUENCE", encodeU64(1n)),
    namedTlv("MESSAGE", "one"),
    namedTlv("KEEP_ALIVE"),
    namedTlv("DISCONNECT"),
  );
  history.keep();
  relay.hearHistory();
  relay.run(1_000);
  assertEquals(alice.heard(), ["{DISCONNECT relay is shutting down: its history has begun anew}"]);
  const removed = relay.reported.filter(({ type }) => type === "client_removed");
  assertEquals(removed.length, 2);
});
