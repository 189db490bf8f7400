/** Why something that came to a client was dropped. */
export const CLIENT_DROP_REASONS = [
  /** Not from the relay. */
  "foreign",
  /** From the relay perhaps, but no answer to what it was asked. */
  "unexpected",
  "malformed",
  "unknown_tlv",
  "unauthentic",
  "stale",
  "replayed",
  "fragment_mismatch",
  "fragment_timeout",
  "fragment_evicted",
  "too_large",
  /** A numbered message that came before, or that was given up already. */
  "duplicate",
  /** A numbered message too far ahead of what its reader was given; it is asked for again. */
  "no_room",
  /** A group message of an epoch whose key never came, or is forgotten. */
  "unknown_epoch",
  /** An answer to a PUBLIC_KEY_REQUEST that holds no usable key, or whose identity is not proven. */
  "unusable_key",
  /** More answers than are looked at for one PUBLIC_KEY_REQUEST. */
  "surplus_key",
] as const;

/** One of the reasons in `CLIENT_DROP_REASONS`. */
export type ClientDropReason = typeof CLIENT_DROP_REASONS[number];

/** Counts what a client dropped, by reason. */
export class ClientDrops {
  readonly #counts = new Map<ClientDropReason, number>();

  /** Counts `count` drops for a reason. */
  add(reason: ClientDropReason, count = 1): void {
    if (count > 0) this.#counts.set(reason, this.of(reason) + count);
  }

  /** How often something was dropped for a reason. */
  of(reason: ClientDropReason): number {
    return this.#counts.get(reason) ?? 0;
  }

  /** All counts that are not 0. */
  toObject(): Readonly<Partial<Record<ClientDropReason, number>>> {
    return Object.fromEntries(this.#counts);
  }
}
