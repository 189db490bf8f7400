import { FRAGMENT_RATE } from "../../src/session/fragment_rate.ts";
import { assertEquals, assertInstanceOf, assertNotEquals, assertStrictEquals } from "@std/assert";
import { MAX_QUEUED_BYTES, MAX_QUEUED_MESSAGES, Outbox } from "../../src/session/outbox.ts";
import { decodeFragment, MAX_FRAGMENTS } from "../../src/wire/fragment.ts";
import { decodeTlvs } from "../../src/wire/tlv.ts";
import { DEFAULT_TLV_TYPES, tlvTypesWith } from "../../src/wire/tlv_types.ts";
import { tokenBytes } from "../../src/wire/token_size.ts";
import { OutboxFixture, OutboxReader } from "../support/outbox_fixture.ts";
import { assertSameMessages } from "../support/same_bytes.ts";

/** The longest plaintext whose token fits a datagram of 576 bytes, and how a fragment is filled. */
const LONGEST_SHORT = 367;
const CHUNK_BYTES = 576 - 12;

const short = Uint8Array.of(1, 2, 3);
const long = new Uint8Array(2_000).fill(7);

Deno.test("Outbox.push() gives a short message at once as one datagram", () => {
  const { outbox, clock, fernet } = new OutboxFixture();
  const datagram = outbox.push(short, clock.now);
  assertInstanceOf(datagram, Uint8Array);
  const [tlv, ...others] = decodeTlvs(datagram);
  assertEquals(others, []);
  assertEquals(tlv?.type, DEFAULT_TLV_TYPES.SYMMETRICALLY_ENCRYPTED_MESSAGE);
  assertEquals(fernet.decrypt(tlv?.value ?? ""), short);
  assertEquals(outbox.isEmpty, true);
});

Deno.test("Outbox.push() gives an empty message at once", () => {
  const { outbox, clock, fernet } = new OutboxFixture();
  const datagram = outbox.push(new Uint8Array(), clock.now);
  assertInstanceOf(datagram, Uint8Array);
  assertEquals(new OutboxReader(fernet).read(datagram), new Uint8Array());
});

Deno.test("Outbox.push() gives the longest message at once that fits a datagram", () => {
  const { outbox, clock } = new OutboxFixture();
  const datagram = outbox.push(new Uint8Array(LONGEST_SHORT), clock.now);
  assertInstanceOf(datagram, Uint8Array);
  assertEquals(datagram.byteLength, 572);
});

Deno.test("Outbox.push() queues a message one byte longer", () => {
  const fixture = new OutboxFixture();
  const plaintext = new Uint8Array(LONGEST_SHORT + 1).fill(5);
  assertEquals(fixture.outbox.push(plaintext, fixture.clock.now), "queued");
  const datagrams = fixture.drain();
  assertEquals(datagrams.map(({ byteLength }) => byteLength), [576, 12 + 588 - CHUNK_BYTES]);
  assertSameMessages(new OutboxReader(fixture.fernet).readAll(datagrams), [plaintext]);
});

Deno.test("Outbox.push() seals with the whole second of the wall clock", () => {
  const { outbox, clock, fernet } = new OutboxFixture();
  clock.setUnixMs(1_234_567_890_999);
  const datagram = outbox.push(short, clock.now);
  assertInstanceOf(datagram, Uint8Array);
  const opened = fernet.open(decodeTlvs(datagram)[0]?.value ?? "");
  assertEquals(opened.ok && opened.timestamp, 1_234_567_890);
});

Deno.test("Outbox.push() seals each message with an IV of its own", () => {
  const { outbox, clock } = new OutboxFixture();
  assertNotEquals(outbox.push(short, clock.now), outbox.push(short, clock.now));
});

Deno.test("Outbox.push() lets no message overtake another", () => {
  const fixture = new OutboxFixture();
  const messages = [long, short, new Uint8Array(3_000).fill(8), Uint8Array.of(9)];
  const results = messages.map((message) => fixture.outbox.push(message, fixture.clock.now));
  assertEquals(results, ["queued", "queued", "queued", "queued"]);
  assertSameMessages(new OutboxReader(fixture.fernet).readAll(fixture.drain()), messages);
});

Deno.test("Outbox.push() gives a short message at once again when the queue has left", () => {
  const fixture = new OutboxFixture();
  fixture.outbox.push(long, fixture.clock.now);
  fixture.drain();
  assertInstanceOf(fixture.outbox.push(short, fixture.clock.now), Uint8Array);
});

