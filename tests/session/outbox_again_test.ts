import { assertEquals } from "@std/assert";
import { FRAGMENT_RATE } from "../../src/session/fragment_rate.ts";
import { MAX_QUEUED_BYTES, MAX_QUEUED_MESSAGES } from "../../src/session/outbox.ts";
import { FRAGMENT_RETENTION_MS } from "../../src/session/retained_messages.ts";
import { decodeFragment } from "../../src/wire/fragment.ts";
import { decodeTlvs } from "../../src/wire/tlv.ts";
import { OutboxFixture, OutboxReader } from "../support/outbox_fixture.ts";
import { assertSameMessages } from "../support/same_bytes.ts";
import { SchedulerFixture } from "../support/scheduler_fixture.ts";

const short = Uint8Array.of(1);
/** Six fragments at a budget of 576 bytes. */
const long = new Uint8Array(2_400).fill(7);

function readAll(fixture: OutboxFixture, datagrams: readonly Uint8Array[]): Uint8Array[] {
  return new OutboxReader(fixture.fernet).readAll(datagrams);
}

Deno.test("Outbox.pushAgain() queues a short message even when nothing waits", () => {
  const fixture = new OutboxFixture();
  assertEquals(fixture.outbox.pushAgain(short), "queued");
  assertEquals([fixture.outbox.isEmpty, fixture.outbox.queuedMessages], [false, 1]);
  assertEquals(fixture.outbox.queuedDatagrams, 1);
  assertSameMessages(readAll(fixture, fixture.drain()), [short]);
  assertEquals(fixture.outbox.isEmpty, true);
});

Deno.test("Outbox.pushAgain() keeps short messages to the pace", () => {
  const fixture = new OutboxFixture();
  for (let count = 0; count < 200; count++) fixture.outbox.pushAgain(Uint8Array.of(count));
  assertEquals(fixture.releaseNow().length, FRAGMENT_RATE.burst);
  fixture.clock.advance(1);
  assertEquals(fixture.releaseNow().length, FRAGMENT_RATE.perSecond / 1_000);
});

Deno.test("Outbox.pushAgain() goes ahead of what waits, behind what is leaving, in its own order", () => {
  const fixture = new OutboxFixture();
  const { outbox, clock } = fixture;
  outbox.push(long, clock.now);
  outbox.push(Uint8Array.of(9), clock.now);
  const first = outbox.release(clock.now) ?? new Uint8Array();
  outbox.pushAgain(Uint8Array.of(2));
  outbox.pushAgain(Uint8Array.of(3));
  const messages = readAll(fixture, [first, ...fixture.drain()]);
  assertSameMessages(messages, [long, Uint8Array.of(2), Uint8Array.of(3), Uint8Array.of(9)]);
});

Deno.test("Outbox.push() lets no short message pass one that is sent again", () => {
  const { outbox, clock } = new OutboxFixture();
  outbox.pushAgain(short);
  assertEquals(outbox.push(Uint8Array.of(2), clock.now), "queued");
});

for (const plaintext of [short, long]) {
  Deno.test(`Outbox.pushAgain() takes a message of ${plaintext.length} bytes once while it waits`, () => {
    const fixture = new OutboxFixture();
    const { outbox, clock } = fixture;
    outbox.push(long.slice(), clock.now);
    outbox.push(plaintext, clock.now);
    assertEquals(outbox.pushAgain(plaintext), "waiting", "it waits for the first time");
    fixture.drain();
    assertEquals([outbox.pushAgain(plaintext), outbox.pushAgain(plaintext)], ["queued", "waiting"]);
    assertEquals(outbox.pushAgain(plaintext.slice()), "queued", "an equal one is another one");
  });
}

Deno.test("Outbox.pushAgain() does not take a message that is leaving", () => {
  const fixture = new OutboxFixture();
  const { outbox, clock } = fixture;
  outbox.push(long, clock.now);
  outbox.release(clock.now);
  assertEquals(outbox.pushAgain(long), "waiting");
  fixture.drain();
  assertEquals(outbox.pushAgain(long), "queued");
});

