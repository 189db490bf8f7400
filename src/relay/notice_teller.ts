import type { Instant } from "../session/instant.ts";
import type { Notice } from "../session/notice_board.ts";
import { encodeTlvs } from "../wire/tlv.ts";
import type { RelayState } from "./relay_state.ts";

/**
 * Tells every client who joined and left (PROTOCOL 1.5): one token each, with what happened since
 * that client itself joined.
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
    const { notices, registry, delivery } = this.#state;
    const gathered = notices.take(now.monotonicMs);
    const first = gathered[0]?.number ?? 0;
    const plaintexts = new Map<number, Uint8Array>();
    for (const session of registry.sessions()) {
      const from = Math.max(0, session.joinNotice + 1 - first);
      if (from >= gathered.length) continue;
      const plaintext = plaintexts.get(from) ?? this.#plaintext(gathered.slice(from));
      plaintexts.set(from, plaintext);
      delivery.sendSealed(session, plaintext, now);
    }
  }

  #plaintext(notices: readonly Notice[]): Uint8Array {
    const { types } = this.#state.options;
    return encodeTlvs(notices.map(({ kind, id }) => ({
      type: kind === "connect" ? types.NOTIFY_CONNECT : types.NOTIFY_DISCONNECT,
      value: this.#encoder.encode(id),
    })));
  }
}
