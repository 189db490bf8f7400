import { assert, assertEquals, assertLessOrEqual } from "@std/assert";
import fc from "fast-check";
import { MAX_PENDING_REGISTRATIONS } from "../../src/relay/registration_queue.ts";
import { encodeTlvs, type Tlv } from "../../src/wire/tlv.ts";
import { DEFAULT_TLV_TYPES } from "../../src/wire/tlv_types.ts";
import type { HarnessClient } from "../support/harness_client.ts";
import { namedTlv } from "../support/named_tlv.ts";
import { RelayHarness } from "../support/relay_harness.ts";

const SEED = Number(Deno.env.get("HUSHCAST_TEST_SEED") ?? 1985);
const HOUR_MS = 3_600_000;
const PUBLIC_KEY_ANSWER_BYTES = 564;

/** One thing that happens to a relay. `from` picks an address, `which` a datagram or a job. */
type Happening =
  | { readonly type: "bytes"; readonly from: number; readonly bytes: Uint8Array }
  | { readonly type: "tlvs"; readonly from: number; readonly tlvs: readonly Tlv[] }
  | { readonly type: "sealed"; readonly tlvs: readonly Tlv[] }
  | {
    readonly type: "mutated";
    readonly from: number;
    readonly which: number;
    readonly at: number;
    readonly mutation: "none" | "flip" | "cut" | "repeat";
  }
  | { readonly type: "time"; readonly ms: number }
  | { readonly type: "wallClock"; readonly ms: number }
  | { readonly type: "rsa"; readonly which: number }
  | { readonly type: "rotate" };

const index = fc.nat({ max: 1_000 });
const tlvType = fc.oneof(
  fc.constantFrom(...Object.values(DEFAULT_TLV_TYPES)),
  fc.integer({ min: 0, max: 0xffff }),
);
const value = fc.oneof(
  fc.uint8Array({ maxLength: 40 }),
  fc.uint8Array({ minLength: 256, maxLength: 256 }),
);
const tlvs = fc.array(fc.record({ type: tlvType, value }), { maxLength: 5 });

const happening: fc.Arbitrary<Happening> = fc.oneof(
  fc.record({
    type: fc.constant("bytes"),
    from: index,
    bytes: fc.uint8Array({ maxLength: 300 }),
  }),
  fc.record({ type: fc.constant("tlvs"), from: index, tlvs }),
  fc.record({ type: fc.constant("sealed"), tlvs }),
  fc.record({
    type: fc.constant("mutated"),
    from: index,
    which: index,
    at: fc.nat({ max: 20_000 }),
    mutation: fc.constantFrom("none", "flip", "cut", "repeat"),
  }),
  fc.record({ type: fc.constant("time"), ms: fc.nat({ max: 20_000 }) }),
  fc.record({ type: fc.constant("wallClock"), ms: fc.integer({ min: -HOUR_MS, max: HOUR_MS }) }),
  fc.record({ type: fc.constant("rsa"), which: index }),
  fc.record({ type: fc.constant("rotate") }),
);

// Without a size most arrays have a few items only, and few states are reached.
const happenings = fc.array(happening, { maxLength: 80, size: "max" });

/** A relay with three clients, one of whom is hostile, and strangers. */
class Stage {
  readonly relay = new RelayHarness();
  readonly alice = this.relay.join("alice");
  readonly bob = this.relay.join("bob");
  readonly mallory = this.relay.join("mallory");
  readonly strangers = Array.from({ length: 4 }, () => this.relay.stranger());
  readonly #bytesOf = new Map<HarnessClient, number>();
  /** Datagrams that were on the network, for an eavesdropper to use. */
  readonly #recorded: Uint8Array[];

