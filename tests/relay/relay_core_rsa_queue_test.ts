import { assert, assertEquals, assertLessOrEqual } from "@std/assert";
import {
  MAX_PENDING_PER_SOURCE,
  MAX_PENDING_REGISTRATIONS,
} from "../../src/relay/registration_queue.ts";
import type { RelayOptions } from "../../src/relay/relay_options.ts";
import type { HarnessClient } from "../support/harness_client.ts";
import { namedTlv } from "../support/named_tlv.ts";
import { RelayHarness } from "../support/relay_harness.ts";

const ACCEPTED = "{REGISTRATION_ACCEPTED, SERIES_ID}";

function harnessWith(options: Partial<RelayOptions>): RelayHarness {
  const relay = new RelayHarness(options);
  relay.holdsRsa = true;
  return relay;
}

/** Sends an RSA block that means nothing. */
function sendGarbage(relay: RelayHarness, stranger: HarnessClient): void {
  stranger.sendOuter(namedTlv("ENCRYPTED_SYMMETRIC_KEY", relay.random.bytes(256)));
}

/** Registrations from so many sources, so many from each. */
function flood(relay: RelayHarness, sources: number, each: number): void {
  for (let source = 0; source < sources; source++) {
    const hostname = `10.${source >> 16}.${source >> 8 & 255}.${source & 255}`;
    for (let count = 0; count < each; count++) sendGarbage(relay, relay.stranger(hostname));
  }
}

/** Answers RSA jobs until a client is answered. @returns How many that took. */
function turnsUntilAnswered(relay: RelayHarness, client: HarnessClient): number {
  for (let turns = 1; turns <= MAX_PENDING_REGISTRATIONS; turns++) {
    relay.answerRsa();
    if (client.heard().includes(ACCEPTED)) return turns;
  }
  return Infinity;
}

for (const rsaConcurrency of [1, 3]) {
  Deno.test(`receive() asks for ${rsaConcurrency} RSA operations at once, the rest waits`, () => {
    const relay = harnessWith({ rsaConcurrency });
    const clients = Array.from({ length: 5 }, (_, index) => relay.join(`client ${index}`));
    assertEquals(relay.rsaJobs.length, rsaConcurrency);
    assertEquals(relay.stat("registrations.waiting"), 5);
    assertEquals(relay.stat("registrations.rsa_operations"), rsaConcurrency);
    for (let done = 1; done <= 5; done++) {
      relay.answerRsa();
      assertEquals(relay.rsaJobs.length, Math.min(rsaConcurrency, 5 - done));
      assertEquals(relay.stat("registrations.waiting"), 5 - done);
    }
    assertEquals(clients.map((client) => client.heard()[0]), Array(5).fill(ACCEPTED));
    assertEquals(relay.stat("registrations.rsa_operations"), 5);
  });
}

Deno.test("keyDecrypted() starts the next RSA operation whatever became of the one before", () => {
  const relay = harnessWith({ rsaConcurrency: 1 });
  const [mallory, alice, bob] = [relay.stranger(), relay.stranger(), relay.stranger()];
  sendGarbage(relay, mallory);
  alice.register();
  bob.register();
  alice.register();
  for (let jobs = 0; jobs < 3; jobs++) relay.answerRsa();
  assertEquals([alice.heard()[0], bob.heard()[0]], [ACCEPTED, ACCEPTED]);
  assertEquals(relay.rsaJobs, []);
});

Deno.test("keyDecrypted() passes over a result that nobody waits for", () => {
  const relay = harnessWith({ rsaConcurrency: 1 });
  const [alice] = [relay.join("alice"), relay.join("bob")];
  const { now } = relay.clock;
  relay.carryOut(relay.core.keyDecrypted(999, undefined, now));
  assertEquals([relay.rsaJobs.length, relay.stat("registrations.waiting")], [1, 2]);
  relay.answerRsa();
  assertEquals(alice.heard()[0], ACCEPTED);
});

Deno.test("receive() lets 1,024 registrations wait, and drops one more as overloaded", () => {
  const relay = harnessWith({ rsaConcurrency: 1 });
  flood(relay, MAX_PENDING_REGISTRATIONS, 1);
  assertEquals(relay.drops(), {});
  assertEquals(relay.stat("registrations.waiting"), MAX_PENDING_REGISTRATIONS);
  const [late, later] = [relay.stranger(), relay.stranger()];
  late.register();
  assertEquals(relay.drops(), { overloaded: 1 });
  assertEquals(late.heard(), []);
  relay.answerRsa();
  later.register();
  assertEquals(relay.drops().overloaded, 1, "there is room again");
});

