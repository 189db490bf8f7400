import type { Endpoint } from "../session/endpoint.ts";
import { type Instant, unixSeconds } from "../session/instant.ts";
import type { Session } from "../session/session.ts";
import type { Tlv } from "../wire/tlv.ts";
import type { NoticeTeller } from "./notice_teller.ts";
import type { RelayState } from "./relay_state.ts";
import type { TokenGate } from "./token_gate.ts";

/** Moves sessions to where their clients are now (PROTOCOL 1.5). */
export class Roaming {
  readonly #state: RelayState;
  readonly #gate: TokenGate;
  readonly #notices: NoticeTeller;

  /**
   * @param state What the parts of the core share.
   * @param gate Opens tokens.
   * @param notices Tells who joined and left.
   */
  constructor(state: RelayState, gate: TokenGate, notices: NoticeTeller) {
    this.#state = state;
    this.#gate = gate;
    this.#notices = notices;
  }

  /**
   * Moves the session that a datagram names, if the datagram proves that its client sent it just
   * now. A copy of one that came before proves nothing: its number is not above the highest.
   *
   * @param tlvs The TLVs of the datagram; its token is not taken, it is still to be heard.
   * @param endpoint Where it came from, an address without a session.
   * @param now The moment.
   * @returns Whether a session was moved there.
   */
  follow(tlvs: readonly Tlv[], endpoint: Endpoint, now: Instant): boolean {
    const { types } = this.#state.options;
    const [first, ...rest] = tlvs;
    if (first?.type !== types.SESSION_ID) return false;
    const session = this.#state.registry.withSessionId(first.value.toHex());
    if (session === undefined) return false;
    // Fragments prove nothing: whoever sends the last one need not have sent the others.
    const isThere = rest.some(({ type, value }) =>
      type === types.SYMMETRICALLY_ENCRYPTED_MESSAGE &&
      this.#gate.isNewest(value, session, unixSeconds(now))
    );
    if (isThere) this.#move(session, endpoint, now);
    return isThere;
  }

  #move(session: Session, endpoint: Endpoint, now: Instant): void {
    const { registry, counters, effects } = this.#state;
    const { id, address } = session;
    registry.move(session, endpoint);
    counters.moved++;
    effects.push({
      type: "client_moved",
      client: this.#state.summaryOf(session, now),
      from: address,
    });
    if (session.id !== id) this.#tellNewId(session, id, now);
  }

  /** Has the others told that a client goes by another id from now on. */
  #tellNewId(session: Session, formerId: string, now: Instant): void {
    const { notices, group, remote } = this.#state;
    // What is gathered is news to this client as well, what follows is not.
    if (notices.nextDeadlineMs() !== undefined) this.#notices.tell(now);
    if (!remote.hasId(formerId)) notices.post("disconnect", formerId);
    session.joinNotice = remote.hasId(session.id)
      ? notices.lastNumber
      : notices.post("connect", session.id);
    // A member drops what it said itself, and has to know by which id.
    group.keys.tellAgain(session, now);
  }
}
