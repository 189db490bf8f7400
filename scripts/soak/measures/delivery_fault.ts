import type { NumberRange } from "./number_ranges.ts";

/** Something that should not have come about between a sender and a receiver. */
export interface DeliveryFault extends NumberRange {
  readonly kind: "lost" | "doubled" | "disordered" | "unsent";
  readonly sender: string;
  /** Who was there all the time, or `someone who left` when that is no longer known. */
  readonly receiver: string;
}

/** What a ledger has counted; see `DeliveryLedger`. */
export interface DeliveryTally {
  /** Messages that were acknowledged to their senders. */
  readonly accepted: number;
  /** Messages that receivers were given, each receiver counted. */
  readonly delivered: number;
  /** Acknowledged, and not given to a receiver that was there all the time. */
  readonly lost: number;
  /** Given to a receiver more than once. */
  readonly doubled: number;
  /** Given to a receiver behind a later one of the same life of their sender. */
  readonly disordered: number;
  /** Given to a receiver, but never sent. */
  readonly unsent: number;
  /** What there was no room to keep; unless this is 0 the other numbers are lower bounds. */
  readonly untracked: number;
  /** The first cases of those that are certain, then of those that are lost; some of each. */
  readonly faults: readonly DeliveryFault[];
}

/** Writes a fault for people, as in `lost: 7..9 of c-1 at c-2`. */
export function faultText({ kind, sender, receiver, first, last }: DeliveryFault): string {
  const numbers = first === last ? `${first}` : `${first}..${last}`;
  return `${kind}: ${numbers} of ${sender} at ${receiver}`;
}