Deno.test("Outbox.push() holds a short message back while the last fragment of another waits", () => {
  const fixture = new OutboxFixture();
  fixture.outbox.push(new Uint8Array(LONGEST_SHORT + 1), fixture.clock.now);
  fixture.outbox.release(fixture.clock.now);
  assertEquals(fixture.outbox.push(short, fixture.clock.now), "queued");
});

Deno.test("Outbox keeps to the type table in use", () => {
  const { fernet, clock } = new OutboxFixture();
  const types = tlvTypesWith({ FRAGMENT: 0x4242, SYMMETRICALLY_ENCRYPTED_MESSAGE: 0x4343 });
  const randomBytes = (count: number) => new Uint8Array(count);
  const outbox = new Outbox({ types, budgetBytes: 576, sealer: fernet, randomBytes }, clock.now);
  const first = outbox.push(short, clock.now);
  outbox.push(long, clock.now);
  const second = outbox.release(clock.now);
  assertInstanceOf(first, Uint8Array);
  assertInstanceOf(second, Uint8Array);
  const firstTypes = [first, second].map((datagram) => decodeTlvs(datagram)[0]?.type);
  assertEquals(firstTypes, [0x4343, 0x4242]);
});

Deno.test("Outbox.release() numbers the long messages, from a random id on", () => {
  const fixture = new OutboxFixture();
  for (let count = 0; count < 3; count++) fixture.outbox.push(long.slice(), fixture.clock.now);
  const ids = fixture.drain().map((datagram) =>
    decodeFragment(decodeTlvs(datagram)[0]?.value ?? short).messageId
  );
  const first = fixture.firstMessageId;
  assertEquals([...new Set(ids)], [first, first + 1, first + 2]);
});

Deno.test("Outbox.release() seals a message when its turn comes, not when it was pushed", () => {
  const fixture = new OutboxFixture();
  fixture.outbox.push(long, fixture.clock.now);
  fixture.outbox.push(short, fixture.clock.now);
  fixture.clock.setUnixMs(1_800_000_000_000);
  const last = fixture.drain().at(-1);
  const opened = fixture.fernet.open(decodeTlvs(last ?? short)[0]?.value ?? "");
  assertEquals(opened.ok && opened.timestamp, 1_800_000_000);
});

Deno.test("Outbox.release() gives the burst at once and then waits", () => {
  const fixture = new OutboxFixture();
  fixture.outbox.push(new Uint8Array(100_000), fixture.clock.now);
  assertEquals(fixture.releaseNow().length, FRAGMENT_RATE.burst);
  fixture.clock.advance(0.2);
  assertEquals(fixture.releaseNow().length, 0);
  fixture.clock.advance(0.05);
  assertEquals(fixture.releaseNow().length, 1);
  fixture.clock.advance(5);
  assertEquals(fixture.releaseNow().length, 20);
});

Deno.test("Outbox.release() paces short messages that waited, too", () => {
  const fixture = new OutboxFixture();
  fixture.outbox.push(long, fixture.clock.now);
  for (let count = 0; count < 100; count++) fixture.outbox.push(short, fixture.clock.now);
  assertEquals(fixture.releaseNow().length, FRAGMENT_RATE.burst);
});

Deno.test("Outbox.release() gives nothing when nothing waits", () => {
  const { outbox, clock } = new OutboxFixture();
  assertEquals(outbox.release(clock.now), undefined);
  assertEquals(outbox.isEmpty, true);
});

Deno.test("Outbox.push() takes as many messages as the bound says, and not one more", () => {
  const { outbox, clock } = new OutboxFixture();
  outbox.push(long, clock.now);
  for (let count = 1; count < MAX_QUEUED_MESSAGES; count++) {
    assertEquals(outbox.push(short, clock.now), "queued");
  }
  assertEquals(outbox.queuedMessages, MAX_QUEUED_MESSAGES);
  assertEquals(outbox.push(short, clock.now), "full");
  assertEquals(outbox.queuedMessages, MAX_QUEUED_MESSAGES);
  outbox.release(clock.now);
  assertEquals(outbox.push(short, clock.now), "queued");
});

Deno.test("Outbox.push() takes as many bytes as the bound says, and not one more", () => {
  const { outbox, clock } = new OutboxFixture({ budgetBytes: 1_200 });
  outbox.push(new Uint8Array(MAX_QUEUED_BYTES - 10), clock.now);
  assertEquals(outbox.push(new Uint8Array(11), clock.now), "full");
  assertEquals(outbox.push(new Uint8Array(10), clock.now), "queued");
  assertEquals(outbox.push(new Uint8Array(1), clock.now), "full");
  assertEquals(outbox.push(new Uint8Array(), clock.now), "queued");
});

