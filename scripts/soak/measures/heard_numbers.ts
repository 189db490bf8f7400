import { type NumberRange, NumberRanges } from "./number_ranges.ts";

/** How a number stands to those that were heard before: newer than all, skipped before, or a copy. */
export type HeardAs = "new" | "late" | "double";

/** What one receiver has heard of one sender, whose messages are numbered from 1. */
export class HeardNumbers {
  /** Numbers below `#next` that were not heard, from `#first` on. */
  readonly #holes = new NumberRanges();
  #floor: number;
  #first: number;
  #next: number | undefined;
  #untracked = 0;

  /** @param floor The last number that need not be heard; those above it must. */
  constructor(floor: number) {
    this.#floor = floor;
    this.#first = floor + 1;
  }

  /** The highest number that was heard; 0 before the first. */
  get newest(): number {
    return (this.#next ?? 1) - 1;
  }

  /** How many runs of numbers there was no room to remember as missing. */
  get untracked(): number {
    return this.#untracked;
  }

  /** Hears a number. */
  take(number: number): HeardAs {
    if (this.#next === undefined) {
      this.#first = Math.min(this.#first, number);
      this.#skip({ first: this.#floor + 1, last: number - 1 });
      this.#next = number + 1;
      return "new";
    }
    if (number >= this.#next) {
      this.#skip({ first: this.#next, last: number - 1 });
      this.#next = number + 1;
      return "new";
    }
    if (this.#holes.remove(number)) return "late";
    if (number >= this.#first) return "double";
    this.#skip({ first: number + 1, last: this.#first - 1 });
    this.#first = number;
    return "late";
  }

  /** Numbers up to this one need no longer be heard. They may still come, once. */
  excuse(upTo: number): void {
    this.#floor = Math.max(this.#floor, upTo);
  }

  /** Runs of numbers that were skipped, and should have been heard. */
  skipped(): NumberRange[] {
    return this.#holes.within({ first: this.#floor + 1, last: Infinity });
  }

  /** Runs of numbers among some that should have been heard and were not. */
  missing(among: NumberRanges): NumberRange[] {
    const from = this.#floor + 1;
    const last = { first: Math.max(this.#next ?? from, from), last: Infinity };
    return [...this.#holes.common(among, from), ...among.within(last)];
  }

  #skip(range: NumberRange): void {
    if (!this.#holes.add(range)) this.#untracked++;
  }
}
