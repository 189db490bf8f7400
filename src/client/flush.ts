/** How long the relay has to answer a KEEP_ALIVE that confirms, milliseconds. */
export const CONFIRM_TIMEOUT_MS = 1_000;

/** KEEP_ALIVEs that go unanswered before a flush fails. */
export const CONFIRM_TRIES = 4;

type State =
  | { readonly state: "idle" }
  | { readonly state: "draining" }
  | { readonly state: "confirming"; readonly triesLeft: number; readonly nextMs: number };

/** What a flush waits for, as things stand. */
export interface FlushConditions {
  /** Whether a session is there and everything has left. */
  readonly isDrained: boolean;
  /** Until when fragments that have left may still be asked for, monotonic milliseconds. */
  readonly lingerUntilMs: number;
}

/**
 * Finds out that what was sent had its chance to arrive.
 *
 *                        all has left, repairs had their time       KEEP_ALIVE_REPLY
 *     idle --> draining --------------------------------> confirming --------------> idle (flushed)
 *                                                               tries used up -----> idle (lost)
 *
 * It is no acknowledgement: datagrams can be lost on the way all the same. But the relay was there
 * after the last of them, and had time to ask for fragments that it missed. With reliable delivery
 * all this is not needed: then a flush ends when nothing is left to be acknowledged.
 */
export class Flush {
  #state: State = { state: "idle" };
  #givenUp = 0;

  /** Whether a flush runs. */
  get isRunning(): boolean {
    return this.#state.state !== "idle";
  }

  /** Begins, from the beginning if one was under way. */
  begin(): void {
    this.#state = { state: "draining" };
  }

  /** Takes note of a message that the relay did not acknowledge. */
  giveUp(): void {
    this.#givenUp++;
  }

  /**
   * Ends a flush, if it has not ended by itself.
   *
   * @returns How many messages were given up since the last one ended.
   */
  end(): number {
    const givenUp = this.#givenUp;
    this.#givenUp = 0;
    this.#state = { state: "idle" };
    return givenUp;
  }

  /**
   * Takes note of a KEEP_ALIVE_REPLY.
   *
   * @param conditions How things stand; when fragments are being sent again, it was too early.
   * @param nowMs Monotonic time.
   * @returns Whether it ends the flush.
   */
  confirm({ isDrained, lingerUntilMs }: FlushConditions, nowMs: number): boolean {
    if (this.#state.state !== "confirming") return false;
    const isDone = isDrained && nowMs >= lingerUntilMs;
    this.#state = { state: isDone ? "idle" : "draining" };
    return isDone;
  }

  /**
   * Does what is due.
   *
   * @param conditions How things stand.
   * @param nowMs Monotonic time.
   * @returns `"probe"` when a KEEP_ALIVE is to be sent, `"lost"` when none was answered.
   */
  tick(conditions: FlushConditions, nowMs: number): "nothing" | "probe" | "lost" {
    const dueMs = this.nextDeadlineMs(conditions);
    if (dueMs === undefined || nowMs < dueMs) return "nothing";
    const triesLeft = this.#state.state === "confirming" ? this.#state.triesLeft : CONFIRM_TRIES;
    if (triesLeft === 0) {
      this.#state = { state: "idle" };
      return "lost";
    }
    const nextMs = nowMs + CONFIRM_TIMEOUT_MS;
    this.#state = { state: "confirming", triesLeft: triesLeft - 1, nextMs };
    return "probe";
  }

  /** When `tick` has something to do next, monotonic milliseconds. */
  nextDeadlineMs({ isDrained, lingerUntilMs }: FlushConditions): number | undefined {
    switch (this.#state.state) {
      case "idle":
        return undefined;
      case "draining":
        return isDrained ? lingerUntilMs : undefined;
      case "confirming":
        return this.#state.nextMs;
      default:
        return this.#state satisfies never;
    }
  }
}
