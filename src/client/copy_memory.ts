/** Relay sequences that are remembered at once: those of the last messages, whichever way they came. */
export const REMEMBERED_NUMBERS = 4_096;

/** Which way a message came: to the whole group, or sealed for this client alone. */
export type MessageWay = "group" | "alone";

const NOTHING = 0;
const WAYS = { group: 1, alone: 2 } as const;

/**
 * Tells the second copy of a message by its relay sequence, for a while in which the relay sends each
 * one both ways: a newcomer may not have joined the group yet (PROTOCOL 1.8).
 *
 * A copy is second only to one that came the other way, and both are then forgotten. So who makes up
 * a number, which any member of the group can, has no more than one message of that number dropped.
 */
export class CopyMemory {
  /** The number that each place is for; a newer one takes the place of the one 4,096 below it. */
  readonly #numbers = new Float64Array(REMEMBERED_NUMBERS);
  readonly #ways = new Uint8Array(REMEMBERED_NUMBERS);

  /**
   * Takes note of a message.
   *
   * @param sequence Its relay sequence, u64.
   * @param way Which way it came.
   * @returns Whether it came the other way before.
   */
  isSecond(sequence: bigint, way: MessageWay): boolean {
    // Past 2^53 some numbers look the same; no relay counts that far.
    const number = Number(sequence);
    const place = number % REMEMBERED_NUMBERS;
    const otherWay = way === "group" ? WAYS.alone : WAYS.group;
    const isSecond = this.#ways[place] === otherWay && this.#numbers[place] === number;
    this.#numbers[place] = number;
    this.#ways[place] = isSecond ? NOTHING : WAYS[way];
    return isSecond;
  }
}
