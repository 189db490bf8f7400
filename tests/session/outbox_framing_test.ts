import { assertEquals, assertInstanceOf, assertThrows } from "@std/assert";
import { Fernet } from "../../src/crypto/fernet.ts";
import type { Framing } from "../../src/session/framing.ts";
import { MAX_QUEUED_REPAIRS } from "../../src/session/fragment_repairs.ts";
import { decodeFragment } from "../../src/wire/fragment.ts";
import { decodeGroupFrame, groupFramePrefix } from "../../src/wire/group_frame.ts";
import { decodeTlvs } from "../../src/wire/tlv.ts";
import { DEFAULT_TLV_TYPES } from "../../src/wire/tlv_types.ts";
import { OutboxFixture, OutboxReader } from "../support/outbox_fixture.ts";
import { SeededRandom } from "../support/seeded_random.ts";

const short = Uint8Array.of(1, 2, 3);
const long = new Uint8Array(2_000).fill(7);

function framing(epoch: number): Framing {
  const key = new SeededRandom(epoch).bytes(32);
  return {
    sealer: new Fernet(Fernet.generateKeyFrom(key)),
    wholeType: DEFAULT_TLV_TYPES.GROUP_MESSAGE,
    fragmentType: DEFAULT_TLV_TYPES.GROUP_FRAGMENT,
    prefix: groupFramePrefix(epoch),
  };
}

function epochOf(datagram: Uint8Array): number | undefined {
  return decodeGroupFrame(decodeTlvs(datagram)[0]?.value ?? short)?.epoch;
}

function messageIdOf(datagram: Uint8Array): number {
  const frame = decodeGroupFrame(decodeTlvs(datagram)[0]?.value ?? short);
  return decodeFragment(frame?.rest ?? short).messageId;
}

Deno.test("Outbox.setFraming() holds for what is pushed from then on, queued messages keep theirs", () => {
  const fixture = new OutboxFixture();
  const { outbox, clock } = fixture;
  outbox.setFraming(framing(1));
  outbox.push(long, clock.now);
  outbox.push(short, clock.now);
  outbox.setFraming(framing(2));
  outbox.push(short, clock.now);
  outbox.push(long.slice(), clock.now);
  const epochs = fixture.drain().map(epochOf);
  assertEquals(epochs, [1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 2]);
});

Deno.test("Outbox.push() keeps to the budget with a prefix", () => {
  const { outbox, clock } = new OutboxFixture();
  outbox.setFraming(framing(1));
  const datagram = outbox.push(new Uint8Array(367), clock.now);
  assertInstanceOf(datagram, Uint8Array);
  assertEquals(datagram.byteLength, 576);
  assertEquals(outbox.push(new Uint8Array(368), clock.now), "queued");
});

Deno.test("Outbox.setFraming() refuses a prefix that leaves no room", () => {
  const { outbox } = new OutboxFixture({ budgetBytes: 16 });
  assertThrows(() => outbox.setFraming(framing(1)), RangeError);
});

Deno.test("Outbox.fragmentsAgain() makes the same fragments, also after the framing has changed", () => {
  const fixture = new OutboxFixture();
  const { outbox, clock } = fixture;
  outbox.setFraming(framing(1));
  outbox.push(long, clock.now);
  const sent = fixture.drain();
  outbox.setFraming(framing(2));
  const messageId = messageIdOf(sent[0] ?? short);
  const missing = [2, 0, 2, 99];
  const again = outbox.fragmentsAgain({ messageId, missing }, clock.now);
  assertEquals(again, [2, 0].flatMap((number) => sent[number] ?? []));
  assertEquals(outbox.isEmpty, true, "they are not for everyone");
});

Deno.test("Outbox.fragmentsAgain() makes none that are unknown, to leave, or too old", () => {
  const fixture = new OutboxFixture();
  const { outbox, clock } = fixture;
  outbox.setFraming(framing(1));
  outbox.push(long, clock.now);
  const messageId = messageIdOf(outbox.release(clock.now) ?? short);
  assertEquals(outbox.fragmentsAgain({ messageId, missing: [0, 1] }, clock.now).length, 1);
  assertEquals(outbox.fragmentsAgain({ messageId, missing: [1, 2] }, clock.now), []);
  assertEquals(outbox.fragmentsAgain({ messageId: messageId + 1, missing: [0] }, clock.now), []);
  fixture.drain();
  clock.advance(5_000);
  assertEquals(outbox.fragmentsAgain({ messageId, missing: [0] }, clock.now), []);
});

Deno.test("Outbox.pushRepairs() gives datagrams of another outbox before all else, at its pace", () => {
  const fixture = new OutboxFixture();
  fixture.outbox.push(long, fixture.clock.now);
  const others = [Uint8Array.of(1), Uint8Array.of(2)];
  assertEquals(fixture.outbox.pushRepairs(others), 2);
  assertEquals(fixture.releaseNow().slice(0, 2), others);
});

Deno.test("Outbox.pushRepairs() takes as many as the bound says, and not one more", () => {
  const { outbox } = new OutboxFixture();
  const others = Array.from({ length: MAX_QUEUED_REPAIRS - 1 }, () => short);
  assertEquals(outbox.pushRepairs(others), MAX_QUEUED_REPAIRS - 1);
  assertEquals(outbox.roomForRepairs, 1);
  assertEquals(outbox.pushRepairs([short, short]), 1);
  assertEquals(outbox.pushRepairs([short]), 0);
});

Deno.test("Outbox.pushLater() queues also what would leave at once, and push() waits behind it", () => {
  const fixture = new OutboxFixture();
  const { outbox, clock, fernet } = fixture;
  assertEquals(outbox.pushLater(short), "queued");
  assertEquals(outbox.push(Uint8Array.of(4), clock.now), "queued");
  const read = new OutboxReader(fernet).readAll(fixture.drain());
  assertEquals(read, [short, Uint8Array.of(4)]);
});
