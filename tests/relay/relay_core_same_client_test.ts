import { assertEquals } from "@std/assert";
import { Feature } from "../../src/wire/features.ts";
import { encodeFirstSent } from "../../src/wire/first_sent.ts";
import { encodeU64 } from "../../src/wire/u64.ts";
import { type HarnessClient, helloTlvs } from "../support/harness_client.ts";
import { namedTlv } from "../support/named_tlv.ts";
import { RelayHarness } from "../support/relay_harness.ts";
import { SlowHistory } from "../support/slow_history.ts";

const ALICE = new Uint8Array(16).fill(0xa1);
const MALLORY = new Uint8Array(16).fill(0x66);

function register(client: HarnessClient, name: string | undefined, instance: Uint8Array): void {
  const hello = helloTlvs(name, Feature.RELIABLE_DELIVERY);
  client.sendDatagram(client.registration([...hello, namedTlv("CLIENT_INSTANCE", instance)]));
}

function slowWorld() {
  const history = new SlowHistory();
  const relay = new RelayHarness({ history });
  const bob = relay.joinReliable("bob");
  const alice = relay.stranger();
  register(alice, undefined, ALICE);
  relay.settle(alice, bob);
  return { relay, alice, bob, history };
}

Deno.test("historyNews() does not send a client back what it said in the session before", () => {
  const { relay, alice, bob, history } = slowWorld();
  const { sessionId } = alice;
  alice.say("one", 1n);
  register(alice, undefined, ALICE);
  relay.settle(alice, bob);
  history.keep();
  relay.hearHistory();
  assertEquals([alice.heard(), bob.payloads().length], [[], 1]);
  alice.sendSealed(
    namedTlv("CLIENT_SEQUENCE", encodeU64(1n)),
    namedTlv("FIRST_SENT", encodeFirstSent({ sessionId, clientSequence: 1n })),
    namedTlv("MESSAGE", "one"),
  );
  assertEquals([alice.heard(), bob.heard()], [["{ACK 1 1}"], []]);
});

Deno.test("historyNews() does not send a client back what it said before it came from elsewhere", () => {
  const { relay, alice, bob, history } = slowWorld();
  alice.say("one", 1n);
  relay.relocate(alice, "10.0.0.7");
  register(alice, undefined, ALICE);
  relay.settle(alice, bob);
  history.keep();
  relay.hearHistory();
  assertEquals([alice.heard(), bob.payloads().length], [[], 1]);
});

Deno.test("keyDecrypted() ends the former session of a client that comes from another address", () => {
  const relay = new RelayHarness();
  const bob = relay.joinReliable("bob");
  const alice = relay.stranger();
  register(alice, "alice", ALICE);
  relay.settle(alice, bob);
  const former = alice.sessionId;
  relay.relocate(alice, "10.0.0.7");
  register(alice, "alice", ALICE);
  relay.run(1_000);
  assertEquals(alice.heard()[0], "{REGISTRATION_ACCEPTED, SERIES_ID}");
  assertEquals(relay.core.client("alice", relay.clock.now)?.address, alice.address);
  assertEquals([relay.core.client(former, relay.clock.now), relay.stat("clients")], [undefined, 2]);
});

Deno.test("keyDecrypted() leaves a name to the client that has it, whatever another one calls itself", () => {
  const relay = new RelayHarness();
  const alice = relay.stranger();
  register(alice, "alice", ALICE);
  const mallory = relay.stranger("10.0.0.6");
  register(mallory, "alice", MALLORY);
  assertEquals(mallory.heard(), ["REGISTRATION_REJECTED 6"]);
  assertEquals(relay.core.client("alice", relay.clock.now)?.address, alice.address);
});
