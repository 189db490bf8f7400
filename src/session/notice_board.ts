/** How long notices may be gathered into one token, milliseconds (PROTOCOL 1.5). */
export const NOTICE_GATHER_MS = 250;

/** That a client joined or left. */
export interface Notice {
  readonly kind: "connect" | "disconnect";
  /** The client, as in SENDER_ID. */
  readonly id: string;
  /** Rises by 1 with each notice. */
  readonly number: number;
}

/**
 * Gathers joins and leaves (PROTOCOL 1.5): the first after a quiet time is due at once, what
 * follows within 250 ms is gathered.
 */
export class NoticeBoard {
  #notices: Notice[] = [];
  #lastNumber = 0;
  #takenNumber = 0;
  #dueMs = -Infinity;

  /** The number of the newest notice. */
  get lastNumber(): number {
    return this.#lastNumber;
  }

  /** Posts a notice. @returns Its number. */
  post(kind: Notice["kind"], id: string): number {
    const number = ++this.#lastNumber;
    this.#notices.push({ kind, id, number });
    return number;
  }

  /** Whether the notice with this number is still to be told. */
  isPending(number: number): boolean {
    return number > this.#takenNumber;
  }

  /** When the gathered notices are due, monotonic milliseconds. */
  nextDeadlineMs(): number | undefined {
    return this.#notices.length > 0 ? this.#dueMs : undefined;
  }

  /** Puts off what is gathered, until the monotonic time `untilMs`. */
  postpone(untilMs: number): void {
    this.#dueMs = untilMs;
  }

  /**
   * Takes all notices, due or not.
   *
   * @param nowMs Monotonic time; the next notices are due 250 ms later.
   * @returns The notices, oldest first.
   */
  take(nowMs: number): Notice[] {
    const notices = this.#notices;
    this.#notices = [];
    this.#takenNumber = this.#lastNumber;
    this.#dueMs = nowMs + NOTICE_GATHER_MS;
    return notices;
  }
}
