import { assertEquals } from "@std/assert";
import { DROP_REASONS } from "../../src/observe/counters.ts";
import type { RelayStatistics } from "../../src/relay/relay_statistics.ts";
import { encodeU64 } from "../../src/wire/u64.ts";
import { namedTlv } from "../support/named_tlv.ts";
import { RelayHarness } from "../support/relay_harness.ts";

function leavesOf(tree: RelayStatistics, prefix = ""): string[] {
  return Object.entries(tree).flatMap(([name, value]) =>
    typeof value === "number" ? [`${prefix}${name}`] : leavesOf(value, `${prefix}${name}.`)
  );
}

function totalBytes(datagrams: readonly Uint8Array[]): number {
  return datagrams.reduce((sum, { byteLength }) => sum + byteLength, 0);
}

Deno.test("statistics() has every name that operators graph", () => {
  assertEquals(
    leavesOf(new RelayHarness().core.statistics()).toSorted(),
    [
      "clients",
      "max_clients",
      "registrations.accepted",
      "registrations.cookies",
      "registrations.moved",
      "registrations.replaced",
      "registrations.rejected",
      "registrations.waiting",
      "registrations.rsa_operations",
      "messages.in",
      "messages.bytes_in",
      "messages.out",
      "messages.bytes_out",
      "deliveries",
      "relay_sequence",
      "reliable.acks",
      "reliable.acks_repeated",
      "reliable.held_bytes",
      "reliable.lost",
      "reliable.nacks",
      "reliable.resent",
      "history.bytes",
      "history.is_troubled",
      "history.max_age_seconds",
      "history.max_bytes",
      "history.max_messages",
      "history.messages",
      "history.newest",
      "history.oldest",
      "history.waiting",
      "datagrams.in",
      "datagrams.bytes_in",
      "datagrams.out",
      "datagrams.bytes_out",
      "fragments.in",
      "fragments.reassembled",
      "fragments.unfinished_bytes",
      "fragments.nacks_in",
      "fragments.nacks_out",
      "fragments.resent",
      "group.epoch",
      "group.keys",
      "group.members",
      "group.messages",
      "unknown_tlv",
      ...DROP_REASONS.map((reason) => `drops.${reason}`),
    ].toSorted(),
  );
});

Deno.test("statistics() is all zero before anything happened", () => {
  const relay = new RelayHarness({ maxClients: 0, historyMessages: 0, historyBytes: 0 });
  const names = leavesOf(relay.core.statistics()).filter((name) => name !== "history.oldest");
  for (const name of names) assertEquals(relay.stat(name), 0, name);
  assertEquals(relay.stat("history.oldest"), 1, "one above the newest when none is held");
});

Deno.test("statistics() counts every datagram and byte, in and out", () => {
  const relay = new RelayHarness();
  const clients = [relay.stranger(), relay.stranger(), relay.stranger()];
  const sent = clients.map((client) => client.register());
  for (const client of clients) {
    sent.push(
      client.say("hi"),
      client.sendOuter(namedTlv("KEEP_ALIVE")),
      client.sendDatagram(new Uint8Array(7)),
      ...client.fragments(new Uint8Array(10_000)).map((it) => client.sendDatagram(it)),
    );
  }
  relay.run(1_000);
  const got = clients.flatMap((client) => client.datagrams());
  assertEquals(relay.stat("datagrams.in"), sent.length);
  assertEquals(relay.stat("datagrams.bytes_in"), totalBytes(sent));
  assertEquals(relay.stat("datagrams.out"), got.length);
  assertEquals(relay.stat("datagrams.bytes_out"), totalBytes(got));
});