const sources: { name: string; hostnames: readonly string[] }[] = [
  { name: "an IPv4 address", hostnames: ["192.0.2.1"] },
  { name: "a /64 of IPv6", hostnames: ["2001:db8::1", "2001:db8::2", "2001:db8::ffff:1"] },
];
for (const { name, hostnames } of sources) {
  Deno.test(`receive() lets 256 registrations of ${name} wait, and drops one more`, () => {
    const relay = harnessWith({ rsaConcurrency: 1 });
    const knock = (count: number) =>
      sendGarbage(relay, relay.stranger(hostnames[count % hostnames.length]));
    for (let count = 0; count < MAX_PENDING_PER_SOURCE; count++) knock(count);
    assertEquals(relay.drops(), {});
    knock(0);
    assertEquals(relay.drops(), { overloaded: 1 });
    sendGarbage(relay, relay.stranger("198.51.100.1"));
    assertEquals(relay.drops(), { overloaded: 1 }, "others have room");
    relay.answerRsa();
    knock(0);
    assertEquals(relay.drops(), { overloaded: 1, rejected: 1 }, "there is room again");
  });
}

Deno.test("receive() spends no RSA on a registration that is superseded while it waits", () => {
  const relay = harnessWith({ rsaConcurrency: 1 });
  const [first, alice, last] = [relay.stranger(), relay.stranger(), relay.stranger()];
  first.register();
  for (let count = 0; count < 2_000; count++) alice.register();
  last.register();
  assertEquals(relay.stat("registrations.waiting"), 3, "each takes the place of the one before");
  for (let jobs = 0; jobs < 3; jobs++) relay.answerRsa();
  assertEquals(alice.heard()[0], ACCEPTED);
  assertEquals(relay.stat("registrations.rsa_operations"), 3);
  assertEquals(relay.drops(), {});
  assertEquals(relay.core.clients(relay.clock.now).map(({ address }) => address), [
    first.address,
    alice.address,
    last.address,
  ]);
});

Deno.test("receive() counts superseded RSA operations until they are done", () => {
  const relay = harnessWith({ rsaConcurrency: Infinity });
  const alice = relay.stranger();
  for (let count = 0; count <= MAX_PENDING_PER_SOURCE; count++) alice.register();
  assertEquals(relay.rsaJobs.length, MAX_PENDING_PER_SOURCE);
  assertEquals(relay.drops(), { overloaded: 1 });
  relay.answerRsa();
  assertEquals(relay.stat("registrations.waiting"), MAX_PENDING_PER_SOURCE - 1);
});

Deno.test("receive() serves a client within three RSA turns while one source floods", () => {
  const relay = harnessWith({ rsaConcurrency: 1 });
  flood(relay, 1, 1_000);
  const alice = relay.stranger("192.0.2.1");
  alice.registerAs("alice");
  flood(relay, 1, 1_000);
  // One is at it already, and one more of the flood came before.
  assertEquals(turnsUntilAnswered(relay, alice), 3);
});

Deno.test("receive() serves who shows a cookie within three RSA turns while forged sources flood", () => {
  const relay = harnessWith({ rsaConcurrency: 1, cookieThreshold: 64 });
  flood(relay, 2_000, 1);
  assertEquals(relay.stat("registrations.waiting"), 65, "forged sources can't show cookies");
  const alice = relay.stranger("192.0.2.1");
  const registration = alice.registerAs("alice");
  const [cookie] = alice.datagrams();
  assert(cookie !== undefined);
  alice.sendDatagram(Uint8Array.of(...cookie, ...registration));
  flood(relay, 2_000, 1);
  assertLessOrEqual(turnsUntilAnswered(relay, alice), 3);
});

Deno.test("receive() serves a client that registers anew with a cookie before forged ones of others", () => {
  const relay = new RelayHarness({ rsaConcurrency: 1, cookieThreshold: 0 });
  const clients = Array.from({ length: 20 }, (_, index) => {
    const client = relay.stranger(`192.0.2.${index}`);
    const registration = client.register();
    const [cookie = new Uint8Array()] = client.datagrams();
    client.sendDatagram(Uint8Array.of(...cookie, ...registration));
    return { client, cookie };
  });
  relay.settle(...clients.map(({ client }) => client));
  relay.holdsRsa = true;
  // A client is asked for no cookie, so whoever knows its address can do this in its name.
  for (const { client } of clients) sendGarbage(relay, client);
  const [alice] = clients.splice(10, 1);
  assert(alice !== undefined);
  alice.client.sendDatagram(Uint8Array.of(...alice.cookie, ...alice.client.registration()));
  assertLessOrEqual(turnsUntilAnswered(relay, alice.client), 3);
});

Deno.test("receive() serves one without a cookie too while others keep coming with one", () => {
  const relay = harnessWith({ rsaConcurrency: 1, cookieThreshold: 3 });
  flood(relay, 3, 1);
  const alice = relay.stranger("192.0.2.1");
  alice.register();
  for (let count = 0; count < 100; count++) {
    const stranger = relay.stranger(`198.51.100.${count}`);
    const registration = stranger.register();
    const [cookie] = stranger.datagrams();
    assert(cookie !== undefined);
    stranger.sendDatagram(Uint8Array.of(...cookie, ...registration));
  }
  // The first of the flood is at it already; of the other turns alice's lane has every second.
  assertLessOrEqual(turnsUntilAnswered(relay, alice), 1 + 2 * 3);
});