Deno.test("Outbox.push() has room again for the bytes of a message that is leaving", () => {
  const { outbox, clock } = new OutboxFixture({ budgetBytes: 1_200 });
  outbox.push(new Uint8Array(MAX_QUEUED_BYTES), clock.now);
  assertEquals(outbox.push(short, clock.now), "full");
  outbox.release(clock.now);
  assertEquals([outbox.push(short, clock.now), outbox.push(short, clock.now)], [
    "queued",
    "queued",
  ]);
});

Deno.test("Outbox.push() takes one message that is longer than the bound when none waits", () => {
  const { outbox, clock } = new OutboxFixture({ budgetBytes: 1_200 });
  assertEquals(outbox.push(new Uint8Array(MAX_QUEUED_BYTES + 1), clock.now), "queued");
  assertEquals(outbox.push(short, clock.now), "full");
});

Deno.test("Outbox.push() takes the longest message that 65,535 fragments can carry", () => {
  const { outbox, clock } = new OutboxFixture({ budgetBytes: 30 });
  const limitBytes = longestPlaintext(MAX_FRAGMENTS * 18);
  assertEquals(outbox.push(new Uint8Array(limitBytes), clock.now), "queued");
  assertInstanceOf(outbox.release(clock.now), Uint8Array);
  assertEquals(outbox.queuedDatagrams <= MAX_FRAGMENTS, true);
});

Deno.test("Outbox.push() does not take a message that needs more fragments than there can be", () => {
  const { outbox, clock } = new OutboxFixture({ budgetBytes: 30 });
  const limitBytes = longestPlaintext(MAX_FRAGMENTS * 18);
  assertEquals(outbox.push(new Uint8Array(limitBytes + 1), clock.now), "full");
  assertEquals(outbox.isEmpty, true);
});

for (const plaintextBytes of [0, LONGEST_SHORT - 15, LONGEST_SHORT, LONGEST_SHORT + 1, 5_000]) {
  Deno.test(`Outbox.queuedDatagrams counts what a queued message of ${plaintextBytes} bytes becomes`, () => {
    const fixture = new OutboxFixture();
    fixture.outbox.push(long, fixture.clock.now);
    const before = fixture.outbox.queuedDatagrams;
    fixture.outbox.push(new Uint8Array(plaintextBytes), fixture.clock.now);
    const expected = fixture.outbox.queuedDatagrams;
    assertEquals(fixture.drain().length, expected);
    assertEquals(expected > before, true);
  });
}

Deno.test("Outbox.queuedDatagrams falls by one with each datagram that leaves", () => {
  const fixture = new OutboxFixture();
  fixture.outbox.push(new Uint8Array(5_000), fixture.clock.now);
  fixture.outbox.push(short, fixture.clock.now);
  const counts = [fixture.outbox.queuedDatagrams];
  while (!fixture.outbox.isEmpty) {
    fixture.outbox.release(fixture.clock.now);
    counts.push(fixture.outbox.queuedDatagrams);
  }
  const expected = Array.from(counts, (_, index) => counts.length - 1 - index);
  assertEquals(counts, expected);
});

Deno.test("Outbox.leavesAtOnce() foretells what push() does", () => {
  const fixture = new OutboxFixture();
  const { outbox, clock } = fixture;
  const [longestShort, oneMore] = [LONGEST_SHORT, LONGEST_SHORT + 1].map((n) => new Uint8Array(n));
  assertEquals([longestShort, oneMore].map((each) => outbox.leavesAtOnce(each ?? long)), [
    true,
    false,
  ]);
  outbox.push(long, clock.now);
  assertEquals(outbox.leavesAtOnce(short), false);
  fixture.drain();
  assertEquals(outbox.leavesAtOnce(short), true);
});

Deno.test("Outbox.sealUrgent() seals past the queue and leaves it as it is", () => {
  const fixture = new OutboxFixture();
  fixture.outbox.push(long, fixture.clock.now);
  const datagram = fixture.outbox.sealUrgent(short, fixture.clock.now);
  assertEquals(new OutboxReader(fixture.fernet).read(datagram), short);
  assertStrictEquals(fixture.outbox.queuedMessages, 1);
});

/** The longest plaintext whose token has at most `limitBytes` bytes. */
function longestPlaintext(limitBytes: number): number {
  let plaintextBytes = Math.floor(limitBytes * 3 / 4);
  while (tokenBytes(plaintextBytes) > limitBytes) plaintextBytes--;
  return plaintextBytes;
}
