/** How long the relay has to answer a KEEP_ALIVE, milliseconds (PROTOCOL 1.4). */
export const PROBE_TIMEOUT_MS = 1_000;

/** KEEP_ALIVEs in a row that go unanswered before the relay counts as lost. */
export const KEEP_ALIVE_TRIES = 3;

/** The least time between two probes for UNKNOWN_SESSION, which anyone can forge, milliseconds. */
export const HINT_INTERVAL_MS = 1_000;

type State =
  | { readonly state: "quiet" }
  | { readonly state: "probing"; readonly triesLeft: number; readonly nextMs: number };

/**
 * Decides when a client sends KEEP_ALIVE, and when its relay counts as lost.
 *
 *            silence in either direction, UNKNOWN_SESSION
 *     quiet ----------------------------------------------> probing ---> lost
 *           <----------------------------------------------         tries used up
 *                            authentic token
 *
 * After silence there are 3 tries, 1 s each. UNKNOWN_SESSION leaves but the one that is under way,
 * as PROTOCOL 1.4 has it. A client that only sends would never be silent itself, so silence of the
 * relay counts as well.
 */
export class Liveness {
  readonly #intervalMs: number;
  #state: State = { state: "quiet" };
  #lastSentMs: number;
  #lastHeardMs: number;
  #hintAllowedMs = -Infinity;

  /**
   * @param keepAliveMs How long a silence may last, milliseconds; shortened by up to a tenth, so that
   *   clients that began together do not stay together.
   * @param random Gives numbers from 0 up to 1.
   * @param nowMs Monotonic time.
   */
  constructor(keepAliveMs: number, random: () => number, nowMs: number) {
    this.#intervalMs = keepAliveMs * (1 - random() / 10);
    this.#lastSentMs = nowMs;
    this.#lastHeardMs = nowMs;
  }

  /** Whether an answer of the relay is overdue or waited for. */
  get isProbing(): boolean {
    return this.#state.state === "probing";
  }

  /** Takes note of a token that was sent. */
  sent(nowMs: number): void {
    this.#lastSentMs = nowMs;
  }

  /** Takes note of an authentic, fresh token that came. */
  heard(nowMs: number): void {
    this.#lastHeardMs = nowMs;
    this.#state = { state: "quiet" };
  }

  /**
   * Takes note of UNKNOWN_SESSION.
   *
   * @param nowMs Monotonic time.
   * @returns Whether a KEEP_ALIVE is to be sent at once; one probe runs at a time.
   */
  hint(nowMs: number): boolean {
    if (this.#state.state === "probing") {
      this.#state = { ...this.#state, triesLeft: 0 };
      return false;
    }
    if (nowMs < this.#hintAllowedMs) return false;
    this.#hintAllowedMs = nowMs + HINT_INTERVAL_MS;
    this.#probe(0, nowMs);
    return true;
  }

  /**
   * Does what is due.
   *
   * @param nowMs Monotonic time.
   * @returns `"probe"` when a KEEP_ALIVE is to be sent, `"lost"` when the relay did not answer.
   */
  tick(nowMs: number): "nothing" | "probe" | "lost" {
    if (nowMs < this.nextDeadlineMs()) return "nothing";
    const triesLeft = this.#state.state === "probing" ? this.#state.triesLeft : KEEP_ALIVE_TRIES;
    if (triesLeft === 0) return "lost";
    this.#probe(triesLeft - 1, nowMs);
    return "probe";
  }

  /** When `tick` has something to do next, monotonic milliseconds. */
  nextDeadlineMs(): number {
    if (this.#state.state === "probing") return this.#state.nextMs;
    return Math.min(this.#lastSentMs, this.#lastHeardMs) + this.#intervalMs;
  }

  #probe(triesLeft: number, nowMs: number): void {
    this.#state = { state: "probing", triesLeft, nextMs: nowMs + PROBE_TIMEOUT_MS };
  }
}
