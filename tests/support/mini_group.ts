import { concat } from "@std/bytes";
import { Fernet } from "../../src/crypto/fernet.ts";
import { fragmentDatagrams } from "../../src/wire/fragment.ts";
import { encodeGroupKey, type GroupAddress } from "../../src/wire/group_key.ts";
import { decodeTlvs, encodeTlvs, type Tlv } from "../../src/wire/tlv.ts";
import { DEFAULT_TLV_TYPES } from "../../src/wire/tlv_types.ts";
import type { MiniSession } from "./mini_session.ts";
import { namedTlv } from "./named_tlv.ts";
import type { SeededRandom } from "./seeded_random.ts";

const TYPES = DEFAULT_TLV_TYPES;

/** The key of one epoch. */
export interface MiniEpoch {
  readonly epoch: number;
  /** 32 bytes. */
  readonly key: Uint8Array<ArrayBuffer>;
  readonly fernet: Fernet;
}

/** How group messages are sealed. */
export interface MiniSealing {
  /** The epoch; the current one by default. */
  readonly under?: MiniEpoch;
  /** How old the token is, seconds. */
  readonly ageSeconds?: number;
}

/** What a mini group works with. */
export interface MiniGroupParts {
  readonly random: SeededRandom;
  /** Unix time in seconds. */
  readonly nowSeconds: () => number;
  readonly budgetBytes: number;
  /** All that are registered. */
  readonly sessions: () => Iterable<MiniSession>;
  /** Sends TLVs to one client, sealed. */
  readonly sendSealed: (session: MiniSession, ...tlvs: readonly Tlv[]) => void;
  /** Sends a datagram to one client. */
  readonly send: (datagram: Uint8Array, session: MiniSession) => void;
  /** Sends a datagram by multicast. */
  readonly sendToGroup: (datagram: Uint8Array, address: GroupAddress) => void;
}

/**
 * The part of a mini relay that delivers to groups (PROTOCOL 1.8). It changes the epoch when a test
 * tells it to, and when somebody joins.
 */
export class MiniGroup {
  /** Whether it grants the feature to those who ask. */
  isGranted = true;
  /** Whether it gives keys: at an epoch's change, and in answer to KEEP_ALIVE. */
  readonly gives = { key: true, keyAgain: true };
  /** Where its messages go by multicast; by unicast without. */
  address: GroupAddress | undefined;
  /** GROUP_FRAGMENT datagrams that FRAGMENT_NACK can ask for, by message id. */
  readonly fragments = new Map<number, Uint8Array[]>();
  readonly #parts: MiniGroupParts;
  #current: MiniEpoch | undefined;
  #lastEpoch = 0;
  #lastMessageId = 1_000_000;

  /** @param parts What it works with. */
  constructor(parts: MiniGroupParts) {
    this.#parts = parts;
  }

  /** Whether an epoch has begun. */
  get hasEpoch(): boolean {
    return this.#current !== undefined;
  }

  /** The epoch under which messages are sealed. */
  get current(): MiniEpoch {
    if (this.#current === undefined) throw new Error("No epoch has begun");
    return this.#current;
  }

  /** Makes the key of the next epoch, which nobody is given yet. */
  nextEpoch(): MiniEpoch {
    const key = this.#parts.random.bytes(32);
    const fernet = new Fernet(Fernet.generateKeyFrom(key));
    return { epoch: ++this.#lastEpoch, key, fernet };
  }

  /** Changes the epoch, and gives the new key to all members. */
  changeEpoch(): void {
    this.#current = this.nextEpoch();
    if (!this.gives.key) return;
    for (const member of this.#members()) this.giveKey(member);
  }

  /** Gives a client the key of an epoch. */
  giveKey(session: MiniSession, epoch = this.current): void {
    this.#parts.sendSealed(session, ...this.keyTlvs(session, epoch));
  }

  /** What gives a client the key of an epoch. */
  keyTlvs({ id }: MiniSession, { epoch, key } = this.current): Tlv[] {
    const value = encodeGroupKey({ epoch, key, address: this.address });
    return [namedTlv("GROUP_KEY", value), namedTlv("SENDER_ID", id)];
  }

  /** What a KEEP_ALIVE of a client is answered with beside KEEP_ALIVE_REPLY. */
  keyTlvsAgain(session: MiniSession): Tlv[] {
    if (!session.isMember || !this.gives.keyAgain || this.#current === undefined) return [];
    return this.keyTlvs(session);
  }

  /** Says something to all members but one. Returns the datagrams. */
  tell(sender: MiniSession | undefined, ...tlvs: readonly Tlv[]): Uint8Array[] {
    const datagrams = this.seal(tlvs);
    for (const datagram of datagrams) this.send(datagram, sender);
    return datagrams;
  }

  /** Sends a datagram of the group, by multicast or to all members but one. */
  send(datagram: Uint8Array, sender?: MiniSession): void {
    if (this.address !== undefined) return this.#parts.sendToGroup(datagram, this.address);
    for (const member of this.#members()) {
      if (member !== sender) this.#parts.send(datagram, member);
    }
  }

  /** Seals TLVs under a key of the group, and cuts the token if need be. */
  seal(
    tlvs: readonly Tlv[],
    { under = this.current, ageSeconds = 0 }: MiniSealing = {},
  ): Uint8Array[] {
    const { random, nowSeconds, budgetBytes } = this.#parts;
    const now = nowSeconds() - ageSeconds;
    const token = under.fernet.encrypt(encodeTlvs(tlvs), { now, iv: random.bytes(16) });
    if (token.byteLength + 8 <= budgetBytes) {
      return [groupTlv(TYPES.GROUP_MESSAGE, under.epoch, token)];
    }
    const messageId = ++this.#lastMessageId;
    const datagrams = fragmentDatagrams(TYPES.FRAGMENT, messageId, token, budgetBytes - 4)
      .flatMap((datagram) => decodeTlvs(datagram))
      .map(({ value }) => groupTlv(TYPES.GROUP_FRAGMENT, under.epoch, value));
    this.fragments.set(messageId, datagrams);
    return datagrams;
  }

  *#members(): Generator<MiniSession> {
    for (const session of this.#parts.sessions()) if (session.isMember) yield session;
  }
}

/** A datagram with one TLV of a group: an epoch, and what it is about. */
export function groupTlv(type: number, epoch: number, rest: Uint8Array): Uint8Array {
  const prefix = new Uint8Array(4);
  new DataView(prefix.buffer).setUint32(0, epoch);
  return encodeTlvs([{ type, value: concat([prefix, rest]) }]);
}
