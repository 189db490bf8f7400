import { assertEquals, assertInstanceOf } from "@std/assert";
import { MAX_QUEUED_MESSAGES } from "../../src/session/outbox.ts";
import {
  MAX_LEAVING_BYTES,
  MAX_SEALED_BYTES,
  MAX_TOTAL_QUEUED_MESSAGES,
  MAX_UNBOUND_BYTES,
} from "../../src/session/outbox_scheduler.ts";
import type { OutboxFixture } from "../support/outbox_fixture.ts";
import { SchedulerFixture } from "../support/scheduler_fixture.ts";

const short = Uint8Array.of(1);
const long = new Uint8Array(2_400).fill(7);
const veryLong = new Uint8Array(30_000);
const BUDGET_BYTES = 1_200;

Deno.test("OutboxScheduler.push() takes as many messages in all as the bound says, and not one more", () => {
  const fixture = full();
  const { scheduler, clock } = fixture;
  assertEquals(scheduler.queuedMessages, MAX_TOTAL_QUEUED_MESSAGES);
  assertEquals(scheduler.push(fixture.stranger(), long, clock.now), "full");
  assertEquals(scheduler.queuedMessages, MAX_TOTAL_QUEUED_MESSAGES);
});

Deno.test("OutboxScheduler.push() at that bound still gives what needs not wait", () => {
  const fixture = full();
  const result = fixture.scheduler.push(fixture.stranger(), short, fixture.clock.now);
  assertInstanceOf(result, Uint8Array);
});

Deno.test("OutboxScheduler.release() makes room for as many messages as have begun to leave", () => {
  const fixture = full();
  const { scheduler, clock } = fixture;
  scheduler.release(clock.now);
  const room = MAX_TOTAL_QUEUED_MESSAGES - scheduler.queuedMessages;
  assertEquals(room > 0, true);
  for (let count = 0; count < room; count++) {
    assertEquals(scheduler.push(fixture.stranger(), long, clock.now), "queued");
  }
  assertEquals(scheduler.push(fixture.stranger(), long, clock.now), "full");
});

Deno.test("OutboxScheduler.remove() makes room for as many messages as waited for the peer", () => {
  const fixture = full();
  fixture.scheduler.remove(fixture.peer(0));
  assertEquals(
    fixture.scheduler.queuedMessages,
    MAX_TOTAL_QUEUED_MESSAGES - MAX_QUEUED_MESSAGES,
  );
});

Deno.test("OutboxScheduler.release() seals as many bytes at once as the bound says, and not one more", () => {
  const fixture = new SchedulerFixture(5);
  fixture.pushToAll(new Uint8Array(MAX_SEALED_BYTES / 4));
  assertEquals(new Set(fixture.releaseNumbers()), new Set([0, 1, 2, 3]));
  assertEquals(new Set(fixture.releaseNumbers()), new Set([0, 1, 2, 3, 4]));
});

Deno.test("OutboxScheduler.release() seals a message alone that is longer than that bound", () => {
  const fixture = new SchedulerFixture(3);
  fixture.pushToAll(new Uint8Array(MAX_SEALED_BYTES + 1));
  const served = fixture.peers.map(() => new Set(fixture.releaseNumbers()).size);
  assertEquals(served, [1, 2, 3]);
});

Deno.test("OutboxScheduler.release() has as many long messages leaving as the bound says, and not one more", () => {
  const fixture = new SchedulerFixture(6, BUDGET_BYTES);
  fixture.pushToAll(new Uint8Array(MAX_LEAVING_BYTES / 4));
  for (let turn = 0; turn < 6; turn++) fixture.release();
  assertEquals(fixture.scheduler.leavingBytes, MAX_LEAVING_BYTES);
  assertEquals(waiting(fixture), [0, 0, 0, 0, 1, 1]);
  fixture.scheduler.remove(fixture.peer(0));
  fixture.release();
  assertEquals(waiting(fixture), [0, 0, 0, 0, 0, 1]);
});

