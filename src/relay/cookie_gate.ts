import { COOKIE_BYTES, Cookies } from "../session/cookies.ts";
import type { Instant } from "../session/instant.ts";
import { TLV_HEADER_BYTES } from "../wire/tlv.ts";
import type { RelayState } from "./relay_state.ts";
import type { Source } from "./stranger_answers.ts";

/** What is known of where a request comes from; who is `turned_away` has been answered. */
export type CookieVerdict = "proven" | "not_asked" | "turned_away";

/**
 * Under load asks strangers to show that they can be reached where they write from, before anything
 * is done for them (PROTOCOL 1.4).
 */
export class CookieGate {
  readonly #state: RelayState;
  readonly #cookies: Cookies;

  /** @param state What the parts of the core share. */
  constructor(state: RelayState) {
    this.#state = state;
    this.#cookies = new Cookies(state.options.randomBytes);
  }

  /**
   * Looks at a request.
   *
   * @param source Where it came from, and the cookie that it shows.
   * @param waiting Registrations that wait for RSA or are at it.
   * @param now The moment.
   */
  check(source: Source, waiting: number, now: Instant): CookieVerdict {
    const { cookie, endpoint } = source;
    // Looked at even when none is asked for: it decides whose turn comes first.
    if (cookie !== undefined && this.#cookies.accepts(cookie, endpoint, now.monotonicMs)) {
      return "proven";
    }
    if (!this.#isAsked(source, waiting)) return "not_asked";
    this.#turnAway(source, now);
    return "turned_away";
  }

  #isAsked({ address }: Source, waiting: number): boolean {
    const { registry, options: { cookieThreshold } } = this.#state;
    if (registry.at(address) !== undefined) return false;
    return cookieThreshold === 0 || waiting > cookieThreshold;
  }

  #turnAway({ endpoint, datagramBytes }: Source, now: Instant): void {
    const { counters, delivery, options: { types } } = this.#state;
    counters.drop("cookie_required");
    if (datagramBytes < TLV_HEADER_BYTES + COOKIE_BYTES) return;
    counters.cookiesOut++;
    const value = this.#cookies.cookieFor(endpoint, now.monotonicMs);
    delivery.sendOuter([{ type: types.COOKIE, value }], endpoint);
  }
}
