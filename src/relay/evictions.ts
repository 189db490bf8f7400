import type { Ban } from "../session/ban.ts";
import { earliest } from "../session/earliest.ts";
import type { Instant } from "../session/instant.ts";
import type { Session } from "../session/session.ts";
import { sourceKey } from "../session/source_limiter.ts";
import { dismissSession } from "./dismiss_session.ts";
import type { GateRules } from "./gate_rules.ts";
import type { RelayState } from "./relay_state.ts";

/**
 * Ends the sessions that the operator's rules no longer allow: those of revoked or expired tokens,
 * and of who is banned.
 *
 * For expiry it keeps a lower bound of the next moment, by the wall clock, at which a token in use
 * expires; all sessions are looked at when that is reached.
 */
export class Evictions {
  readonly #state: RelayState;
  readonly #rules: GateRules;
  #nextExpiryUnixMs: number | undefined;
  #dueMs: number | undefined;

  /** @param state What the parts of the core share. @param rules The operator's rules. */
  constructor(state: RelayState, rules: GateRules) {
    this.#state = state;
    this.#rules = rules;
  }

  /** When `tick` wants to run next, monotonic milliseconds. */
  nextDeadlineMs(): number | undefined {
    return this.#dueMs;
  }

  /** Takes note of a session that begins. */
  watch(session: Session, now: Instant): void {
    const standing = this.#rules.standingOf(session, now.unixMs);
    if (standing.state !== "admitted") return;
    this.#nextExpiryUnixMs = earliest(this.#nextExpiryUnixMs, standing.untilUnixMs);
    this.#setDeadline(now);
  }

  /** Ends the sessions whose token has expired. */
  tick(now: Instant): void {
    if (this.#nextExpiryUnixMs === undefined) return;
    if (now.unixMs >= this.#nextExpiryUnixMs) this.endUnadmitted(now);
    // Worked out anew each time, in case that the wall clock has been set.
    this.#setDeadline(now);
  }

  /** Ends the sessions that no token admits any more. */
  endUnadmitted(now: Instant): void {
    this.#nextExpiryUnixMs = undefined;
    for (const session of [...this.#state.registry.sessions()]) {
      const standing = this.#rules.standingOf(session, now.unixMs);
      if (standing.state === "admitted") {
        this.#nextExpiryUnixMs = earliest(this.#nextExpiryUnixMs, standing.untilUnixMs);
      } else {
        const text = `admission token ${standing.state}`;
        dismissSession(this.#state, session, "revoked", text, now);
      }
    }
    this.#setDeadline(now);
  }

  /** Ends the sessions that a ban is about. */
  endBanned(ban: Ban, now: Instant): void {
    for (const session of [...this.#state.registry.sessions()]) {
      if (isAbout(ban, session)) dismissSession(this.#state, session, "banned", "banned", now);
    }
  }

  #setDeadline(now: Instant): void {
    this.#dueMs = this.#nextExpiryUnixMs === undefined
      ? undefined
      : now.monotonicMs + this.#nextExpiryUnixMs - now.unixMs;
  }
}

function isAbout({ kind, target }: Ban, { name, token, endpoint }: Session): boolean {
  if (kind === "ip") return sourceKey(endpoint.hostname) === target;
  return name === target || token?.name === target;
}
