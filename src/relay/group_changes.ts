/** How long changes of the epoch are gathered into one, milliseconds (PROTOCOL 1.8). */
export const EPOCH_GATHER_MS = 1_000;

/** How long a change waits anew that nobody was ready for, milliseconds. */
export const EPOCH_POSTPONE_MS = 10;

/**
 * When the epoch is to change: the first time after a quiet one at once, after that once a second;
 * and at once, whatever came before, when an operator has put someone out.
 *
 * A change is wanted for newcomers, that they may become members; for leavers, whose key is to open
 * nothing more; or at once. Whatever is wanted later stands only if it is more urgent.
 */
export class GroupChanges {
  #wanted: "no" | "for newcomers" | "for leavers" | "at once" = "no";
  #gatherUntilMs = -Infinity;

  /** Whether a change may not wait, not even for one that is under way. */
  get isUrgent(): boolean {
    return this.#wanted === "at once";
  }

  /** Whether nobody but newcomers needs a change. */
  get isForNewcomers(): boolean {
    return this.#wanted === "for newcomers";
  }

  /** Asks for a change for newcomers, with others that come within the second. */
  wantForNewcomers(): void {
    if (this.#wanted === "no") this.#wanted = "for newcomers";
  }

  /** Asks for a change for leavers, with others that come within the second. */
  wantForLeavers(): void {
    if (this.#wanted !== "at once") this.#wanted = "for leavers";
  }

  /** Asks for a change that may not wait. */
  wantAtOnce(): void {
    this.#wanted = "at once";
  }

  /** Whether a change is due. */
  isDue(nowMs: number): boolean {
    return this.isUrgent || this.#wanted !== "no" && nowMs >= this.#gatherUntilMs;
  }

  /** When a change is due, monotonic milliseconds; `undefined` when none is wanted. */
  nextDeadlineMs(): number | undefined {
    return this.#wanted === "no" ? undefined : this.#gatherUntilMs;
  }

  /** Takes note that a change begins, for all that was wanted. */
  begin(nowMs: number): void {
    this.#wanted = "no";
    this.#gatherUntilMs = nowMs + EPOCH_GATHER_MS;
  }

  /** Puts off a change that is due, because nobody is ready for it. */
  postpone(nowMs: number): void {
    this.#gatherUntilMs = nowMs + EPOCH_POSTPONE_MS;
  }
}
