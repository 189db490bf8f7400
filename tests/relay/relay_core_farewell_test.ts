import { assert, assertEquals } from "@std/assert";
import { MAX_REASON_BYTES } from "../../src/relay/cut_text.ts";
import type { RelayEffect } from "../../src/relay/relay_effects.ts";
import type { HarnessClient } from "../support/harness_client.ts";
import { namedTlv } from "../support/named_tlv.ts";
import { RelayHarness } from "../support/relay_harness.ts";

function twoClients(): { relay: RelayHarness; alice: HarnessClient; bob: HarnessClient } {
  const relay = new RelayHarness();
  const pair = { relay, alice: relay.join("alice"), bob: relay.join("bob") };
  relay.settle(pair.alice, pair.bob);
  return pair;
}

/** Kicks a client and carries out what comes of it; false when there is no such client. */
function kick(relay: RelayHarness, id: string, reason = ""): boolean {
  const effects = relay.core.kick(id, reason, relay.clock.now);
  relay.carryOut(effects ?? []);
  return effects !== undefined;
}

function shutDown(relay: RelayHarness, reason: string): void {
  relay.carryOut(relay.core.shutdown(reason, relay.clock.now));
}

function removals(effects: readonly RelayEffect[]): string[] {
  return effects.flatMap((effect) =>
    effect.type === "client_removed"
      ? [`${effect.client.id} ${effect.reason}: ${effect.detail}`]
      : []
  );
}

Deno.test("receive() ends the session of a client that sends DISCONNECT, and answers nothing", () => {
  const { relay, alice, bob } = twoClients();
  alice.sendSealed(namedTlv("DISCONNECT", "going home"));
  assertEquals(bob.heard(), ["{NOTIFY_DISCONNECT alice}"]);
  assertEquals(alice.heard(), []);
  assertEquals(removals(relay.reported), ["alice left: going home"]);
  assertEquals(relay.core.client("alice", relay.clock.now), undefined);
  bob.say("anyone?");
  assertEquals(alice.heard(), []);
});

Deno.test("receive() takes DISCONNECT sealed only", () => {
  const { relay, alice } = twoClients();
  alice.sendOuter(namedTlv("DISCONNECT"));
  assertEquals(relay.stat("clients"), 2);
});

Deno.test("receive() cuts the reason that a client gives, between two characters", () => {
  const { relay, alice } = twoClients();
  alice.sendSealed(namedTlv("DISCONNECT", `a${"é".repeat(1_000)}`));
  assertEquals(removals(relay.reported), [`alice left: a${"é".repeat(127)}`]);
});

Deno.test("receive() reads the reason that a client gives whatever bytes it has", () => {
  const { relay, alice } = twoClients();
  alice.sendSealed(namedTlv("DISCONNECT", Uint8Array.of(0x61, 0xff, 0xc3)));
  assertEquals(removals(relay.reported), ["alice left: a\ufffd\ufffd"]);
});

const ids: { name: string; idOf: (alice: HarnessClient) => string }[] = [
  { name: "name", idOf: () => "alice" },
  { name: "address", idOf: (alice) => alice.address },
  { name: "session id", idOf: (alice) => alice.sessionId },
  { name: "session id in capitals", idOf: (alice) => alice.sessionId.toUpperCase() },
];

for (const { name, idOf } of ids) {
  Deno.test(`kick() ends the session with a ${name}, with the reason to its client`, () => {
    const { relay, alice, bob } = twoClients();
    const id = idOf(alice);
    assertEquals(relay.core.client(id, relay.clock.now)?.id, "alice");
    assertEquals(kick(relay, id, "maintenance"), true);
    assertEquals(alice.heard(), ["{DISCONNECT maintenance}"]);
    assertEquals(bob.heard(), ["{NOTIFY_DISCONNECT alice}"]);
    assertEquals(removals(relay.reported), ["alice kicked: maintenance"]);
    assertEquals(kick(relay, id), false);
  });
}

