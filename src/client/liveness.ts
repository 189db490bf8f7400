import { KEEP_ALIVE_TRIES, type LivenessRule, PROBE_TIMEOUT_MS } from "./liveness_rule.ts";

/** How often the relay is asked in that time once UNKNOWN_SESSION was heard, milliseconds. */
export const HINT_PROBE_MS = 250;

/** The least time between two probes for UNKNOWN_SESSION, which anyone can forge, milliseconds. */
export const HINT_INTERVAL_MS = 1_000;

type State =
  | { readonly state: "quiet" }
  | {
    readonly state: "probing";
    readonly triesLeft: number;
    readonly nextMs: number;
  }
  /** UNKNOWN_SESSION was heard: unless the relay answers, it is lost soon. */
  | { readonly state: "hinted"; readonly nextMs: number; readonly lostAtMs: number };

/**
 * Decides when a client sends KEEP_ALIVE, and when its relay counts as lost.
 *
 *             silence in either direction           tries used up
 *     quiet -------------------------------> probing -------------> lost
 *      | ^                                    | |                    ^
 *      | '------------------------------------' | UNKNOWN_SESSION    | 1 s
 *      |            authentic token             v                    |
 *      '--------------------------------------> hinted --------------'
 *                   UNKNOWN_SESSION               (to quiet by an authentic token)
 *
 * After silence there are several tries, each with its time. After UNKNOWN_SESSION the relay has 1 s in all
 * (PROTOCOL 1.4), or what is left of the try under way if that shows the SESSION_ID; it is asked
 * several times meanwhile, since datagrams get lost. A client that only sends would never be silent
 * itself, so silence of the relay counts in any case.
 */
export class Liveness {
  readonly #rule: LivenessRule;
  readonly #relaySilenceMs: number;
  readonly #ownSilenceMs: number;
  readonly #answerSilenceMs: number;
  #state: State = { state: "quiet" };
  #lastSentMs: number;
  #lastHeardMs: number;
  #lastAnsweredMs: number;
  #hintAllowedMs = -Infinity;

  /**
   * @param rule What it makes of silence.
   * @param random Gives numbers from 0 up to 1.
   * @param nowMs Monotonic time.
   */
  constructor(rule: LivenessRule, random: () => number, nowMs: number) {
    this.#rule = rule;
    const part = 1 - random() / 10;
    this.#relaySilenceMs = rule.relaySilenceMs * part;
    this.#ownSilenceMs = rule.ownSilenceMs * part;
    this.#answerSilenceMs = Math.max(this.#relaySilenceMs, this.#ownSilenceMs);
    this.#lastSentMs = nowMs;
    this.#lastHeardMs = nowMs;
    this.#lastAnsweredMs = nowMs;
  }

  /**
   * Whether the relay is in doubt: its answer is waited for, and only a few more tries are left. With
   * many tries a KEEP_ALIVE is nothing unusual.
   */
  get isProbing(): boolean {
    if (this.#state.state === "hinted") return true;
    return this.#state.state === "probing" && this.#state.triesLeft < KEEP_ALIVE_TRIES;
  }

  /** Takes note of a token that was sent. */
  sent(nowMs: number): void {
    this.#lastSentMs = nowMs;
  }

  /** Takes note of an authentic, fresh token that came. */
  heard(nowMs: number): void {
    this.#lastHeardMs = nowMs;
    this.#lastAnsweredMs = nowMs;
    this.#state = { state: "quiet" };
  }

  /**
   * Takes note of an authentic group message: it puts off the next question, but answers none, since
   * any member of the group can have made it (PROTOCOL 1.8). Nor does it put it off for ever.
   */
  heardGroup(nowMs: number): void {
    if (this.#state.state === "quiet") this.#lastHeardMs = nowMs;
  }

  /**
   * Takes note of UNKNOWN_SESSION.
   *
   * @param nowMs Monotonic time.
   * @returns Whether a KEEP_ALIVE that shows the SESSION_ID is to be sent at once.
   */
  hint(nowMs: number): boolean {
    if (this.#state.state === "hinted") return false;
    if (this.#state.state === "probing" && this.#rule.showsSession) {
      this.#askBy(this.#state.nextMs, nowMs);
      return false;
    }
    if (nowMs < this.#hintAllowedMs) return false;
    this.#hintAllowedMs = nowMs + HINT_INTERVAL_MS;
    this.#askBy(nowMs + PROBE_TIMEOUT_MS, nowMs);
    return true;
  }

  /**
   * Does what is due.
   *
   * @param nowMs Monotonic time.
   * @returns `"probe"` when a KEEP_ALIVE is to be sent, `"show"` when it is to show the SESSION_ID,
   *   `"lost"` when the relay did not answer.
   */
  tick(nowMs: number): "nothing" | "probe" | "show" | "lost" {
    if (nowMs < this.nextDeadlineMs()) return "nothing";
    if (this.#state.state === "hinted") {
      if (nowMs >= this.#state.lostAtMs) return "lost";
      this.#askBy(this.#state.lostAtMs, nowMs);
      return "show";
    }
    const { tries, probeMs, showsSession } = this.#rule;
    const triesLeft = this.#state.state === "probing" ? this.#state.triesLeft : tries;
    if (triesLeft === 0) return "lost";
    this.#state = {
      state: "probing",
      triesLeft: triesLeft - 1,
      nextMs: nowMs + probeMs,
    };
    return showsSession ? "show" : "probe";
  }

  /** When `tick` has something to do next, monotonic milliseconds. */
  nextDeadlineMs(): number {
    if (this.#state.state !== "quiet") return this.#state.nextMs;
    return Math.min(
      this.#lastHeardMs + this.#relaySilenceMs,
      this.#lastAnsweredMs + this.#answerSilenceMs,
      this.#lastSentMs + this.#ownSilenceMs,
    );
  }

  #askBy(lostAtMs: number, nowMs: number): void {
    const nextMs = Math.min(nowMs + HINT_PROBE_MS, lostAtMs);
    this.#state = { state: "hinted", nextMs, lostAtMs };
  }
}
