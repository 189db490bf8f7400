import type { Instant } from "../session/instant.ts";
import type { Notice } from "../session/notice_board.ts";
import { encodeTlvs, TLV_HEADER_BYTES } from "../wire/tlv.ts";
import { MAX_SEALED_AT_ONCE } from "./delivery.ts";
import type { RelayState } from "./relay_state.ts";

/** How long notices are gathered on before the relay looks again whether there is room, milliseconds. */
export const NOTICE_POSTPONE_MS = 50;

/** How long they are gathered at most, milliseconds, whoever else keeps the relay busy. */
export const MAX_NOTICE_WAIT_MS = 5_000;

/**
 * Tells every client who joined and left (PROTOCOL 1.5): the members of the group all at once, the
 * others in one token each, with what happened since that client itself joined. To a member all of it
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
    if (gathered.length === 0) return;
    // All that is told to anyone is the end of this: it is encoded once.
    const { plaintext, offsets } = this.#encode(gathered);
    this.#tellMembers(plaintext, now);
    this.#tellOthers(gathered, plaintext, offsets, now);
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

  #tellMembers(plaintext: Uint8Array, now: Instant): void {
    const { counters, relaySequence, group: { members, channel } } = this.#state;
    if (members.size === 0) return;
    const isTold = channel.say(plaintext, undefined, relaySequence + 1n, now);
    if (!isTold) counters.drop("send_queue_full", members.size);
  }

  #tellOthers(
    gathered: readonly Notice[],
    plaintext: Uint8Array,
    offsets: readonly number[],
    now: Instant,
  ): void {
    const { delivery, group: { members } } = this.#state;
    const first = gathered[0]?.number ?? 0;
    delivery.sendToMany(members.alone, ({ joinNotice }) => {
      const offset = offsets[Math.max(0, joinNotice + 1 - first)];
      return offset === undefined ? undefined : plaintext.subarray(offset);
    }, now);
  }

  /** Encodes notices one after the other. @returns Their TLVs, and where each one begins. */
  #encode(notices: readonly Notice[]): { plaintext: Uint8Array; offsets: number[] } {
    const { types } = this.#state.options;
    let end = 0;
    const offsets: number[] = [];
    const tlvs = notices.map(({ kind, id }) => {
      const type = kind === "connect" ? types.NOTIFY_CONNECT : types.NOTIFY_DISCONNECT;
      const value = this.#encoder.encode(id);
      offsets.push(end);
      end += TLV_HEADER_BYTES + value.byteLength;
      return { type, value };
    });
    return { plaintext: encodeTlvs(tlvs), offsets };
  }
}