Deno.test("OutboxScheduler.release() has short messages leave meanwhile", () => {
  const fixture = new SchedulerFixture(3, BUDGET_BYTES);
  fixture.push(0, new Uint8Array(MAX_LEAVING_BYTES));
  fixture.release();
  fixture.push(1, new Uint8Array(MAX_UNBOUND_BYTES + 1));
  fixture.push(2, new Uint8Array(MAX_UNBOUND_BYTES));
  assertEquals(new Set(fixture.releaseNumbers()), new Set([0, 2]));
});

Deno.test("OutboxScheduler.release() lets no long message pass a longer one that waits for room", () => {
  const fixture = new SchedulerFixture(3, BUDGET_BYTES);
  fixture.push(0, new Uint8Array(500_000));
  fixture.release();
  fixture.push(1, new Uint8Array(MAX_LEAVING_BYTES + 1));
  fixture.push(2, new Uint8Array(500_000));
  const numbers: number[] = [];
  while (!numbers.includes(1)) numbers.push(...fixture.releaseNumbers());
  assertEquals([fixture.peer(0).outbox.isEmpty, numbers.includes(2)], [true, false]);
  assertEquals(fixture.scheduler.leavingBytes, MAX_LEAVING_BYTES + 1);
});

Deno.test("OutboxScheduler.leavingBytes and queuedMessages go back to 0", () => {
  const fixture = new SchedulerFixture(4);
  const { scheduler } = fixture;
  for (const message of [veryLong, short, long]) fixture.pushToAll(message);
  const accounts = [[scheduler.queuedMessages, scheduler.leavingBytes]];
  fixture.release();
  accounts.push([scheduler.queuedMessages, scheduler.leavingBytes]);
  scheduler.remove(fixture.peer(0));
  accounts.push([scheduler.queuedMessages, scheduler.leavingBytes]);
  fixture.drain();
  accounts.push([scheduler.queuedMessages, scheduler.leavingBytes]);
  assertEquals(accounts, [[12, 0], [8, 120_000], [6, 90_000], [0, 0]]);
});

function waiting(fixture: SchedulerFixture): number[] {
  return fixture.peers.map(({ outbox }) => outbox.queuedMessages);
}

function full(): SchedulerFixture {
  const fixture = new SchedulerFixture(MAX_TOTAL_QUEUED_MESSAGES / MAX_QUEUED_MESSAGES);
  for (let count = 0; count < MAX_QUEUED_MESSAGES; count++) fixture.pushToAll(long);
  return fixture;
}

Deno.test("OutboxScheduler.release() makes no more fragments again in one step than it may seal", () => {
  const fixture = new SchedulerFixture(20);
  const message = new Uint8Array(100 * 1024);
  fixture.pushToAll(message);
  fixture.drain();
  for (const peer of fixture.peers) repairFirst(fixture, peer);
  const repaired = [fixture.releaseNumbers(), fixture.releaseNumbers()];
  assertEquals(repaired, [[0, 1], [2, 3]]);
  assertEquals(fixture.drain().length, 16);
});

Deno.test("OutboxScheduler.release() makes fragments again while as much is leaving as may", () => {
  const fixture = new SchedulerFixture(2, 65_507);
  const message = new Uint8Array(1024 * 1024);
  fixture.push(0, message);
  fixture.drain();
  const most = new Uint8Array(MAX_LEAVING_BYTES);
  fixture.push(1, most);
  fixture.release();
  assertEquals(fixture.scheduler.leavingBytes, MAX_LEAVING_BYTES);
  repairFirst(fixture, fixture.peer(0));
  assertEquals(fixture.releaseNumbers().includes(0), true);
});

/** Has a peer ask for the first fragment of its first long message. */
function repairFirst({ scheduler, clock }: SchedulerFixture, peer: OutboxFixture): void {
  peer.outbox.repair({ messageId: peer.firstMessageId, missing: [0] }, clock.now);
  scheduler.wake(peer, clock.now);
}
