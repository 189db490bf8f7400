import { assert, assertEquals, assertExists } from "@std/assert";
import { ClientDrops } from "../../src/client/client_drops.ts";
import { MAX_TAKEN_BACK, TokenReceiver } from "../../src/client/token_receiver.ts";
import { Fernet } from "../../src/crypto/fernet.ts";
import { fragmentDatagrams } from "../../src/wire/fragment.ts";
import { Reassembly } from "../../src/wire/reassembly.ts";
import { reassemblyLimits, ReassemblyPool } from "../../src/wire/reassembly_pool.ts";
import { decodeTlvs, encodeTlvs, type Tlv } from "../../src/wire/tlv.ts";
import { DEFAULT_TLV_TYPES } from "../../src/wire/tlv_types.ts";
import { maxTokenBytes } from "../../src/wire/token_size.ts";
import { FakeClock } from "../support/fake_clock.ts";
import { namedTlv } from "../support/named_tlv.ts";
import { SeededRandom } from "../support/seeded_random.ts";

const BUDGET_BYTES = 1_200;

/** A receiver, and the relay that seals for it. */
class Fixture {
  readonly clock = new FakeClock();
  readonly drops = new ClientDrops();
  readonly random = new SeededRandom(1);
  readonly receiver: TokenReceiver;
  readonly #fernet = new Fernet(Fernet.generateKeyFrom(this.random.bytes(32)));

  constructor() {
    const limits = reassemblyLimits(maxTokenBytes(1024 * 1024), 10_000, BUDGET_BYTES);
    this.receiver = new TokenReceiver({
      types: DEFAULT_TLV_TYPES,
      fernet: this.#fernet,
      maxMessageAgeSeconds: 60,
      reassembly: new Reassembly(new ReassemblyPool(limits), "relay"),
      drops: this.drops,
    });
  }

  /** A token that the relay seals. */
  token(text: string): Uint8Array {
    return this.sealed([namedTlv("SENDER_ID", "ben"), namedTlv("MESSAGE", text)]);
  }

  /** A token of any TLVs under the key. */
  sealed(tlvs: readonly Tlv[]): Uint8Array {
    const plaintext = encodeTlvs(tlvs);
    const now = Math.floor(this.clock.now.unixMs / 1000);
    return this.#fernet.encrypt(plaintext, { now, iv: this.random.bytes(16) });
  }

  /** The values of the FRAGMENTs of a token. */
  fragments(messageId: number, token: Uint8Array): Uint8Array[] {
    const datagrams = fragmentDatagrams(DEFAULT_TLV_TYPES.FRAGMENT, messageId, token, BUDGET_BYTES);
    return datagrams.map((datagram) => {
      const [tlv] = decodeTlvs(datagram);
      assertExists(tlv);
      return tlv.value;
    });
  }

  /** Whether the last of some fragments completes a token that is taken. */
  takes(values: readonly Uint8Array[]): boolean {
    const taken = values.map((value) => this.receiver.takeFragment(value, this.clock.now));
    return taken.at(-1) !== undefined;
  }
}

const LONG = "x".repeat(3_000);

Deno.test("TokenReceiver takes a long token once", () => {
  const fixture = new Fixture();
  const token = fixture.token(LONG);
  assert(fixture.takes(fixture.fragments(1, token)));
  assertEquals(fixture.takes(fixture.fragments(1, token)), false);
  assertEquals(fixture.takes(fixture.fragments(2, token)), false);
  assertEquals(fixture.receiver.takeToken(token, fixture.clock.now), undefined);
  assertEquals(fixture.drops.toObject(), { replayed: 2 });
});

Deno.test("TokenReceiver.takeBack() lets the same token come once more, under the same message id", () => {
  const fixture = new Fixture();
  const values = fixture.fragments(1, fixture.token(LONG));
  for (let time = 0; time < 3; time++) {
    assert(fixture.takes(values));
    fixture.receiver.takeBack();
  }
  assert(fixture.takes(values));
  assertEquals(fixture.takes(values), false);
});

Deno.test("TokenReceiver.takeBack() means the token that was taken last, and only a long one", () => {
  const fixture = new Fixture();
  const [long, short] = [fixture.token(LONG), fixture.token("short")];
  assert(fixture.takes(fixture.fragments(1, long)));
  assertExists(fixture.receiver.takeToken(short, fixture.clock.now));
  fixture.receiver.takeBack();
  assertEquals(fixture.takes(fixture.fragments(2, long)), false);
  assertEquals(fixture.receiver.takeToken(short, fixture.clock.now), undefined);
});

for (const surplus of [0, 1]) {
  const count = MAX_TAKEN_BACK + surplus;
  Deno.test(`TokenReceiver.takeBack() remembers ${MAX_TAKEN_BACK} tokens, of ${count}`, () => {
    const fixture = new Fixture();
    const tokens = Array.from({ length: count }, (_, index) => fixture.token(`${index}`));
    for (const [index, token] of tokens.entries()) {
      assert(fixture.takes(fixture.fragments(index, token)));
      fixture.receiver.takeBack();
    }
    const again = tokens.filter((token, index) => fixture.takes(fixture.fragments(index, token)));
    assertEquals(again.length, MAX_TAKEN_BACK);
  });
}

Deno.test("TokenReceiver takes the true fragments after a forged one has spoilt a message", () => {
  const fixture = new Fixture();
  const values = fixture.fragments(1, fixture.token(LONG));
  const forged = values[1]?.slice();
  assertExists(forged);
  forged[forged.byteLength - 1] = 0x41;
  assertEquals(fixture.takes([forged, ...values]), false);
  assertEquals(fixture.drops.toObject(), { unauthentic: 1 });
  assert(fixture.takes(values));
});

const SEALED_BY_CLIENTS = [
  ["CLIENT_HELLO", "CLIENT_NAME", "AUTH_TOKEN", "CLIENT_INSTANCE", "REPLAY"],
  ["CLIENT_SEQUENCE", "FIRST_SENT", "MESSAGE"],
  ["CLIENT_SEQUENCE", "KEEP_ALIVE"],
  ["NACK"],
] as const;

for (const names of SEALED_BY_CLIENTS) {
  Deno.test(`TokenReceiver takes no token of the client's own that comes back: ${names}`, () => {
    const world = new Fixture();
    const reflected = world.sealed(names.map((name) => namedTlv(name, "x")));
    assertEquals(world.receiver.takeToken(reflected, world.clock.now), undefined);
    assertEquals(world.drops.of("replayed"), 1);
    const answered = world.sealed([
      ...names.map((name) => namedTlv(name, "x")),
      namedTlv("REPLAY_FROM", "12345678"),
    ]);
    assertEquals(world.receiver.takeToken(answered, world.clock.now)?.length, names.length + 1);
  });
}
