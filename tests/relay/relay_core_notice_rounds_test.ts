import { assert, assertEquals } from "@std/assert";
import { MAX_SEALED_AT_ONCE } from "../../src/relay/delivery.ts";
import { MAX_NOTICE_WAIT_MS, NOTICE_POSTPONE_MS } from "../../src/relay/notice_teller.ts";
import type { HarnessClient } from "../support/harness_client.ts";
import { RelayHarness } from "../support/relay_harness.ts";

const SLOW_MS = 25;

/** A relay and more clients than are told at once, all of whom have heard of each other. */
function crowd(count: number): [RelayHarness, HarnessClient[]] {
  const relay = new RelayHarness();
  const clients = Array.from({ length: count }, (_, index) => relay.join(`early-${index}`));
  relay.settle();
  relay.settle(...clients);
  return [relay, clients];
}

/** Lets a client say something that all others must wait for. */
function sayLong(client: HarnessClient | undefined, bytes: number): void {
  for (const datagram of client?.fragments(new Uint8Array(bytes)) ?? []) {
    client?.sendDatagram(datagram);
  }
}

/** Lets time pass for a relay so slow that 64 datagrams take it 25 ms. */
function run(relay: RelayHarness, ms: number): void {
  for (let passedMs = 0; passedMs < ms; passedMs += SLOW_MS) {
    relay.clock.advance(SLOW_MS);
    relay.tick();
  }
}

function noticesOf(client: HarnessClient | undefined): string[] {
  return client?.heard().filter((line) => line.startsWith("{NOTIFY")) ?? [];
}

Deno.test("tick() gathers notices on while the round of before is still leaving", () => {
  const [relay, clients] = crowd(2 * MAX_SEALED_AT_ONCE);
  // 128 recipients of 57 fragments each: 114 ms of sending.
  sayLong(clients[0], 50_000);
  relay.join("first");
  relay.join("second");
  assertEquals(relay.core.nextDeadline(), relay.clock.now.monotonicMs + 1);
  relay.run(90);
  relay.join("third");
  assertEquals(noticesOf(clients[1]), []);
  relay.run(2 * NOTICE_POSTPONE_MS);
  assertEquals(noticesOf(clients[1]), [
    "{NOTIFY_CONNECT first, NOTIFY_CONNECT second, NOTIFY_CONNECT third}",
  ]);
});

Deno.test("tick() gathers notices no longer than 5 s, whatever else is leaving", () => {
  const [relay, clients] = crowd(2 * MAX_SEALED_AT_ONCE);
  sayLong(clients[0], 200_000);
  const dueMs = relay.clock.now.monotonicMs + MAX_NOTICE_WAIT_MS;
  relay.join("late");
  run(relay, MAX_NOTICE_WAIT_MS - SLOW_MS);
  const tail = relay.join("tail");
  tail.forget();
  run(relay, SLOW_MS);
  assertEquals(relay.clock.now.monotonicMs, dueMs);
  relay.join("not yet");
  relay.run(200);
  assertEquals(noticesOf(clients[1]), ["{NOTIFY_CONNECT late, NOTIFY_CONNECT tail}"]);
});

Deno.test("receive() tells of a join before its message also while a round is leaving", () => {
  const [relay, clients] = crowd(2 * MAX_SEALED_AT_ONCE);
  sayLong(clients[0], 50_000);
  relay.join("first");
  relay.join("second").say("hi");
  relay.run(1_000);
  const heard = clients[1]?.heard().slice(1);
  assertEquals(heard, [
    "{NOTIFY_CONNECT first, NOTIFY_CONNECT second}",
    "{SENDER_ID second, RELAY_SEQUENCE 2, MESSAGE hi}",
  ]);
});

Deno.test("tick() lets no notices pile up where clients join faster than all can be told", () => {
  const relay = new RelayHarness();
  for (let index = 0; index < 1_200; index++) {
    relay.join(`client-${index}`);
    run(relay, SLOW_MS);
  }
  // The round that is leaving, and the one that is gathered.
  const before = relay.stat("datagrams.out");
  relay.run(1_000);
  const waited = relay.stat("datagrams.out") - before;
  assert(waited <= 2 * 1_200, `${waited} notices had piled up`);
});

Deno.test("tick() tells each of many newcomers what came after it, at little cost", () => {
  const [relay] = crowd(MAX_SEALED_AT_ONCE + 1);
  relay.join("first");
  const newcomers = Array.from({ length: 400 }, (_, index) => relay.join(`new-${index}`));
  relay.run(1_000);
  const joins = newcomers.map((_, index) => `NOTIFY_CONNECT new-${index}`);
  for (const [index, newcomer] of newcomers.entries()) {
    const told = noticesOf(newcomer);
    assert(told.length <= 6, `told in ${told.length} tokens`);
    assertEquals(told.join().match(/NOTIFY_CONNECT new-\d+/g) ?? [], joins.slice(index + 1));
  }
});
