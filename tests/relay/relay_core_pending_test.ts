import { assertEquals } from "@std/assert";
import { concat } from "@std/bytes";
import {
  MAX_HELD_BYTES,
  MAX_HELD_DATAGRAMS,
  MAX_TOTAL_HELD_BYTES,
} from "../../src/relay/registration_queue.ts";
import type { HarnessClient } from "../support/harness_client.ts";
import { namedTlv } from "../support/named_tlv.ts";
import { RelayHarness } from "../support/relay_harness.ts";

const ACCEPTED = "{REGISTRATION_ACCEPTED, SERIES_ID}";
const UNKNOWN = "UNKNOWN_SESSION";

function harnessThatHoldsRsa(): { relay: RelayHarness; bob: HarnessClient } {
  const relay = new RelayHarness();
  const bob = relay.join("bob");
  relay.settle(bob);
  relay.holdsRsa = true;
  return { relay, bob };
}

/** What a client heard of messages, without numbers and senders. */
function messagesOf(client: HarnessClient): string[] {
  return client.payloads().map((payload) => new TextDecoder().decode(payload));
}

Deno.test("receive() changes nothing until the RSA result is there", () => {
  const { relay, bob } = harnessThatHoldsRsa();
  const alice = relay.stranger();
  alice.registerAs("alice");
  relay.run(1_000);
  assertEquals([alice.heard(), bob.heard()], [[], []]);
  assertEquals([relay.stat("clients"), relay.stat("registrations.waiting")], [1, 1]);
  relay.answerRsa();
  assertEquals(alice.heard(), [ACCEPTED]);
  assertEquals([relay.stat("clients"), relay.stat("registrations.waiting")], [2, 0]);
});

Deno.test("keyDecrypted() registers two addresses, whichever RSA result comes first", () => {
  const { relay } = harnessThatHoldsRsa();
  const [alice, carol] = [relay.join("alice"), relay.join("carol")];
  relay.answerRsa(1);
  relay.answerRsa(0);
  assertEquals(relay.core.clients(relay.clock.now).map(({ id }) => id), ["bob", "carol", "alice"]);
  assertEquals(alice.heard().slice(0, 1), [ACCEPTED]);
  assertEquals(carol.heard().slice(0, 1), [ACCEPTED]);
});

for (const order of [[0, 0], [1, 0]]) {
  Deno.test(`keyDecrypted() registers the newer of one address, results in order ${order}`, () => {
    const { relay, bob } = harnessThatHoldsRsa();
    const alice = relay.stranger();
    alice.registerAs("alice the first");
    alice.registerAs("alice the second");
    for (const index of order) relay.answerRsa(index);
    assertEquals(alice.heard(), [ACCEPTED]);
    assertEquals(bob.heard(), ["{NOTIFY_CONNECT alice the second}"]);
    alice.say("hi");
    assertEquals(messagesOf(bob), ["hi"], "the session has the newer key");
    assertEquals(relay.stat("registrations.waiting"), 0);
  });
}

Deno.test("receive() asks for one RSA operation for a key block that is repeated in one datagram", () => {
  const { relay } = harnessThatHoldsRsa();
  const alice = relay.stranger();
  const registration = alice.registration();
  const twice = concat([registration, registration]);
  alice.sendDatagram(twice);
  assertEquals(relay.rsaJobs.length, 1);
  relay.answerRsa();
  assertEquals(alice.heard(), [ACCEPTED]);
  assertEquals(relay.drops(), {});
});

Deno.test("keyDecrypted() reads in order what came since the registration", () => {
  const { relay, bob } = harnessThatHoldsRsa();
  const alice = relay.stranger();
  alice.registerAs("alice");
  for (const text of ["one", "two", "three"]) alice.say(text);
  for (const datagram of alice.fragments(new TextEncoder().encode("four".repeat(500)))) {
    alice.sendDatagram(datagram);
  }
  assertEquals(alice.heard(), [], "no UNKNOWN_SESSION meanwhile");
  relay.answerRsa();
  assertEquals(messagesOf(bob), ["one", "two", "three", "four".repeat(500)]);
  assertEquals(relay.drops(), {});
});

Deno.test("keyDecrypted() gives what was held back to the registration that superseded", () => {
  const { relay, bob } = harnessThatHoldsRsa();
  const alice = relay.stranger();
  alice.register();
  alice.say("under the first key");
  alice.register();
  alice.say("under the second key");
  relay.answerRsa();
  relay.answerRsa();
  assertEquals(messagesOf(bob), ["under the second key"]);
  assertEquals(relay.drops(), { unauthentic: 1 });
});

