import { assert, assertEquals } from "@std/assert";
import { MAX_NUMBERS_AHEAD } from "../../src/relay/ordered_intake.ts";
import { MAX_DATAGRAMS_AT_ONCE } from "../../src/relay/reliable_delivery.ts";
import type { HarnessClient } from "../support/harness_client.ts";
import { namedTlv } from "../support/named_tlv.ts";
import { RelayHarness } from "../support/relay_harness.ts";

const RECIPIENTS = 60;

interface Crowd {
  readonly relay: RelayHarness;
  readonly alice: HarnessClient;
  readonly others: readonly HarnessClient[];
}

/** Alice, who has sent all numbers but the first, and many others. */
function crowdBehindGap(): Crowd {
  const relay = new RelayHarness();
  const alice = relay.joinReliable("alice");
  const others = Array.from({ length: RECIPIENTS }, (_, index) => relay.joinReliable(`c-${index}`));
  relay.settle(alice, ...others);
  for (let number = 2; number <= MAX_NUMBERS_AHEAD; number++) {
    alice.say(`${number}`, BigInt(number));
  }
  return { relay, alice, others };
}

function textsOf(client: HarnessClient | undefined): string[] {
  return client?.payloads().map((payload) => new TextDecoder().decode(payload)) ?? [];
}

function numbers(first: number, last: number): string[] {
  return Array.from({ length: last - first + 1 }, (_, index) => `${first + index}`);
}

Deno.test("receive() lets what waited for a number go on in short steps, in order", () => {
  const { relay, alice, others } = crowdBehindGap();
  alice.say("1", 1n);
  const bound = MAX_DATAGRAMS_AT_ONCE + RECIPIENTS + MAX_NUMBERS_AHEAD;
  assert(relay.largestStep <= bound, `a step of ${relay.largestStep} datagrams`);
  assert(relay.stat("messages.in") < MAX_NUMBERS_AHEAD / 2);
  relay.run(50);
  assert(relay.largestStep <= bound, `a step of ${relay.largestStep} datagrams`);
  assertEquals(textsOf(others[7]), numbers(1, MAX_NUMBERS_AHEAD));
  assertEquals(alice.heard(), numbers(1, MAX_NUMBERS_AHEAD).map((it) => `{ACK ${it} ${it}}`));
});

Deno.test("receive() acknowledges nothing that waits for a later step, sent again or not", () => {
  const { relay, alice } = crowdBehindGap();
  alice.say("1", 1n);
  alice.forget();
  alice.say(`${MAX_NUMBERS_AHEAD}`, BigInt(MAX_NUMBERS_AHEAD));
  assertEquals(alice.heard().filter((line) => line.startsWith(`{ACK ${MAX_NUMBERS_AHEAD} `)), []);
  relay.run(50);
  const last = `{ACK ${MAX_NUMBERS_AHEAD} ${MAX_NUMBERS_AHEAD}}`;
  assertEquals(alice.heard().at(-1), last);
});

Deno.test("receive() puts what comes meanwhile behind what waits of the same client", () => {
  const { relay, alice, others } = crowdBehindGap();
  alice.say("1", 1n);
  const next = MAX_NUMBERS_AHEAD + 1;
  alice.say(`${next}`, BigInt(next));
  alice.say(`${next + 1}`, BigInt(next + 1));
  relay.run(50);
  assertEquals(textsOf(others[0]), numbers(1, next + 1));
});

Deno.test("receive() relays others at once while much of one client waits", () => {
  const { relay, alice, others } = crowdBehindGap();
  alice.say("1", 1n);
  const before = textsOf(others[1]).length;
  others[0]?.say("other", 1n);
  assertEquals([before < MAX_NUMBERS_AHEAD / 2, textsOf(others[1]).at(-1)], [true, "other"]);
  assertEquals(others[0]?.heard().at(-1)?.startsWith("{ACK 1 "), true);
  relay.run(50);
  assertEquals(textsOf(others[1]).length, MAX_NUMBERS_AHEAD - before);
});

Deno.test("receive() ends a session that says goodbye when the last of its messages has gone on", () => {
  const { relay, alice, others } = crowdBehindGap();
  others[0]?.forget();
  alice.sendSealed(namedTlv("DISCONNECT", "bye"));
  assertEquals(relay.stat("clients"), RECIPIENTS + 1);
  relay.run(50);
  assertEquals(relay.stat("clients"), RECIPIENTS);
  const heard = others[0]?.heard() ?? [];
  assertEquals([heard.length, heard.at(-1)], [MAX_NUMBERS_AHEAD, "{NOTIFY_DISCONNECT alice}"]);
  const removed = relay.reported.filter(({ type }) => type === "client_removed");
  assertEquals(removed.map((it) => it.type === "client_removed" && [it.reason, it.detail]), [
    ["left", "bye"],
  ]);
});

Deno.test("receive() takes nothing more of a client that has said goodbye", () => {
  const { relay, alice, others } = crowdBehindGap();
  alice.sendSealed(namedTlv("DISCONNECT"));
  alice.say("after", 1_000n);
  alice.sendSealed(namedTlv("KEEP_ALIVE"));
  relay.run(50);
  assertEquals(textsOf(others[0]), numbers(2, MAX_NUMBERS_AHEAD));
  assertEquals(relay.stat("clients"), RECIPIENTS);
});

Deno.test("kick() forgets what waits for a later step, and leaves nothing due", () => {
  const { relay, alice, others } = crowdBehindGap();
  alice.sendSealed(namedTlv("DISCONNECT"));
  relay.carryOut(relay.core.kick("alice", "", relay.clock.now) ?? []);
  others[0]?.forget();
  relay.run(50);
  assertEquals(textsOf(others[0]), []);
  assertEquals(relay.reported.filter(({ type }) => type === "client_removed").length, 1);
});
