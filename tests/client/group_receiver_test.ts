import { assert, assertEquals } from "@std/assert";
import { ClientDrops } from "../../src/client/client_drops.ts";
import {
  GroupReceiver,
  MAX_EPOCH_KEYS,
  OLD_KEY_GRACE_MS,
} from "../../src/client/group_receiver.ts";
import { MAX_HELD_FRAMES } from "../../src/client/held_group_frames.ts";
import { Fernet } from "../../src/crypto/fernet.ts";
import { fragmentDatagrams } from "../../src/wire/fragment.ts";
import { groupFramePrefix } from "../../src/wire/group_frame.ts";
import { reassemblyLimits, ReassemblyPool } from "../../src/wire/reassembly_pool.ts";
import { decodeTlvs, encodeTlvs, type Tlv } from "../../src/wire/tlv.ts";
import { DEFAULT_TLV_TYPES } from "../../src/wire/tlv_types.ts";
import { maxTokenBytes } from "../../src/wire/token_size.ts";
import { concat } from "@std/bytes";
import { FakeClock } from "../support/fake_clock.ts";
import { namedTlv } from "../support/named_tlv.ts";
import { SeededRandom } from "../support/seeded_random.ts";

const ADDRESS = { hostname: "239.1.2.3", port: 47_701 };

/** A receiver, and a relay that seals for its group. */
class Fixture {
  readonly clock = new FakeClock();
  readonly drops = new ClientDrops();
  readonly random = new SeededRandom(1);
  readonly pool = new ReassemblyPool(reassemblyLimits(maxTokenBytes(1024 * 1024), 10_000, 1_200));
  readonly receiver: GroupReceiver;

  constructor() {
    this.receiver = new GroupReceiver({
      types: DEFAULT_TLV_TYPES,
      name: undefined,
      maxMessageAgeSeconds: 60,
      pool: this.pool,
      drops: this.drops,
    });
  }

  /** The key of an epoch: its number again and again. */
  giveKey(epoch: number, ownId?: string, address?: typeof ADDRESS): string[] {
    const groupKey = { epoch, key: new Uint8Array(32).fill(epoch), address };
    return this.receiver.takeKey(groupKey, ownId, this.clock.now).map((tlvs) => textOf(tlvs));
  }

  token(epoch: number, text: string): Uint8Array {
    const fernet = new Fernet(Fernet.generateKeyFrom(new Uint8Array(32).fill(epoch)));
    const plaintext = encodeTlvs([namedTlv("SENDER_ID", "ben"), namedTlv("MESSAGE", text)]);
    const now = Math.floor(this.clock.now.unixMs / 1000);
    return fernet.encrypt(plaintext, { now, iv: this.random.bytes(16) });
  }

  /** The value of a GROUP_MESSAGE. */
  message(epoch: number, text: string): Uint8Array {
    return concat([groupFramePrefix(epoch), this.token(epoch, text)]);
  }

  /** The values of the GROUP_FRAGMENTs of a message. */
  fragments(epoch: number, messageId: number, text: string): Uint8Array[] {
    return fragmentDatagrams(0, messageId, this.token(epoch, text), 1_200)
      .flatMap((datagram) => decodeTlvs(datagram))
      .map(({ value }) => concat([groupFramePrefix(epoch), value]));
  }

  take(value: Uint8Array): string | undefined {
    return textOf(this.receiver.take("message", value, this.clock.now));
  }

  takeFragment(value: Uint8Array): string | undefined {
    return textOf(this.receiver.take("fragment", value, this.clock.now));
  }
}

function textOf(tlvs: readonly Tlv[]): string;
function textOf(tlvs: readonly Tlv[] | undefined): string | undefined;
function textOf(tlvs: readonly Tlv[] | undefined): string | undefined {
  return tlvs && new TextDecoder().decode(tlvs[1]?.value);
}

Deno.test("GroupReceiver opens messages under the key of their epoch, each once", () => {
  const fixture = new Fixture();
  fixture.giveKey(3);
  const value = fixture.message(3, "hello");
  assertEquals(fixture.take(value), "hello");
  assertEquals(fixture.take(value), undefined);
  assertEquals(fixture.drops.toObject(), { replayed: 1 });
});

