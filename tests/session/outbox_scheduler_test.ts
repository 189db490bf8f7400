import { assertEquals, assertInstanceOf } from "@std/assert";
import { MAX_RELEASED_DATAGRAMS } from "../../src/session/outbox_scheduler.ts";
import { OutboxReader } from "../support/outbox_fixture.ts";
import { SchedulerFixture } from "../support/scheduler_fixture.ts";
import { assertSameMessages } from "../support/same_bytes.ts";

const short = Uint8Array.of(1);
/** Six fragments at a budget of 576 bytes. */
const long = new Uint8Array(2_400).fill(7);
/** More fragments than the pace lets leave at once. */
const veryLong = new Uint8Array(30_000);

Deno.test("OutboxScheduler.push() gives a short message to an empty outbox at once", () => {
  const fixture = new SchedulerFixture(1);
  assertInstanceOf(fixture.push(0, short), Uint8Array);
  assertEquals(fixture.scheduler.nextDeadlineMs(), undefined);
});

Deno.test("OutboxScheduler.push() makes a queued message due at once", () => {
  const fixture = new SchedulerFixture(1);
  assertEquals(fixture.push(0, long), "queued");
  assertEquals(fixture.scheduler.nextDeadlineMs(), fixture.clock.now.monotonicMs);
});

Deno.test("OutboxScheduler.push() says when the outbox itself is full", () => {
  const fixture = new SchedulerFixture(1);
  while (fixture.push(0, long) === "queued");
  assertEquals(fixture.push(0, short), "full");
  assertEquals(fixture.scheduler.queuedMessages, fixture.peer(0).outbox.queuedMessages);
});

Deno.test("OutboxScheduler.release() gives all that waits, in order for each peer", () => {
  const fixture = new SchedulerFixture(3);
  const pushed = fixture.peers.map((_, number) => {
    const messages = [long, short, veryLong].map((message) => message.map(() => number));
    for (const message of messages) fixture.push(number, message);
    return messages;
  });
  const released = fixture.drain();
  const read = fixture.peers.map((peer) => {
    const datagrams = released.filter((each) => each.peer === peer).map((each) => each.datagram);
    return new OutboxReader(peer.fernet).readAll(datagrams);
  });
  read.forEach((messages, number) => assertSameMessages(messages, pushed[number] ?? []));
});

Deno.test("OutboxScheduler.release() lets the peers take turns", () => {
  const fixture = new SchedulerFixture(3);
  fixture.pushToAll(long);
  const expected = Array.from({ length: 18 }, (_, index) => index % 3);
  assertEquals(fixture.releaseNumbers(), expected);
});

Deno.test("OutboxScheduler.release() goes on where it stopped", () => {
  const fixture = new SchedulerFixture(100);
  fixture.pushToAll(long);
  const numbers = [0, 1, 2].flatMap(() => fixture.releaseNumbers());
  assertEquals(numbers, Array.from({ length: 192 }, (_, index) => index % 100));
});

Deno.test("OutboxScheduler.release() does not let a peer with much hold up one with little", () => {
  const fixture = new SchedulerFixture(2);
  for (let count = 0; count < 100; count++) fixture.push(0, veryLong);
  fixture.release();
  fixture.push(1, long);
  assertEquals(fixture.releaseNumbers().filter((number) => number === 1).length, 6);
});

Deno.test("OutboxScheduler.release() passes over a peer whose pace allows nothing", () => {
  const fixture = new SchedulerFixture(2);
  fixture.push(0, veryLong);
  assertEquals(fixture.release().length, 32);
  fixture.push(1, long);
  const numbers = fixture.releaseNumbers();
  assertEquals([0, 1].map((peer) => numbers.filter((number) => number === peer).length), [4, 6]);
});

Deno.test("OutboxScheduler.release() gives as many datagrams as the bound says, and not one more", () => {
  const fixture = new SchedulerFixture(3);
  fixture.pushToAll(veryLong);
  assertEquals(fixture.release().length, MAX_RELEASED_DATAGRAMS);
  assertEquals(fixture.release().length, 3 * 32 - MAX_RELEASED_DATAGRAMS + 3 * 4);
});

Deno.test("OutboxScheduler.release() gives nothing before its deadline", () => {
  const fixture = new SchedulerFixture(1);
  const { scheduler, clock } = fixture;
  fixture.push(0, veryLong);
  scheduler.release(clock.now);
  const dueMs = scheduler.nextDeadlineMs();
  assertEquals(dueMs, clock.now.monotonicMs + 1);
  assertEquals(scheduler.release(clock.advance(0.9)), []);
  assertEquals(scheduler.nextDeadlineMs(), dueMs);
});

Deno.test("OutboxScheduler.nextDeadlineMs() is undefined when all has left", () => {
  const fixture = new SchedulerFixture(2);
  fixture.pushToAll(long);
  fixture.drain();
  assertEquals(fixture.scheduler.nextDeadlineMs(), undefined);
  assertEquals(fixture.release(), []);
});

Deno.test("OutboxScheduler.wake() has repairs sent", () => {
  const fixture = new SchedulerFixture(1);
  const { outbox, firstMessageId } = fixture.peer(0);
  fixture.push(0, long);
  const sent = fixture.drain();
  outbox.repair({ messageId: firstMessageId, missing: [2] }, fixture.clock.now);
  fixture.scheduler.wake(fixture.peer(0), fixture.clock.now);
  assertEquals(fixture.drain().map(({ datagram }) => datagram), [sent[2]?.datagram]);
});

Deno.test("OutboxScheduler.remove() forgets what waits for a peer, and no one else", () => {
  const fixture = new SchedulerFixture(2);
  fixture.pushToAll(long);
  fixture.scheduler.remove(fixture.peer(0));
  assertEquals(fixture.drain().map(({ peer }) => fixture.peers.indexOf(peer)), Array(6).fill(1));
});

Deno.test("OutboxScheduler.remove() of a peer that never waited changes nothing", () => {
  const fixture = new SchedulerFixture(1);
  fixture.push(0, long);
  fixture.scheduler.remove(fixture.stranger());
  assertEquals(fixture.drain().length, 6);
  fixture.scheduler.remove(fixture.peer(0));
  assertEquals(fixture.scheduler.queuedMessages, 0);
});

Deno.test("OutboxScheduler.pushLater() gives short messages in turn, 64 at a time", () => {
  const fixture = new SchedulerFixture(100);
  for (const peer of fixture.peers) {
    assertEquals(fixture.scheduler.pushLater(peer, Uint8Array.of(1), fixture.clock.now), "queued");
  }
  assertEquals(fixture.scheduler.queuedMessages, 100);
  assertEquals([fixture.release().length, fixture.release().length], [64, 36]);
  assertEquals(fixture.scheduler.nextDeadlineMs(), undefined);
});
