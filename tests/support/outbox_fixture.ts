import { Fernet } from "../../src/crypto/fernet.ts";
import { Outbox } from "../../src/session/outbox.ts";
import { decodeFragment } from "../../src/wire/fragment.ts";
import { reassemblyLimits, ReassemblyPool } from "../../src/wire/reassembly_pool.ts";
import { Reassembly } from "../../src/wire/reassembly.ts";
import { DEFAULT_TLV_TYPES } from "../../src/wire/tlv_types.ts";
import { decodeTlvs } from "../../src/wire/tlv.ts";
import { FakeClock } from "./fake_clock.ts";
import { SeededRandom } from "./seeded_random.ts";

/** How an `OutboxFixture` is made; everything may be left out. */
export interface OutboxFixtureOptions {
  readonly budgetBytes?: number;
  readonly seed?: number;
  readonly clock?: FakeClock;
}

/** An outbox under a clock that stands still, with real Fernet tokens. */
export class OutboxFixture {
  readonly clock: FakeClock;
  readonly fernet: Fernet;
  readonly outbox: Outbox;
  /** The id of the first long message. */
  readonly firstMessageId: number;

  /** @param options The smallest datagram budget (576 bytes) unless they say otherwise. */
  constructor(options: OutboxFixtureOptions = {}) {
    const random = new SeededRandom(options.seed ?? 1);
    this.clock = options.clock ?? new FakeClock();
    this.fernet = new Fernet(Fernet.generateKeyFrom(random.bytes(32)));
    const idBytes = random.bytes(4);
    this.firstMessageId = new DataView(idBytes.buffer).getUint32(0);
    this.outbox = new Outbox({
      types: DEFAULT_TLV_TYPES,
      budgetBytes: options.budgetBytes ?? 576,
      sealer: this.fernet,
      // Four bytes are what message ids begin with, and nothing else.
      randomBytes: (count) => count === idBytes.byteLength ? idBytes : random.bytes(count),
    }, this.clock.now);
  }

  /** Takes what may leave at this moment. */
  releaseNow(): Uint8Array[] {
    const datagrams: Uint8Array[] = [];
    for (;;) {
      const datagram = this.outbox.release(this.clock.now);
      if (datagram === undefined) return datagrams;
      datagrams.push(datagram);
    }
  }

  /** Takes all that waits, a millisecond after the other. */
  drain(): Uint8Array[] {
    const datagrams = this.releaseNow();
    while (!this.outbox.isEmpty) {
      this.clock.advance(1);
      datagrams.push(...this.releaseNow());
    }
    return datagrams;
  }
}

/** The peer of an outbox: puts datagrams together and opens the tokens. */
export class OutboxReader {
  readonly #fernet: Fernet;
  readonly #reassembly: Reassembly;
  /** What it shares with no other reader. */
  readonly pool = new ReassemblyPool(reassemblyLimits(100_000_000, 10_000));

  /** @param fernet The key that tokens are under. */
  constructor(fernet: Fernet) {
    this.#fernet = fernet;
    this.#reassembly = new Reassembly(this.pool, "outbox");
  }

  /**
   * Reads a datagram.
   *
   * @param datagram A whole token, or a fragment of one.
   * @param nowMs Monotonic time.
   * @returns The plaintext of the token that it completes.
   */
  read(datagram: Uint8Array, nowMs = 0): Uint8Array | undefined {
    const [tlv] = decodeTlvs(datagram);
    if (tlv === undefined) throw new Error("The datagram is empty");
    if (tlv.type === DEFAULT_TLV_TYPES.SYMMETRICALLY_ENCRYPTED_MESSAGE) {
      return this.#fernet.decrypt(tlv.value);
    }
    const result = this.#reassembly.add(decodeFragment(tlv.value), nowMs);
    return result.state === "complete" ? this.#fernet.decrypt(result.token) : undefined;
  }

  /** Reads datagrams. @returns The plaintexts in the order in which they were complete. */
  readAll(datagrams: readonly Uint8Array[]): Uint8Array[] {
    return datagrams.flatMap((datagram) => this.read(datagram) ?? []);
  }
}