Deno.test("kick() changes nothing when there is no such client", () => {
  const { relay, alice, bob } = twoClients();
  for (const id of ["", "carol", "127.0.0.1:1", "0".repeat(16)]) {
    assertEquals(kick(relay, id), false);
    assertEquals(relay.core.client(id, relay.clock.now), undefined);
  }
  assertEquals([alice.heard(), bob.heard()], [[], []]);
});

Deno.test("kick() overtakes and ends what waits for the client", () => {
  const { relay, alice, bob } = twoClients();
  for (const datagram of alice.fragments(new Uint8Array(200_000))) alice.sendDatagram(datagram);
  kick(relay, "bob", "enough");
  assertEquals(bob.heard(), ["{DISCONNECT enough}"]);
  relay.settle();
  assertEquals(bob.datagrams().length, 0);
});

Deno.test("kick() cuts a long reason at a character, so that it fits a datagram", () => {
  const { relay, alice } = twoClients();
  kick(relay, "alice", `a${"é".repeat(1_000)}`);
  assertEquals(alice.heard(), ["{DISCONNECT of 255 bytes}"]);
});

Deno.test("broadcast() sends SERVER_NOTICE to every client, under its own key", () => {
  const { relay, alice, bob } = twoClients();
  relay.carryOut(relay.core.broadcast("lunch is ready", relay.clock.now));
  assertEquals(alice.heard(), ["{SERVER_NOTICE lunch is ready}"]);
  assertEquals(bob.heard(), ["{SERVER_NOTICE lunch is ready}"]);
  relay.carryOut(relay.core.broadcast("x".repeat(10_000), relay.clock.now));
  assertEquals(alice.heard(), ["{SERVER_NOTICE of 256 bytes}"]);
});

Deno.test("broadcast() and kick() fit the smallest datagram budget", () => {
  const relay = new RelayHarness({ budgetBytes: 576 });
  const alice = relay.join("alice");
  relay.settle(alice);
  relay.carryOut(relay.core.broadcast("x".repeat(MAX_REASON_BYTES), relay.clock.now));
  kick(relay, "alice", "x".repeat(MAX_REASON_BYTES));
  const sizes = alice.datagrams().map(({ byteLength }) => byteLength);
  assertEquals(sizes.length, 2);
  assert(sizes.every((size) => size <= 576));
});

Deno.test("shutdown() gives every client the reason, and then does nothing more", () => {
  const { relay, alice, bob } = twoClients();
  for (const datagram of alice.fragments(new Uint8Array(200_000))) alice.sendDatagram(datagram);
  relay.holdsRsa = true;
  const carol = relay.join("carol");
  shutDown(relay, "relay is shutting down");
  assertEquals(alice.heard(), ["{DISCONNECT relay is shutting down}"]);
  assertEquals(bob.heard(), ["{DISCONNECT relay is shutting down}"]);
  assertEquals(removals(relay.reported), [
    "alice shutdown: relay is shutting down",
    "bob shutdown: relay is shutting down",
  ]);
  relay.reported = [];
  alice.say("wait");
  alice.register();
  relay.stranger().sendOuter(namedTlv("PUBLIC_KEY_REQUEST"));
  relay.answerRsa();
  shutDown(relay, "again");
  relay.run(7_200_000);
  const quiet = [alice, bob, carol].map((client) => client.datagrams());
  assertEquals(quiet, [[], [], []]);
  assertEquals(relay.reported, []);
  assertEquals(relay.stat("clients"), 0);
});

Deno.test("shutdown() tells gathered notices before its goodbyes", () => {
  const relay = new RelayHarness();
  const alice = relay.join("alice");
  relay.run(1_000);
  relay.join("bob");
  relay.join("carol");
  alice.forget();
  relay.carryOut(relay.core.shutdown("night", relay.clock.now));
  assertEquals(alice.heard(), ["{NOTIFY_CONNECT carol}", "{DISCONNECT night}"]);
});
