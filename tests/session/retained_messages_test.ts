import { assertEquals, assertNotEquals, assertStrictEquals } from "@std/assert";
import {
  FRAGMENT_RETENTION_MS,
  type LongMessage,
  RetainedMessages,
  SEALING_REUSE_MS,
} from "../../src/session/retained_messages.ts";
import { Fernet } from "../../src/crypto/fernet.ts";
import { sessionFraming } from "../../src/session/framing.ts";
import { DEFAULT_TLV_TYPES } from "../../src/wire/tlv_types.ts";
import { FakeClock } from "../support/fake_clock.ts";
import { SeededRandom } from "../support/seeded_random.ts";

const fernet = new Fernet(Fernet.generateKeyFrom(new Uint8Array(32)));
const framing = sessionFraming(DEFAULT_TLV_TYPES, fernet);
const plaintext = new Uint8Array(2_000);

class Fixture {
  readonly clock = new FakeClock();
  readonly retained: RetainedMessages;
  readonly #buffer = new Uint8Array(16);

  constructor() {
    const random = new SeededRandom(1);
    // As the relay's: good until the next call only.
    this.retained = new RetainedMessages((count) => {
      this.#buffer.set(random.bytes(count));
      return this.#buffer.subarray(0, count);
    });
  }

  begin(bytes: Uint8Array = plaintext): LongMessage {
    return this.retained.begin(bytes, framing, this.clock.now);
  }

  finish(message: LongMessage): void {
    this.retained.finish(message, this.clock.now);
  }
}

Deno.test("RetainedMessages.begin() gives each message an id and an IV of its own", () => {
  const fixture = new Fixture();
  const messages = [1, 2, 3].map((length) => fixture.begin(new Uint8Array(length)));
  const [first, second, third] = messages;
  assertEquals([second, third].map((it) => (it?.messageId ?? 0) - (first?.messageId ?? 0)), [1, 2]);
  assertEquals(new Set(messages.map(({ iv }) => iv.toHex())).size, 3);
  assertEquals(first?.sealedAtSeconds, Math.floor(fixture.clock.now.unixMs / 1000));
});

Deno.test("RetainedMessages.begin() gives the same array the same id, IV and time again", () => {
  const fixture = new Fixture();
  const { messageId, iv, sealedAtSeconds } = fixture.begin();
  fixture.clock.advance(3_000);
  const again = fixture.begin();
  assertEquals([again.messageId, again.sealedAtSeconds], [messageId, sealedAtSeconds]);
  assertEquals(again.iv, iv);
});

Deno.test("RetainedMessages.begin() gives an equal array another id", () => {
  const fixture = new Fixture();
  const { messageId, iv } = fixture.begin();
  const other = fixture.begin(plaintext.slice());
  assertNotEquals(other.messageId, messageId);
  assertNotEquals(other.iv, iv);
});

Deno.test("RetainedMessages.begin() lets a message be repaired anew that leaves again", () => {
  const fixture = new Fixture();
  const message = fixture.begin();
  message.repairs = 5;
  fixture.finish(message);
  assertEquals(fixture.begin().repairs, 0);
});

Deno.test("RetainedMessages.begin() uses a sealing for 30 s, however often it leaves again", () => {
  const fixture = new Fixture();
  const { messageId } = fixture.begin();
  const ids: number[] = [];
  for (let elapsedMs = 4_000; elapsedMs < SEALING_REUSE_MS; elapsedMs += 4_000) {
    fixture.clock.advance(4_000);
    const again = fixture.begin();
    ids.push(again.messageId);
    fixture.finish(again);
  }
  assertEquals(ids, Array.from(ids, () => messageId));
  fixture.clock.advance(SEALING_REUSE_MS - 28_000 - 1);
  assertEquals(fixture.begin().messageId, messageId);
  fixture.clock.advance(1);
  const newer = fixture.begin();
  assertNotEquals(newer.messageId, messageId);
  assertStrictEquals(fixture.begin(), newer, "the newer one is found from then on");
});

Deno.test("RetainedMessages.begin() seals anew what is no longer retained", () => {
  const fixture = new Fixture();
  const message = fixture.begin();
  fixture.finish(message);
  fixture.clock.advance(FRAGMENT_RETENTION_MS);
  fixture.retained.forgetOld(fixture.clock.now);
  assertEquals(fixture.retained.find(message.messageId), undefined);
  assertNotEquals(fixture.begin().messageId, message.messageId);
});

Deno.test("RetainedMessages.forgetOld() forgets others while a message leaves once more", () => {
  const fixture = new Fixture();
  const [first, second] = [fixture.begin(), fixture.begin(new Uint8Array(1))];
  for (const message of [first, second]) fixture.finish(message);
  fixture.clock.advance(FRAGMENT_RETENTION_MS - 1);
  fixture.begin();
  fixture.retained.forgetOld(fixture.clock.advance(1));
  assertStrictEquals(fixture.retained.find(first.messageId), first);
  assertEquals(fixture.retained.find(second.messageId), undefined);
});
