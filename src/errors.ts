/**
 * The root of every error that hushcast itself raises.
 *
 * Callers, counters and tests look at `code`, which never changes its meaning; `message` is for
 * people and may be reworded.
 */
export abstract class HushcastError extends Error {
  /** Stable, upper-case name of what went wrong, unique within hushcast. */
  abstract readonly code: string;

  /**
   * Makes the error.
   *
   * @param message What failed, then actual against expected; no full stop, no secrets.
   * @param options `cause` when another error is wrapped.
   */
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
  }
}