Deno.test("Outbox.pushAgain() does not take a short message that waits for its turn to leave", () => {
  const fixture = new OutboxFixture();
  const { outbox, clock } = fixture;
  for (let count = 0; count < FRAGMENT_RATE.burst; count++) outbox.pushAgain(Uint8Array.of(count));
  fixture.releaseNow();
  outbox.pushAgain(short);
  assertEquals(outbox.release(clock.now), undefined, "it is sealed, but the pace holds it back");
  assertEquals(outbox.pushAgain(short), "waiting");
});

Deno.test("Outbox gives the very same fragments for a long message that is sent again soon", () => {
  const fixture = new OutboxFixture();
  fixture.outbox.push(long, fixture.clock.now);
  const sent = fixture.drain();
  fixture.clock.advance(FRAGMENT_RETENTION_MS - 100);
  fixture.outbox.pushAgain(long);
  assertSameMessages(fixture.drain(), sent);
  fixture.clock.advance(FRAGMENT_RETENTION_MS - 100);
  fixture.outbox.push(long, fixture.clock.now);
  assertSameMessages(fixture.drain(), sent);
});

Deno.test("Outbox completes a long message from the fragments of two times", () => {
  const fixture = new OutboxFixture();
  fixture.outbox.push(long, fixture.clock.now);
  const first = fixture.drain().filter((_, index) => index % 2 === 0);
  fixture.outbox.pushAgain(long);
  const second = fixture.drain().filter((_, index) => index % 2 === 1);
  assertSameMessages(readAll(fixture, [...first, ...second]), [long]);
});

Deno.test("Outbox seals a long message anew that is sent again late", () => {
  const fixture = new OutboxFixture();
  fixture.outbox.push(long, fixture.clock.now);
  fixture.drain();
  fixture.clock.advance(FRAGMENT_RETENTION_MS);
  fixture.outbox.pushAgain(long);
  const ids = fixture.drain().map((it) =>
    decodeFragment(decodeTlvs(it)[0]?.value ?? short).messageId
  );
  assertEquals([...new Set(ids)], [fixture.firstMessageId + 1]);
});

Deno.test("Outbox.repair() passes over fragments that are still to leave once more", () => {
  const fixture = new OutboxFixture();
  const { outbox, clock, firstMessageId: messageId } = fixture;
  outbox.push(long, clock.now);
  fixture.drain();
  outbox.pushAgain(long);
  outbox.release(clock.now);
  assertEquals(outbox.repair({ messageId, missing: [0, 1, 2] }, clock.now), 1);
});

Deno.test("Outbox.pushAgain() shares the bounds of the queue, messages and bytes", () => {
  const { outbox, clock } = new OutboxFixture();
  outbox.push(long, clock.now);
  for (let count = 1; count < MAX_QUEUED_MESSAGES; count++) outbox.pushAgain(new Uint8Array(1));
  assertEquals(outbox.pushAgain(new Uint8Array(1)), "full");
  assertEquals(outbox.push(new Uint8Array(1), clock.now), "full");
  const other = new OutboxFixture({ budgetBytes: 1_200 }).outbox;
  other.pushAgain(new Uint8Array(MAX_QUEUED_BYTES - 1));
  assertEquals(other.pushAgain(new Uint8Array(2)), "full");
  assertEquals(other.push(new Uint8Array(2), clock.now), "full");
  assertEquals(other.pushAgain(new Uint8Array(1)), "queued");
});

Deno.test("OutboxScheduler.pushAgain() has a message sent, and counts it while it waits", () => {
  const fixture = new SchedulerFixture(2);
  const { scheduler, clock } = fixture;
  const [peer, other] = [fixture.peer(0), fixture.peer(1)];
  const results = [long, long, short].map((it) => scheduler.pushAgain(peer, it, clock.now));
  assertEquals(results, ["queued", "waiting", "queued"]);
  scheduler.pushAgain(other, short, clock.now);
  assertEquals([scheduler.queuedMessages, scheduler.nextDeadlineMs()], [3, clock.now.monotonicMs]);
  scheduler.remove(other);
  assertEquals(scheduler.queuedMessages, 2);
  const released = fixture.drain().filter((it) => it.peer === peer);
  assertSameMessages(readAll(peer, released.map(({ datagram }) => datagram)), [long, short]);
  assertEquals([scheduler.queuedMessages, scheduler.leavingBytes], [0, 0]);
});
