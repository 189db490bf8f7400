import { LARGE_MESSAGE_BYTES } from "./fleet_member.ts";
import type { SeededRandom } from "../../seeded_random.ts";

/** The longest message that a relay takes, with room for the header of ours, bytes. */
export const MAX_BODY_BYTES = 1024 * 1024 - 128;

/** The first is long: what it takes of memory is taken before that is measured. */
const FIRST_BYTES = 256 * 1024;

/**
 * Of those that follow this share has any length up to the longest; the others are short of 128 KiB. One
 * of a megabyte keeps a process with two hundred clients busy for ten seconds or longer.
 */
const LONG_SHARE = 0.02;
const USUAL_BYTES = 1.25 * LARGE_MESSAGE_BYTES;

/** Draws how long the large messages of a run are. */
export class LargeMessages {
  readonly #random: SeededRandom;
  #drawn = 0;

  /** @param random What lengths are drawn from. */
  constructor(random: SeededRandom) {
    this.#random = random;
  }

  /** Length of the next one's body, bytes. */
  next(): number {
    if (this.#drawn++ === 0) return FIRST_BYTES;
    const most = this.#random.chance(LONG_SHARE) ? MAX_BODY_BYTES : USUAL_BYTES;
    return LARGE_MESSAGE_BYTES + this.#random.below(most - LARGE_MESSAGE_BYTES + 1);
  }
}