Deno.test("GroupReceiver drops what is forged, malformed or under the key of another epoch", () => {
  const fixture = new Fixture();
  fixture.giveKey(3);
  fixture.giveKey(4);
  assertEquals(fixture.take(concat([groupFramePrefix(3), fixture.token(4, "x")])), undefined);
  const forged = fixture.message(4, "hello");
  forged[forged.byteLength - 5] = forged[forged.byteLength - 5] === 65 ? 66 : 65;
  assertEquals(fixture.take(forged), undefined);
  assertEquals(fixture.take(Uint8Array.of(0, 0, 0)), undefined);
  assertEquals(fixture.take(groupFramePrefix(4)), undefined);
  assertEquals(fixture.takeFragment(groupFramePrefix(4)), undefined);
  assertEquals(fixture.drops.toObject(), { unauthentic: 2, malformed: 3 });
});

Deno.test("GroupReceiver drops a token that is too old", () => {
  const fixture = new Fixture();
  fixture.giveKey(3);
  const value = fixture.message(3, "hello");
  fixture.clock.advance(61_000);
  assertEquals(fixture.take(value), undefined);
  assertEquals(fixture.drops.toObject(), { stale: 1 });
});

for (
  const { afterMs, isTaken } of [{ afterMs: 4_900, isTaken: true }, {
    afterMs: 5_100,
    isTaken: false,
  }]
) {
  const verb = isTaken ? "takes" : "drops";
  Deno.test(`GroupReceiver ${verb} what comes under the former key ${afterMs} ms after a new one`, () => {
    const fixture = new Fixture();
    fixture.giveKey(3);
    fixture.clock.advance(60_000);
    fixture.giveKey(4);
    fixture.clock.advance(afterMs);
    assertEquals(fixture.take(fixture.message(3, "late")), isTaken ? "late" : undefined);
    assertEquals(fixture.take(fixture.message(4, "new")), "new");
    assertEquals(fixture.drops.of("unknown_epoch"), isTaken ? 0 : 1);
  });
}

Deno.test("GroupReceiver.expire() forgets an old key and its unfinished messages on time", () => {
  const fixture = new Fixture();
  fixture.giveKey(3);
  const [first] = fixture.fragments(3, 1, "x".repeat(3_000));
  assert(first !== undefined);
  fixture.takeFragment(first);
  fixture.giveKey(4);
  assertEquals(fixture.receiver.nextDeadlineMs(), fixture.clock.now.monotonicMs + OLD_KEY_GRACE_MS);
  assert(fixture.pool.chargedBytes > 0);
  fixture.receiver.expire(fixture.clock.advance(OLD_KEY_GRACE_MS).monotonicMs);
  assertEquals([fixture.pool.chargedBytes, fixture.receiver.nextDeadlineMs()], [0, Infinity]);
});

Deno.test("GroupReceiver knows a key that comes once more, and no older one", () => {
  const fixture = new Fixture();
  fixture.giveKey(4, "ada", ADDRESS);
  const value = fixture.message(4, "hello");
  assertEquals(fixture.take(value), "hello");
  fixture.giveKey(4, "10.0.0.7:9", ADDRESS);
  assertEquals(fixture.receiver.ids.current, "10.0.0.7:9", "it has a new address");
  assertEquals(fixture.take(value), undefined, "what came is remembered");
  fixture.giveKey(2, "old", undefined);
  const { epoch, ids, address } = fixture.receiver;
  assertEquals([epoch, ids.current, address], [4, "10.0.0.7:9", ADDRESS]);
  assertEquals(fixture.take(fixture.message(2, "old")), undefined);
});

Deno.test("GroupReceiver takes a key that was overtaken, as long as the one before it", () => {
  const fixture = new Fixture();
  fixture.giveKey(3, "ada");
  fixture.giveKey(5);
  fixture.clock.advance(1_000);
  assertEquals(fixture.take(fixture.message(4, "between")), undefined);
  assertEquals(fixture.receiver.lacksKey, false, "the relay would give no older one");
  assertEquals(fixture.giveKey(4, "wrong"), ["between"]);
  assertEquals([fixture.receiver.epoch, fixture.receiver.ids.current], [5, "ada"]);
  fixture.clock.advance(3_900);
  assertEquals(fixture.take(fixture.message(4, "late")), "late");
  fixture.clock.advance(200);
  assertEquals(fixture.take(fixture.message(4, "too late")), undefined);
  fixture.giveKey(4);
  assertEquals(fixture.take(fixture.message(4, "too late")), undefined);
});

