import { keepNewest } from "../session/keep_newest.ts";

/** Numbers of a session of which the relay remembers what became of them. */
export const MAX_REMEMBERED_ACKS = 1_024;

/**
 * Remembers how the messages of one reliable session were acknowledged, so that a copy of one is
 * acknowledged in the same way (PROTOCOL 1.7).
 *
 * A number stands in the place that it has modulo the bound: with numbers that rise by 1 these are
 * just the last ones, and 16 kB is all that a session ever costs.
 */
export class AckMemory {
  readonly #clientSequences = new BigUint64Array(MAX_REMEMBERED_ACKS);
  readonly #relaySequences = new BigUint64Array(MAX_REMEMBERED_ACKS);
  readonly #refused = new Set<bigint>();

  /** Remembers an ACK: both its numbers, u64. */
  remember(clientSequence: bigint, relaySequence: bigint): void {
    const place = placeOf(clientSequence);
    this.#clientSequences[place] = clientSequence;
    this.#relaySequences[place] = relaySequence;
  }

  /** Remembers that a number must never be acknowledged; of these, too, the last 1,024. */
  refuse(clientSequence: bigint): void {
    this.#refused.add(clientSequence);
    keepNewest(this.#refused, MAX_REMEMBERED_ACKS);
  }

  /**
   * Finds how a number that was taken before is to be acknowledged.
   *
   * @param clientSequence u64, from 1.
   * @returns The relay sequence for the ACK, 0 when it had none or it is no longer known;
   *   `undefined` when it must not be acknowledged.
   */
  find(clientSequence: bigint): bigint | undefined {
    if (this.#refused.has(clientSequence)) return undefined;
    const place = placeOf(clientSequence);
    if (this.#clientSequences[place] !== clientSequence) return 0n;
    return this.#relaySequences[place] ?? 0n;
  }
}

function placeOf(clientSequence: bigint): number {
  return Number(clientSequence % BigInt(MAX_REMEMBERED_ACKS));
}
