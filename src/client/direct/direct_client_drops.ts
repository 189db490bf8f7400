/** Why something that came to a direct client was dropped. */
export const DIRECT_CLIENT_DROP_REASONS = [
  /** Not from the server. */
  "foreign",
  /** From the server perhaps, but no answer to anything that was asked or sent. */
  "unexpected",
  "malformed",
  /** An answer that anyone can write: who has this client's key encrypts for it. */
  "plain_answer",
  /** Has the length of an RSA block, and does not decrypt. */
  "undecryptable",
  "unauthentic",
  "stale",
  "replayed",
  /** Came while as much waited for RSA as may wait. */
  "overloaded",
  "fragment_mismatch",
  "fragment_timeout",
  "fragment_evicted",
  "too_large",
  /** A key that is none, or can't be used. */
  "unusable_key",
  /** A key that is not the pinned one. */
  "foreign_key",
  /** More keys than are looked at for one request. */
  "surplus_key",
] as const;

/** One of the reasons in `DIRECT_CLIENT_DROP_REASONS`. */
export type DirectClientDropReason = typeof DIRECT_CLIENT_DROP_REASONS[number];

/** Counts what a direct client dropped, by reason. */
export class DirectClientDrops {
  readonly #counts = new Map<DirectClientDropReason, number>();

  /** Counts `count` drops for a reason. */
  add(reason: DirectClientDropReason, count = 1): void {
    if (count > 0) this.#counts.set(reason, this.of(reason) + count);
  }

  /** How often something was dropped for a reason. */
  of(reason: DirectClientDropReason): number {
    return this.#counts.get(reason) ?? 0;
  }

  /** All counts that are not 0. */
  toObject(): Readonly<Partial<Record<DirectClientDropReason, number>>> {
    return Object.fromEntries(this.#counts);
  }
}
