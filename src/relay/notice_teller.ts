import type { Instant } from "../session/instant.ts";
import type { Notice } from "../session/notice_board.ts";
import { GROUP_EPOCH_BYTES } from "../wire/group_frame.ts";
import { encodeTlvs, type Tlv, TLV_HEADER_BYTES } from "../wire/tlv.ts";
import { maxPlaintextBytes } from "../wire/token_size.ts";
import { MAX_SEALED_AT_ONCE } from "./delivery.ts";
import type { RelayState } from "./relay_state.ts";

/** How long notices are gathered on before the relay looks again whether there is room, milliseconds. */
export const NOTICE_POSTPONE_MS = 50;

/** How long they are gathered at most, milliseconds, whoever else keeps the relay busy. */
export const MAX_NOTICE_WAIT_MS = 5_000;

/** Some of the notices that are told together. */
interface NoticePart {
  /** Their TLVs; all that is told to anyone is the end of this. */
  readonly plaintext: Uint8Array;
  /** The number of the first one. */
  readonly first: number;
  /** Where each begins. */
  readonly offsets: readonly number[];
}

/**
 * Tells every client who joined and left (PROTOCOL 1.5): the members of the group all at once, the
 * others one by one, as many in a token as a datagram holds, with what happened since that client itself joined. To a member all of it
 * is news: whatever is gathered is told before anyone becomes one.
 *
 * PROTOCOL 1.5 allows 250 ms to gather. Under overload that gives way: where very many are served one
 * by one, what is due is gathered on until the round of before has left, so that the rounds do not
 * pile up in the clients' queues.
 */
export class NoticeTeller {
  readonly #state: RelayState;
  readonly #encoder = new TextEncoder();
  /** Since when what is gathered was put off, monotonic milliseconds. */
  #postponedSinceMs: number | undefined;

  /** @param state What the parts of the core share. */
  constructor(state: RelayState) {
    this.#state = state;
  }

  /** Tells what is gathered, if it is due and there is room for it. */
  tellDue(now: Instant): void {
    const { notices } = this.#state;
    const { monotonicMs: nowMs } = now;
    const dueMs = notices.nextDeadlineMs();
    if (dueMs === undefined || nowMs < dueMs) return;
    this.#postponedSinceMs ??= nowMs;
    const mayWait = nowMs < this.#postponedSinceMs + MAX_NOTICE_WAIT_MS;
    if (mayWait && this.#isCrowded()) notices.postpone(nowMs + NOTICE_POSTPONE_MS);
    else this.tell(now);
  }

  /** Tells what is gathered, due or not. */
  tell(now: Instant): void {
    this.#postponedSinceMs = undefined;
    const gathered = this.#state.notices.take(now.monotonicMs);
    for (const part of this.#encode(gathered)) {
      this.#tellMembers(part, now);
      this.#tellOthers(part, now);
    }
  }

  /** Whether something still waits for more clients than are told at once. */
  #isCrowded(): boolean {
    const { alone } = this.#state.group.members;
    if (alone.size <= MAX_SEALED_AT_ONCE) return false;
    let waiting = 0;
    for (const { outbox } of alone) {
      if (!outbox.isEmpty && ++waiting > MAX_SEALED_AT_ONCE) return true;
    }
    return false;
  }

  #tellMembers({ plaintext }: NoticePart, now: Instant): void {
    const { counters, relaySequence, group: { members, channel } } = this.#state;
    if (members.size === 0) return;
    const isTold = channel.say(plaintext, undefined, relaySequence + 1n, now);
    if (!isTold) counters.drop("send_queue_full", members.size);
  }

  #tellOthers({ plaintext, first, offsets }: NoticePart, now: Instant): void {
    const { delivery, group: { members } } = this.#state;
    delivery.sendToMany(members.alone, ({ joinNotice }) => {
      if (joinNotice < first) return plaintext;
      const offset = offsets[joinNotice + 1 - first];
      return offset === undefined ? undefined : plaintext.subarray(offset);
    }, now);
  }

  /**
   * Encodes notices one after the other, in parts that fit a datagram each: one of several fragments
   * would be kept for every client, in case it misses some of them.
   */
  #encode(notices: readonly Notice[]): NoticePart[] {
    const { types, budgetBytes } = this.#state.options;
    const maxBytes = maxPlaintextBytes(budgetBytes - TLV_HEADER_BYTES - GROUP_EPOCH_BYTES);
    const parts: NoticePart[] = [];
    let [tlvs, offsets, bytes, first]: [Tlv[], number[], number, number] = [[], [], 0, 0];
    const finish = () => parts.push({ plaintext: encodeTlvs(tlvs), first, offsets });
    for (const { kind, id, number } of notices) {
      const type = kind === "connect" ? types.NOTIFY_CONNECT : types.NOTIFY_DISCONNECT;
      const value = this.#encoder.encode(id);
      const tlvBytes = TLV_HEADER_BYTES + value.byteLength;
      if (tlvs.length > 0 && bytes + tlvBytes > maxBytes) {
        finish();
        [tlvs, offsets, bytes] = [[], [], 0];
      }
      if (tlvs.length === 0) first = number;
      tlvs.push({ type, value });
      offsets.push(bytes);
      bytes += tlvBytes;
    }
    if (tlvs.length > 0) finish();
    return parts;
  }
}
