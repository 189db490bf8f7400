import { Fernet } from "../crypto/fernet.ts";
import type { Instant } from "../session/instant.ts";
import { decodeGroupFrame } from "../wire/group_frame.ts";
import type { GroupAddress, GroupKey } from "../wire/group_key.ts";
import { Reassembly } from "../wire/reassembly.ts";
import type { ReassemblyPool } from "../wire/reassembly_pool.ts";
import type { Tlv } from "../wire/tlv.ts";
import type { TlvTypes } from "../wire/tlv_types.ts";
import type { ClientDrops } from "./client_drops.ts";
import { CopyMemory } from "./copy_memory.ts";
import { type HeldGroupFrame, HeldGroupFrames } from "./held_group_frames.ts";
import { OwnIds } from "./own_ids.ts";
import { TokenReceiver } from "./token_receiver.ts";

/** How long the key of an epoch is accepted once there is a newer one, milliseconds (PROTOCOL 1.8). */
export const OLD_KEY_GRACE_MS = 5_000;

/** Keys kept at once, the current one among them; past it the oldest goes before its time. */
export const MAX_EPOCH_KEYS = 8;

/** What a `GroupReceiver` is made of. */
export interface GroupReceiverOptions {
  readonly types: TlvTypes;
  /** CLIENT_NAME, or `undefined` when the client has none. */
  readonly name: string | undefined;
  /** The oldest token taken, seconds; 0 takes any age. */
  readonly maxMessageAgeSeconds: number;
  readonly pool: ReassemblyPool;
  readonly drops: ClientDrops;
}

/** What a client has of one epoch. */
interface EpochKey {
  readonly epoch: number;
  readonly receiver: TokenReceiver;
  readonly reassembly: Reassembly;
  /** Until when the key is accepted, monotonic milliseconds; `Infinity` for the current one. */
  forgetAtMs: number;
}

/**
 * Opens the group messages of one session (PROTOCOL 1.8): keeps the keys of the epochs, holds for a
 * while what comes before its key does, and takes each token once.
 *
 *                 GROUP_KEY              a newer one            5 s
 *     awaited ----------------> current --------------> old ----------> forgotten
 *
 * A key that is overtaken by a newer one is taken all the same, while the one before both is.
 */
export class GroupReceiver {
  /** Under which ids others see this client, as the relay said. */
  readonly ids: OwnIds;
  /** Which messages came in the group, and which one by one. */
  readonly copies: CopyMemory = new CopyMemory();
  readonly #options: GroupReceiverOptions;
  /** Ascending; the last one is the current one. */
  #keys: EpochKey[] = [];
  readonly #held = new HeldGroupFrames();
  #address: GroupAddress | undefined;

  /** @param options Its parts. */
  constructor(options: GroupReceiverOptions) {
    this.#options = options;
    this.ids = new OwnIds(options.name);
  }

  /** The newest epoch whose key is known; `undefined` before the first. */
  get epoch(): number | undefined {
    return this.#keys.at(-1)?.epoch;
  }

  /** Where its messages come by multicast; `undefined` when they come by unicast. */
  get address(): GroupAddress | undefined {
    return this.#address;
  }

  /** Whether messages of the group are being put together. */
  get isCollecting(): boolean {
    return this.#keys.some(({ reassembly }) => reassembly.chargedBytes > 0);
  }

  /** Whether something is held that needs a newer key. */
  get lacksKey(): boolean {
    return this.#held.hasAbove(this.epoch ?? -1);
  }

