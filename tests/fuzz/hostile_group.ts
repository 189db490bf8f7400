import { assert, assertEquals, assertGreater } from "@std/assert";
import { Fernet } from "../../src/crypto/fernet.ts";
import type { RemovalReason } from "../../src/relay/relay_effects.ts";
import { decodeFragment } from "../../src/wire/fragment.ts";
import { decodeGroupFrame } from "../../src/wire/group_frame.ts";
import { decodeGroupKey } from "../../src/wire/group_key.ts";
import { Reassembly } from "../../src/wire/reassembly.ts";
import { reassemblyLimits, ReassemblyPool } from "../../src/wire/reassembly_pool.ts";
import { decodeTlvs, type Tlv } from "../../src/wire/tlv.ts";
import { DEFAULT_TLV_TYPES } from "../../src/wire/tlv_types.ts";

const TYPES = DEFAULT_TLV_TYPES;

/** Within that, milliseconds, whoever has gone of himself can read no more: a second, and the giving. */
const LEAVER_MS = 1_300;

const URGENT: ReadonlySet<RemovalReason> = new Set(["kicked", "banned", "revoked"]);

/** Who may read a group, and until when: a session from its beginning to its end. */
export interface GroupListener {
  /** The newest relay sequence when it began. */
  readonly base: bigint;
  readonly ears: HostileGroupEars;
  ended: GroupListenerEnd | undefined;
}

/** How a session ended. */
export interface GroupListenerEnd {
  readonly reason: RemovalReason;
  readonly atMs: number;
  /** The newest relay sequence before it ended. */
  readonly newest: bigint;
}

/** A token of the group. */
interface Frame {
  readonly epoch: number;
  readonly token: Uint8Array;
}

/** What one session has of the group: keys, and what it heard before it had them. */
export class HostileGroupEars {
  readonly epochs = new Set<number>();
  readonly #reassemblies = new Map<number, Reassembly>();
  #held: Frame[] = [];

  /** Whether something came that it never had the key for. */
  get lacksKey(): boolean {
    return this.#held.length > 0;
  }

  /** Takes GROUP_MESSAGE or GROUP_FRAGMENT. Returns a whole token that it has the key for. */
  hear({ type, value }: Tlv, nowMs: number): Frame | undefined {
    const { epoch, rest } = decodeGroupFrame(value) ?? { epoch: -1, rest: value };
    assertGreater(epoch, 0, "a malformed frame of the group");
    let token = rest;
    if (type === TYPES.GROUP_FRAGMENT) {
      const result = this.#reassemblyOf(epoch).add(decodeFragment(rest), nowMs);
      if (result.state !== "complete") return undefined;
      token = result.token;
    }
    if (this.epochs.has(epoch)) return { epoch, token };
    this.#held.push({ epoch, token });
    return undefined;
  }

  /** Takes what waited for the key of an epoch. */
  takeHeld(epoch: number): Frame[] {
    const ready = this.#held.filter((frame) => frame.epoch === epoch);
    this.#held = this.#held.filter((frame) => frame.epoch !== epoch);
    return ready;
  }

  #reassemblyOf(epoch: number): Reassembly {
    const known = this.#reassemblies.get(epoch);
    if (known !== undefined) return known;
    const pool = new ReassemblyPool(reassemblyLimits(2_000_000, 10_000));
    const reassembly = new Reassembly(pool, `${epoch}`);
    this.#reassemblies.set(epoch, reassembly);
    return reassembly;
  }
}

/** The epochs of a relay's group, and all who ever had their keys. */
export class HostileGroup {
  readonly #keys = new Map<number, { bytes: Uint8Array; fernet: Fernet }>();
  readonly #holders = new Map<number, Set<GroupListener>>();
  /** When each message was relayed, monotonic milliseconds, by relay sequence. */
  readonly #saidMs = new Map<bigint, number>();

  /** Takes note that messages were relayed: those after `before`, up to `newest`. */
  noteSaid(before: bigint, newest: bigint, nowMs: number): void {
    for (let sequence = before + 1n; sequence <= newest; sequence++) {
      this.#saidMs.set(sequence, nowMs);
    }
  }

  /** Takes the value of a GROUP_KEY. Returns its epoch. */
  learn(listener: GroupListener, value: Uint8Array): number {
    const groupKey = decodeGroupKey(value);
    assert(groupKey !== undefined, "a malformed GROUP_KEY");
    const { epoch, key } = groupKey;
    const known = this.#keys.get(epoch);
    if (known === undefined) {
      assertGreater(epoch, Math.max(0, ...this.#keys.keys()), "an epoch out of order");
      const fernet = new Fernet(Fernet.generateKeyFrom(key));
      this.#keys.set(epoch, { bytes: key.slice(), fernet });
      this.#holders.set(epoch, new Set());
    } else assertEquals(known.bytes, key, "two keys of one epoch");
    this.#holders.get(epoch)?.add(listener);
    listener.ears.epochs.add(epoch);
    return epoch;
  }

  /** Opens a token whose key was given to someone. */
  open({ epoch, token }: Frame): Tlv[] {
    const fernet = this.#keys.get(epoch)?.fernet;
    assert(fernet !== undefined, "a key that nobody was given");
    return decodeTlvs(fernet.decrypt(token));
  }

  /** Checks that nobody who has the key of an epoch was not to read a message under it. */
  checkReaders(epoch: number, sequence: bigint): void {
    const saidMs = this.#saidMs.get(sequence) ?? NaN;
    for (const { base, ended } of this.#holders.get(epoch) ?? []) {
      assertGreater(sequence, base, "a newcomer can read what was said before");
      if (ended === undefined || sequence <= ended.newest) continue;
      assert(!URGENT.has(ended.reason), `one who was ${ended.reason} can read what came after`);
      assert(saidMs <= ended.atMs + LEAVER_MS, `one who ${ended.reason} can read for too long`);
    }
  }
}
