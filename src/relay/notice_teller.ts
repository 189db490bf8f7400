import type { Instant } from "../session/instant.ts";
import type { Notice } from "../session/notice_board.ts";
import { encodeTlvs } from "../wire/tlv.ts";
import type { RelayState } from "./relay_state.ts";

/**
 * Tells every client who joined and left (PROTOCOL 1.5): the members of the group all at once, the
 * others in one token each, with what happened since that client itself joined. To a member all of it
 * is news: whatever is gathered is told before anyone becomes one.
 */
export class NoticeTeller {
  readonly #state: RelayState;
  readonly #encoder = new TextEncoder();

  /** @param state What the parts of the core share. */
  constructor(state: RelayState) {
    this.#state = state;
  }

  /** Tells what is gathered, if it is due. */
  tellDue(now: Instant): void {
    const dueMs = this.#state.notices.nextDeadlineMs();
    if (dueMs !== undefined && now.monotonicMs >= dueMs) this.tell(now);
  }

  /** Tells what is gathered, due or not. */
  tell(now: Instant): void {
    const gathered = this.#state.notices.take(now.monotonicMs);
    if (gathered.length === 0) return;
    this.#tellMembers(gathered, now);
    this.#tellOthers(gathered, now);
  }

  #tellMembers(gathered: readonly Notice[], now: Instant): void {
    const { counters, group: { members, channel } } = this.#state;
    if (members.size === 0) return;
    const isTold = channel.say(this.#plaintext(gathered), undefined, now);
    if (!isTold) counters.drop("send_queue_full", members.size);
  }

  #tellOthers(gathered: readonly Notice[], now: Instant): void {
    const { delivery, group: { members } } = this.#state;
    const first = gathered[0]?.number ?? 0;
    const plaintexts = new Map<number, Uint8Array>();
    delivery.sendToMany(members.alone, ({ joinNotice }) => {
      const from = Math.max(0, joinNotice + 1 - first);
      if (from >= gathered.length) return undefined;
      const plaintext = plaintexts.get(from) ?? this.#plaintext(gathered.slice(from));
      plaintexts.set(from, plaintext);
      return plaintext;
    }, now);
  }

  #plaintext(notices: readonly Notice[]): Uint8Array {
    const { types } = this.#state.options;
    return encodeTlvs(notices.map(({ kind, id }) => ({
      type: kind === "connect" ? types.NOTIFY_CONNECT : types.NOTIFY_DISCONNECT,
      value: this.#encoder.encode(id),
    })));
  }
}