  /**
   * Takes a GROUP_KEY.
   *
   * @param groupKey What it holds.
   * @param ownId The SENDER_ID beside it.
   * @param now The moment.
   * @returns The TLVs of what was held and can now be read, token by token.
   */
  takeKey(groupKey: GroupKey, ownId: string | undefined, now: Instant): (readonly Tlv[])[] {
    const { epoch, address } = groupKey;
    const nowMs = now.monotonicMs;
    this.#forgetKeys(nowMs);
    const current = this.epoch ?? -1;
    if (epoch >= current) {
      if (ownId !== undefined) this.ids.change(ownId, nowMs);
      this.#address = address;
    }
    if (!this.#awaits(epoch)) return [];
    this.#addKey(groupKey, nowMs);
    return this.#takeHeld(now);
  }

  /**
   * Takes the value of a GROUP_MESSAGE or GROUP_FRAGMENT, wherever it came from.
   *
   * @param kind Which of them.
   * @param value Any bytes; copied where kept.
   * @param now The moment.
   * @returns The TLVs of the token that it brought or was the last fragment of, in memory of their
   *   own; `undefined` when there is none yet, or it was dropped.
   */
  take(kind: HeldGroupFrame["kind"], value: Uint8Array, now: Instant): readonly Tlv[] | undefined {
    const { drops } = this.#options;
    const frame = decodeGroupFrame(value);
    if (frame === undefined) {
      drops.add("malformed");
      return undefined;
    }
    this.#forgetKeys(now.monotonicMs);
    const { epoch, rest } = frame;
    const key = this.#keyOf(epoch);
    if (key !== undefined) return openFrame(key, kind, rest, now);
    if (!this.#awaits(epoch)) drops.add("unknown_epoch");
    else drops.add("unknown_epoch", this.#held.add({ kind, epoch, value }, now.monotonicMs));
    return undefined;
  }

  /** The reassembly that gave an unfinished message its name, if it is one of the group. */
  reassemblyOf(peer: string): Reassembly | undefined {
    return this.#keys.find(({ epoch }) => peerName(epoch) === peer)?.reassembly;
  }

  /** Forgets old keys, and what was held in vain. */
  expire(nowMs: number): void {
    this.#forgetKeys(nowMs);
    this.#options.drops.add("unknown_epoch", this.#held.expire(nowMs));
  }

  /** When `expire` has something to do next, monotonic milliseconds; `Infinity` for never. */
  nextDeadlineMs(): number {
    return Math.min(this.#keys[0]?.forgetAtMs ?? Infinity, this.#held.nextDeadlineMs());
  }

  /** Forgets everything. */
  close(): void {
    for (const { reassembly } of this.#keys.splice(0)) reassembly.clear();
    this.#held.take(() => true);
  }

  #keyOf(epoch: number): EpochKey | undefined {
    return this.#keys.find((key) => key.epoch === epoch);
  }

  /** Whether the key of an epoch may still come. */
  #awaits(epoch: number): boolean {
    const oldest = this.#keys[0];
    return oldest === undefined || (epoch > oldest.epoch && this.#keyOf(epoch) === undefined);
  }

  #addKey({ epoch, key }: GroupKey, nowMs: number): void {
    const { types, maxMessageAgeSeconds, pool, drops } = this.#options;
    const fernet = new Fernet(Fernet.generateKeyFrom(key));
    const reassembly = new Reassembly(pool, peerName(epoch));
    const receiver = new TokenReceiver({ types, fernet, maxMessageAgeSeconds, reassembly, drops });
    const before = this.#keys.findLast((known) => known.epoch < epoch);
    // One that was overtaken is an old one already, as old as the one before it.
    const isOld = epoch < (this.epoch ?? -1);
    const forgetAtMs = isOld ? before?.forgetAtMs ?? nowMs : Infinity;
    if (!isOld && before !== undefined) before.forgetAtMs = nowMs + OLD_KEY_GRACE_MS;
    this.#keys.push({ epoch, receiver, reassembly, forgetAtMs });
    this.#keys.sort((a, b) => a.epoch - b.epoch);
    if (this.#keys.length > MAX_EPOCH_KEYS) this.#keys.shift()?.reassembly.clear();
  }

  #forgetKeys(nowMs: number): void {
    while (nowMs >= (this.#keys[0]?.forgetAtMs ?? Infinity)) this.#keys.shift()?.reassembly.clear();
  }

  #takeHeld(now: Instant): (readonly Tlv[])[] {
    const ready = this.#held.take(({ epoch }) => !this.#awaits(epoch));
    return ready.flatMap(({ kind, value }) => {
      const tlvs = this.take(kind, value, now);
      return tlvs === undefined ? [] : [tlvs];
    });
  }
}

function openFrame(
  { receiver }: EpochKey,
  kind: HeldGroupFrame["kind"],
  rest: Uint8Array,
  now: Instant,
): readonly Tlv[] | undefined {
  return kind === "message" ? receiver.takeToken(rest, now) : receiver.takeFragment(rest, now);
}

function peerName(epoch: number): string {
  return `group epoch ${epoch}`;
}
