/** So long something may be wrong before it is called trouble, milliseconds. */
const PATIENCE_MS = 1_000;

/** How trouble with the connection begins. */
const NO_ANSWER = "NATS does not answer";

/** How things stand with NATS. */
export interface HistorySigns {
  /** Monotonic time. */
  readonly nowMs: number;
  /** Why there is no connection; `undefined` when there is one. */
  readonly lost: string | undefined;
  /** Since when nothing has been kept, though something waits; monotonic milliseconds. */
  readonly stuckSinceMs: number | undefined;
  /** Why the last message that failed did so. */
  readonly failure: string;
}

/** Tells whether a history that lies in NATS is in trouble, and why, in words for a person. */
export class HistoryTrouble {
  #current: string | undefined;
  #lostSinceMs: number | undefined;
  #notFound: { readonly reason: string; readonly sinceMs: number } | undefined;

  /** Why nothing can be kept at the moment. */
  get current(): string | undefined {
    return this.#current;
  }

  /** Takes note that the stream was looked at. */
  found(): void {
    this.#notFound = undefined;
  }

  /** Takes note that the stream could not be looked at. @param reason Why. @param nowMs Monotonic time. */
  notFound(reason: string, nowMs: number): void {
    this.#notFound = { reason, sinceMs: this.#notFound?.sinceMs ?? nowMs };
  }

  /** Judges. @returns Whether `current` has changed. */
  judge(signs: HistorySigns): boolean {
    const { nowMs, lost } = signs;
    this.#lostSinceMs = lost === undefined ? undefined : this.#lostSinceMs ?? nowMs;
    const before = this.#current;
    this.#current = this.#reasonOf(signs);
    return this.#current !== before;
  }

  #reasonOf({ nowMs, lost, stuckSinceMs = Infinity, failure }: HistorySigns): string | undefined {
    const isLong = (sinceMs: number) => nowMs - sinceMs >= PATIENCE_MS;
    if (lost !== undefined && isLong(this.#lostSinceMs ?? nowMs)) {
      // Kept as it was first said: why the next try failed is no news.
      return this.#current?.startsWith(NO_ANSWER) ? this.#current : `${NO_ANSWER}: ${lost}`;
    }
    if (lost !== undefined) return this.#current;
    if (this.#notFound !== undefined && isLong(this.#notFound.sinceMs)) {
      return `NATS keeps no messages: ${this.#notFound.reason}`;
    }
    return isLong(stuckSinceMs) ? `NATS keeps no messages: ${failure}` : undefined;
  }
}
