/** How long a join is kept back that may be this client's own, milliseconds. */
export const RENAME_WAIT_MS = 1_000;

/**
 * Keeps back the news that somebody joined when it may be about this client itself.
 *
 * When a client without a name roams, the relay tells the group at once that its former id left and
 * its new one joined. The client may read that before it is told its new id. Any member can make such
 * news up: so they only delay what they name, until the relay has said which id it is, or a second
 * has gone by.
 */
export class RenameWatch {
  #hasLeft = false;
  #kept: { readonly id: string; readonly untilMs: number } | undefined;

  /** Whether a join is kept back: the relay is to be asked. */
  get isWaiting(): boolean {
    return this.#kept !== undefined;
  }

  /** Takes note that this client is said to have left; the next join in that token may be its own. */
  left(): void {
    this.#hasLeft = true;
  }

  /** Takes note that all of a token was read. */
  endToken(): void {
    this.#hasLeft = false;
  }

  /**
   * Takes the news that somebody joined.
   *
   * @param id Who.
   * @param nowMs Monotonic time.
   * @returns Whether it is kept back; one at a time is.
   */
  keep(id: string, nowMs: number): boolean {
    if (!this.#hasLeft || this.#kept !== undefined) return false;
    this.#hasLeft = false;
    this.#kept = { id, untilMs: nowMs + RENAME_WAIT_MS };
    return true;
  }

  /**
   * Gives the join that was kept back long enough; forgets it when it proves to be this client's.
   *
   * @param isOwn Whether an id is this client's, as the relay has told it.
   * @param nowMs Monotonic time.
   * @returns Who joined; `undefined` when nobody else did, or that is not known yet.
   */
  take(isOwn: (id: string) => boolean, nowMs: number): string | undefined {
    const kept = this.#kept;
    if (kept === undefined || (nowMs < kept.untilMs && !isOwn(kept.id))) return undefined;
    this.#kept = undefined;
    return isOwn(kept.id) ? undefined : kept.id;
  }

  /** When `take` has something to give next, monotonic milliseconds; `Infinity` for never. */
  nextDeadlineMs(): number {
    return this.#kept?.untilMs ?? Infinity;
  }
}
