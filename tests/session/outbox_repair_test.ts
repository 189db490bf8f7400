import { assertEquals } from "@std/assert";
import { MAX_QUEUED_REPAIRS, MAX_REPAIRS } from "../../src/session/fragment_repairs.ts";
import {
  FRAGMENT_RETENTION_MS,
  MAX_RETAINED_MESSAGES,
} from "../../src/session/retained_messages.ts";
import { OutboxFixture, OutboxReader } from "../support/outbox_fixture.ts";
import { assertSameMessages } from "../support/same_bytes.ts";

/** Six fragments at a budget of 576 bytes. */
const long = new Uint8Array(2_400).fill(7);

Deno.test("Outbox.repair() gives fragments again, byte for byte", () => {
  const { fixture, sent } = afterSending();
  assertEquals(repair(fixture, [1, 3]), 2);
  assertEquals(fixture.drain(), [sent[1], sent[3]]);
});

Deno.test("Outbox.repair() seals with the time of the first sealing", () => {
  const { fixture, sent } = afterSending();
  fixture.clock.setUnixMs(1_900_000_000_000);
  repair(fixture, [0]);
  assertEquals(fixture.drain(), [sent[0]]);
});

Deno.test("Outbox.repair() gives a fragment once that is named twice", () => {
  const { fixture, sent } = afterSending();
  assertEquals(repair(fixture, [2, 2, 2]), 1);
  assertEquals(fixture.drain(), [sent[2]]);
});

Deno.test("Outbox.repair() passes over numbers that the message does not have", () => {
  const { fixture, sent } = afterSending();
  assertEquals(repair(fixture, [sent.length, 65_535, 5]), 1);
  assertEquals(fixture.drain(), [sent[5]]);
});

Deno.test("Outbox.repair() does nothing for a message that it never sent", () => {
  const { fixture } = afterSending();
  for (const messageId of [fixture.firstMessageId + 1, fixture.firstMessageId - 1]) {
    assertEquals(fixture.outbox.repair({ messageId, missing: [0] }, fixture.clock.now), 0);
  }
  assertEquals(fixture.outbox.isEmpty, true);
});

Deno.test("Outbox.repair() goes ahead of what waits", () => {
  const { fixture, sent } = afterSending();
  fixture.outbox.push(long.slice(), fixture.clock.now);
  fixture.outbox.push(Uint8Array.of(1), fixture.clock.now);
  fixture.outbox.release(fixture.clock.now);
  repair(fixture, [4]);
  assertEquals(fixture.outbox.release(fixture.clock.now), sent[4]);
  const reader = new OutboxReader(fixture.fernet);
  reader.readAll(sent);
  assertEquals(reader.readAll(fixture.drain()), [Uint8Array.of(1)]);
});

Deno.test("Outbox.repair() keeps what waits in order and whole", () => {
  const { fixture, sent } = afterSending();
  const next = new Uint8Array(3_000).fill(9);
  fixture.outbox.push(next, fixture.clock.now);
  const datagrams = [fixture.outbox.release(fixture.clock.now) ?? new Uint8Array()];
  repair(fixture, [0, 1]);
  repair(fixture, [2]);
  datagrams.push(...fixture.drain());
  assertEquals(datagrams.slice(1, 4), sent.slice(0, 3));
  assertSameMessages(new OutboxReader(fixture.fernet).readAll(datagrams), [next]);
});

Deno.test("Outbox.repair() does not send fragments twice that have not left yet", () => {
  const fixture = new OutboxFixture();
  fixture.outbox.push(long, fixture.clock.now);
  const first = [
    fixture.outbox.release(fixture.clock.now),
    fixture.outbox.release(fixture.clock.now),
  ];
  assertEquals(repair(fixture, [0, 1, 2, 3, 4, 5]), 2);
  const rest = fixture.drain();
  assertEquals(rest.slice(0, 2), first);
  assertEquals(rest.length, 6);
});

Deno.test("Outbox.repair() counts no repair when all that is missing has not left yet", () => {
  const fixture = new OutboxFixture();
  fixture.outbox.push(long, fixture.clock.now);
  fixture.outbox.release(fixture.clock.now);
  for (let count = 0; count < 2 * MAX_REPAIRS; count++) assertEquals(repair(fixture, [4, 5]), 0);
  fixture.drain();
  assertEquals(repair(fixture, [4, 5]), 2);
});

Deno.test("Outbox.repair() keeps to the pace", () => {
  const fixture = new OutboxFixture();
  fixture.outbox.push(new Uint8Array(40_000), fixture.clock.now);
  fixture.drain();
  repair(fixture, Array.from({ length: 60 }, (_, index) => index));
  fixture.clock.advance(1_000);
  assertEquals(fixture.releaseNow().length, 32);
});

Deno.test("Outbox.repair() works as often as a receiver asks, and not once more", () => {
  const { fixture } = afterSending();
  for (let count = 0; count < MAX_REPAIRS; count++) {
    assertEquals(repair(fixture, [0]), 1);
    fixture.drain();
  }
  assertEquals(repair(fixture, [0]), 0);
  assertEquals(fixture.outbox.isEmpty, true);
});