Deno.test("keyDecrypted() answers what was held back when the registration failed", () => {
  const { relay } = harnessThatHoldsRsa();
  const mallory = relay.stranger();
  mallory.registerAs("bob");
  mallory.say("one");
  mallory.say("two");
  relay.answerRsa();
  assertEquals(mallory.heard(), ["REGISTRATION_REJECTED 6", UNKNOWN, UNKNOWN]);
  assertEquals(relay.drops(), { rejected: 1, unknown_session: 2 });
});

Deno.test("receive() holds 32 datagrams for a registration, and not one more", () => {
  const { relay, bob } = harnessThatHoldsRsa();
  const alice = relay.stranger();
  alice.register();
  for (let index = 0; index < MAX_HELD_DATAGRAMS; index++) alice.say(`${index}`);
  assertEquals(alice.heard(), []);
  alice.say("one too many");
  assertEquals(alice.heard(), []);
  assertEquals(relay.drops(), { overloaded: 1 });
  relay.answerRsa();
  assertEquals(messagesOf(bob), Array.from({ length: 32 }, (_, index) => `${index}`));
});

Deno.test("receive() holds 64 KiB for a registration, and not one byte more", () => {
  const { relay } = harnessThatHoldsRsa();
  const alice = relay.stranger();
  alice.register();
  holdBytes(alice, MAX_HELD_BYTES);
  assertEquals(alice.heard(), []);
  alice.sendOuter(namedTlv("KEEP_ALIVE"));
  assertEquals(alice.heard(), []);
  assertEquals(relay.drops(), { overloaded: 1 });
});

Deno.test("receive() counts what a superseded registration held for the one that superseded it", () => {
  const { relay } = harnessThatHoldsRsa();
  const alice = relay.stranger();
  alice.register();
  holdBytes(alice, MAX_HELD_BYTES);
  alice.register();
  alice.sendOuter(namedTlv("KEEP_ALIVE"));
  assertEquals(alice.heard(), []);
  assertEquals(relay.drops(), { overloaded: 1 });
});

Deno.test("receive() holds 4 MiB for all registrations together, and not one byte more", () => {
  const { relay } = harnessThatHoldsRsa();
  const strangers = Array.from({ length: 64 }, () => relay.stranger());
  for (const stranger of strangers) {
    stranger.register();
    holdBytes(stranger, MAX_TOTAL_HELD_BYTES / 64);
  }
  assertEquals(relay.drops(), {});
  const late = relay.stranger();
  late.register();
  late.sendOuter(namedTlv("KEEP_ALIVE"));
  assertEquals(late.heard(), []);
  assertEquals(relay.drops(), { overloaded: 1 });
  relay.answerRsa();
  late.sendOuter(namedTlv("KEEP_ALIVE"));
  assertEquals(relay.drops().overloaded, 1, "there is room again");
});

Deno.test("receive() holds early tokens of a new registration while the old session goes on", () => {
  const { relay, bob } = harnessThatHoldsRsa();
  const alice = relay.stranger();
  alice.registerAs("alice");
  relay.answerRsa();
  const oldToken = alice.seal([namedTlv("MESSAGE", "under the old key")]);
  alice.registerAs("alice");
  bob.forget();
  alice.say("under the new key");
  alice.sendToken(oldToken);
  assertEquals(messagesOf(bob), ["under the old key"]);
  relay.answerRsa();
  assertEquals(messagesOf(bob), ["under the new key"]);
  assertEquals(relay.drops(), {});
});

Deno.test("receive() counts tokens that it can't hold for a new registration as overloaded", () => {
  const { relay } = harnessThatHoldsRsa();
  const alice = relay.stranger();
  alice.register();
  relay.answerRsa();
  alice.register();
  for (let index = 0; index <= MAX_HELD_DATAGRAMS; index++) alice.say(`${index}`);
  assertEquals(relay.drops(), { overloaded: 1 });
  assertEquals(alice.heard(), [ACCEPTED]);
});

/** Sends datagrams of together `count` bytes that need a session. */
function holdBytes(client: HarnessClient, count: number): void {
  const half = namedTlv("SYMMETRICALLY_ENCRYPTED_MESSAGE", new Uint8Array(count / 2 - 4));
  client.sendOuter(half);
  client.sendOuter(half);
}