Deno.test("statistics() counts messages in, deliveries out, and what each client had of them", () => {
  const relay = new RelayHarness();
  const [alice, bob] = [relay.join("alice"), relay.join("bob")];
  relay.join("carol");
  alice.say("12345");
  alice.say("123");
  bob.say("1");
  assertEquals([relay.stat("messages.in"), relay.stat("messages.bytes_in")], [3, 9]);
  assertEquals([relay.stat("messages.out"), relay.stat("messages.bytes_out")], [6, 18]);
  assertEquals(relay.stat("deliveries"), 6);
  const summaries = relay.core.clients(relay.clock.now).map((client) => [
    client.id,
    client.messagesIn,
    client.bytesIn,
    client.messagesOut,
    client.bytesOut,
  ]);
  assertEquals(summaries, [
    ["alice", 2, 8, 1, 1],
    ["bob", 1, 1, 2, 8],
    ["carol", 0, 0, 3, 9],
  ]);
});

Deno.test("statistics() counts registrations by what became of them", () => {
  const relay = new RelayHarness({ maxClients: 2 });
  const alice = relay.join("alice");
  relay.join("bob");
  relay.join("carol");
  relay.stranger().registerAs("alice");
  alice.registerAs("alice");
  relay.holdsRsa = true;
  alice.register();
  const counts = ["accepted", "replaced", "rejected", "waiting", "rsa_operations"].map((name) =>
    relay.stat(`registrations.${name}`)
  );
  assertEquals(counts, [3, 1, 2, 1, 4]);
  assertEquals(relay.drops(), { rejected: 2 });
});

Deno.test("statistics() shows what is held to be put in order, and to be sent again", () => {
  const relay = new RelayHarness({ historyMessages: 1 });
  const alice = relay.joinReliable("alice");
  const bytes = () => [relay.stat("reliable.held_bytes"), relay.stat("history.bytes")];
  const messages = () => relay.stat("history.messages");
  alice.sendSealed(
    namedTlv("CLIENT_SEQUENCE", encodeU64(2n)),
    namedTlv("MESSAGE", new Uint8Array(700)),
  );
  assertEquals([bytes(), messages()], [[700, 0], 0]);
  alice.say("", 1n);
  assertEquals([bytes(), messages()], [[0, 4 + 5 + 4 + 8 + 4 + 700], 1]);
});

Deno.test("statistics() counts the messages of the history up to its bound", () => {
  const relay = new RelayHarness({ historyMessages: 3 });
  const alice = relay.join("alice");
  const counts = [1, 2, 3, 4, 5].map((number) => {
    alice.say(`${number}`);
    return relay.stat("history.messages");
  });
  assertEquals(counts, [1, 2, 3, 3, 3]);
});

Deno.test("statistics() tells how many clients are let in", () => {
  assertEquals(new RelayHarness({ maxClients: 12 }).stat("max_clients"), 12);
});

Deno.test("statistics() counts what the shell could not send, and faults of our own", () => {
  const relay = new RelayHarness();
  relay.core.sendFailed();
  relay.core.countInternalError();
  assertEquals(relay.drops(), { send_failed: 1, internal_error: 1 });
});

Deno.test("clients() tells since when, and for how long each is idle", () => {
  const relay = new RelayHarness();
  const alice = relay.join("alice");
  const sinceUnixMs = relay.clock.now.unixMs;
  relay.run(5_000);
  const bob = relay.stranger();
  bob.register();
  relay.run(2_000);
  alice.sendOuter(namedTlv("KEEP_ALIVE"));
  relay.run(100);
  assertEquals(relay.core.clients(relay.clock.now), [
    {
      id: "alice",
      address: alice.address,
      session: alice.sessionId,
      sinceUnixMs,
      idleMs: 100,
      messagesIn: 0,
      messagesOut: 0,
      bytesIn: 0,
      bytesOut: 0,
    },
    {
      id: bob.address,
      address: bob.address,
      session: bob.sessionId,
      sinceUnixMs: sinceUnixMs + 5_000,
      idleMs: 2_100,
      messagesIn: 0,
      messagesOut: 0,
      bytesIn: 0,
      bytesOut: 0,
    },
  ]);
});