Deno.test("Outbox.repair() is answered until 5 s after the message left", () => {
  const { fixture } = afterSending();
  fixture.clock.advance(FRAGMENT_RETENTION_MS - 1);
  assertEquals(repair(fixture, [0]), 1);
});

Deno.test("Outbox.repair() is not answered 5 s after the message left", () => {
  const { fixture } = afterSending();
  fixture.clock.advance(FRAGMENT_RETENTION_MS);
  assertEquals(repair(fixture, [0]), 0);
});

Deno.test("Outbox.repair() counts the 5 s from the last fragment, however slowly it left", () => {
  const fixture = new OutboxFixture();
  fixture.outbox.push(long, fixture.clock.now);
  const sent = [];
  while (!fixture.outbox.isEmpty) {
    fixture.clock.advance(2_000);
    sent.push(fixture.outbox.release(fixture.clock.now));
  }
  fixture.clock.advance(FRAGMENT_RETENTION_MS - 1);
  assertEquals(repair(fixture, [0]), 1);
  assertEquals(fixture.drain(), [sent[0]]);
});

Deno.test("Outbox.push() forgets old fragments, so that an outbox with short messages keeps none", () => {
  const { fixture: { outbox, clock, firstMessageId } } = afterSending();
  const before = clock.now;
  outbox.push(Uint8Array.of(1), clock.advance(FRAGMENT_RETENTION_MS));
  assertEquals(outbox.repair({ messageId: firstMessageId, missing: [0] }, before), 0);
});

Deno.test("Outbox.repair() knows as many messages as the bound says", () => {
  const fixture = new OutboxFixture();
  sendShortest(fixture, MAX_RETAINED_MESSAGES);
  assertEquals(repair(fixture, [0]), 1);
});

Deno.test("Outbox.repair() knows the oldest message no more one past that bound", () => {
  const fixture = new OutboxFixture();
  sendShortest(fixture, MAX_RETAINED_MESSAGES + 1);
  assertEquals(repair(fixture, [0]), 0);
  const messageId = fixture.firstMessageId + 1;
  assertEquals(fixture.outbox.repair({ messageId, missing: [0] }, fixture.clock.now), 1);
});

Deno.test("Outbox.repair() queues as many fragments as the bound says, and not one more", () => {
  const fixture = new OutboxFixture();
  // 1,419 fragments; each repair may name all of them.
  fixture.outbox.push(new Uint8Array(600_000), fixture.clock.now);
  fixture.drain();
  const all = Array.from({ length: 1_419 }, (_, index) => index);
  assertEquals(repair(fixture, all.slice(0, MAX_QUEUED_REPAIRS - 1)), MAX_QUEUED_REPAIRS - 1);
  assertEquals(repair(fixture, all.slice(-2)), 1);
  assertEquals(repair(fixture, all), 0);
  assertEquals(fixture.outbox.queuedDatagrams, MAX_QUEUED_REPAIRS);
  fixture.drain();
  assertEquals(repair(fixture, [7]), 1);
});

Deno.test("Outbox.repair() queues a fragment once that is asked for again while it waits", () => {
  const { fixture, sent } = afterSending();
  assertEquals([repair(fixture, [1, 2]), repair(fixture, [2, 3]), repair(fixture, [1])], [2, 1, 0]);
  assertEquals(fixture.drain(), sent.slice(1, 4));
});

Deno.test("Outbox.nextSealBytes counts a message whose fragments are to be made again, until they are", () => {
  const { fixture: { outbox, clock }, fixture } = afterSending();
  repair(fixture, [1, 2]);
  assertEquals(outbox.nextSealBytes, long.byteLength);
  outbox.release(clock.now);
  assertEquals(outbox.nextSealBytes, 0);
});

Deno.test("Outbox.queuedDatagrams counts repairs", () => {
  const { fixture } = afterSending();
  repair(fixture, [1, 2]);
  assertEquals([fixture.outbox.queuedDatagrams, fixture.outbox.isEmpty], [2, false]);
});

function afterSending(): { fixture: OutboxFixture; sent: Uint8Array[] } {
  const fixture = new OutboxFixture();
  fixture.outbox.push(long, fixture.clock.now);
  const sent = fixture.drain();
  assertEquals(sent.length, 6);
  return { fixture, sent };
}

/** Sends messages of two fragments each, all within a moment shorter than the retention. */
function sendShortest(fixture: OutboxFixture, count: number): void {
  for (let sent = 0; sent < count; sent++) {
    fixture.outbox.push(new Uint8Array(400), fixture.clock.now);
    fixture.drain();
  }
}

function repair(
  { outbox, clock, firstMessageId }: OutboxFixture,
  missing: readonly number[],
): number {
  return outbox.repair({ messageId: firstMessageId, missing }, clock.now);
}