  constructor() {
    const { relay, alice, bob } = this;
    this.#recorded = [
      alice.registerAs("alice"),
      bob.registerAs("bob"),
      alice.say("hi"),
      alice.say("hi again", 1n),
      bob.sendSealed(namedTlv("KEEP_ALIVE")),
      ...alice.fragments(new Uint8Array(3_000)).map((it) => alice.sendDatagram(it)),
      encodeTlvs([namedTlv("PUBLIC_KEY_REQUEST", new Uint8Array(300))]),
    ];
    relay.settle(alice, bob, this.mallory);
    relay.holdsRsa = true;
  }

  happen(it: Happening): void {
    switch (it.type) {
      case "bytes":
        return this.#send(it.bytes, it.from);
      case "tlvs":
        return this.#send(encodeTlvs(it.tlvs), it.from);
      case "sealed":
        return void this.mallory.sendSealed(...it.tlvs);
      case "mutated":
        return this.#send(this.#mutated(it.which, it.mutation, it.at), it.from);
      case "time":
        return this.#pass(it.ms);
      case "wallClock":
        return this.relay.clock.setUnixMs(this.relay.clock.now.unixMs + it.ms);
      case "rsa":
        if (this.relay.rsaJobs.length > 0) {
          this.relay.answerRsa(it.which % this.relay.rsaJobs.length);
        }
        return;
      case "rotate":
        return this.relay.rsaKey.serverKey.generation < 200 ? this.relay.rotateKey() : undefined;
      default:
        return it satisfies never;
    }
  }

  /** How many bytes a stranger has sent. */
  bytesOf(stranger: HarnessClient): number {
    return this.#bytesOf.get(stranger) ?? 0;
  }

  /** Lets all that is under way come to its end. */
  finish(): void {
    while (this.relay.rsaJobs.length > 0) this.relay.answerRsa();
    this.#pass(1_000);
    this.alice.forget();
    this.bob.forget();
  }

  #send(datagram: Uint8Array, from: number): void {
    const everyone = [this.alice, this.bob, this.mallory, ...this.strangers];
    const sender = everyone[from % everyone.length];
    assert(sender !== undefined);
    this.#bytesOf.set(sender, this.bytesOf(sender) + datagram.byteLength);
    sender.sendDatagram(datagram);
  }

  /** Time passes, in which honest clients give signs of life. */
  #pass(ms: number): void {
    this.alice.sendOuter(namedTlv("KEEP_ALIVE"));
    this.bob.sendOuter(namedTlv("KEEP_ALIVE"));
    this.relay.run(ms);
  }

  #mutated(which: number, mutation: "none" | "flip" | "cut" | "repeat", at: number): Uint8Array {
    const datagram = this.#recorded[which % this.#recorded.length]?.slice();
    assert(datagram !== undefined);
    const place = at % datagram.byteLength;
    if (mutation === "cut") return datagram.slice(0, place);
    if (mutation === "repeat") return Uint8Array.from([...datagram, ...datagram.slice(place)]);
    if (mutation === "flip") datagram[place] = (datagram[place] ?? 0) ^ (1 << (at & 7));
    return datagram;
  }
}

const ONE_MESSAGE = /^\{SENDER_ID alice, RELAY_SEQUENCE \d+, MESSAGE ping\}$/;

Deno.test("RelayCore serves its clients whatever strangers and one of them send", () => {
  fc.assert(
    fc.property(happenings, (history) => {
      const stage = new Stage();
      const { relay, alice, bob, strangers } = stage;
      for (const it of history) stage.happen(it);
      assertLessOrEqual(relay.stat("registrations.waiting"), MAX_PENDING_REGISTRATIONS);
      stage.finish();
      alice.say("ping");
      const heard = bob.heard();
      assertEquals(heard.length, 1);
      assert(ONE_MESSAGE.test(heard[0] ?? ""), heard[0]);
      assertEquals(alice.heard(), [], "no sender hears itself");
      for (const stranger of strangers) {
        assertEquals(relay.core.client(stranger.address, relay.clock.now), undefined);
      }
      assertEquals(relay.stat("registrations.waiting"), 0);
      assertEquals(relay.stat("drops.internal_error"), 0);
    }),
    { seed: SEED, numRuns: 200 },
  );
});

Deno.test("RelayCore answers strangers by 3 times what they sent, but for the public key", () => {
  fc.assert(
    fc.property(happenings, (history) => {
      const stage = new Stage();
      for (const it of history) stage.happen(it);
      stage.finish();
      for (const stranger of stage.strangers) {
        const answers = stranger.datagrams().map(({ byteLength }) => byteLength);
        const others = answers.filter((bytes) => bytes !== PUBLIC_KEY_ANSWER_BYTES);
        const bytes = others.reduce((sum, length) => sum + length, 0);
        assertLessOrEqual(bytes, 3 * stage.bytesOf(stranger));
      }
    }),
    { seed: SEED, numRuns: 100 },
  );
});

Deno.test("RelayCore frees all that it kept for clients when they are gone", () => {
  fc.assert(
    fc.property(happenings, (history) => {
      const stage = new Stage();
      const { relay } = stage;
      for (const it of history) stage.happen(it);
      stage.finish();
      relay.run(120_000);
      assertEquals(relay.stat("clients"), 0);
      assertEquals(relay.stat("fragments.unfinished_bytes"), 0);
      relay.run(2 * HOUR_MS);
      assertEquals(relay.core.nextDeadline(), undefined);
    }),
    { seed: SEED, numRuns: 100 },
  );
});