Deno.test("GroupReceiver keeps no more than 8 keys", () => {
  const fixture = new Fixture();
  for (let epoch = 1; epoch <= MAX_EPOCH_KEYS + 1; epoch++) fixture.giveKey(epoch);
  assertEquals(fixture.take(fixture.message(1, "oldest")), undefined);
  assertEquals(fixture.take(fixture.message(2, "next")), "next");
});

Deno.test("GroupReceiver holds what comes before its key, and reads it in order", () => {
  const fixture = new Fixture();
  assertEquals(fixture.take(fixture.message(3, "old")), undefined);
  for (const text of ["one", "two"]) {
    assertEquals(fixture.take(fixture.message(4, text)), undefined);
  }
  fixture.take(fixture.message(5, "three"));
  assert(fixture.receiver.lacksKey);
  assertEquals(fixture.giveKey(4), ["one", "two"]);
  assert(fixture.receiver.lacksKey);
  assertEquals(fixture.giveKey(5), ["three"]);
  assertEquals(fixture.receiver.lacksKey, false);
  assertEquals(fixture.drops.toObject(), { unknown_epoch: 1 });
});

Deno.test("GroupReceiver reads a copy of what it holds once", () => {
  const fixture = new Fixture();
  const value = fixture.message(4, "one");
  for (let copy = 0; copy < 3; copy++) fixture.take(value);
  assertEquals(fixture.giveKey(4), ["one"]);
  assertEquals(fixture.drops.toObject(), { replayed: 2 });
});

Deno.test("GroupReceiver holds fragments too, and puts them together when the key comes", () => {
  const fixture = new Fixture();
  const long = "x".repeat(3_000);
  for (const value of fixture.fragments(4, 1, long)) {
    assertEquals(fixture.takeFragment(value), undefined);
  }
  assertEquals(fixture.giveKey(4), [long]);
});

Deno.test("GroupReceiver forgets what is held after 2 s", () => {
  const fixture = new Fixture();
  fixture.take(fixture.message(4, "one"));
  fixture.receiver.expire(fixture.clock.advance(2_000).monotonicMs);
  assertEquals(fixture.giveKey(4), []);
  assertEquals(fixture.drops.toObject(), { unknown_epoch: 1 });
});

Deno.test("GroupReceiver holds little of a flood of forged epochs", () => {
  const fixture = new Fixture();
  fixture.giveKey(3);
  for (let epoch = 10; epoch < 10_010; epoch++) {
    fixture.receiver.take("message", groupFramePrefix(epoch), fixture.clock.now);
  }
  assertEquals(fixture.drops.toObject(), { unknown_epoch: 10_000 - MAX_HELD_FRAMES });
  assertEquals(fixture.take(fixture.message(3, "hello")), "hello");
});

Deno.test("GroupReceiver puts a message together whose epoch ends in its midst", () => {
  const fixture = new Fixture();
  fixture.giveKey(3);
  const long = "x".repeat(3_000);
  const [first, ...rest] = fixture.fragments(3, 7, long);
  assert(first !== undefined);
  fixture.takeFragment(first);
  fixture.giveKey(4);
  // The same message id under the other epoch is another message.
  const others = fixture.fragments(4, 7, "y".repeat(3_000));
  const taken = [...rest, ...others].map((value) => fixture.takeFragment(value));
  assertEquals(taken.filter((text) => text !== undefined), [long, "y".repeat(3_000)]);
});

Deno.test("GroupReceiver lets a forged fragment spoil a message only until the true ones come", () => {
  const fixture = new Fixture();
  fixture.giveKey(3);
  const long = "x".repeat(3_000);
  const values = fixture.fragments(3, 7, long);
  const [first] = values;
  assert(first !== undefined);
  fixture.takeFragment(first.slice().fill(0x41, 20));
  const taken = [...values, first, ...values].map((value) => fixture.takeFragment(value));
  assertEquals(taken.filter((text) => text !== undefined), [long]);
});

Deno.test("GroupReceiver.close() forgets keys and what is held", () => {
  const fixture = new Fixture();
  fixture.giveKey(3);
  fixture.take(fixture.message(4, "held"));
  fixture.receiver.close();
  assertEquals([fixture.receiver.epoch, fixture.receiver.nextDeadlineMs()], [undefined, Infinity]);
  assertEquals(fixture.take(fixture.message(3, "hello")), undefined);
});
