import type { HeardNumbers } from "./heard_numbers.ts";
import { type NumberRange, NumberRanges } from "./number_ranges.ts";

/** How many restarts are remembered: only those near the newest message matter. */
const MAX_RESTARTS = 1_000;

/** What is known of one sender in a `DeliveryLedger`. */
export class SenderAccount {
  readonly #accepted = new NumberRanges();
  readonly #leftBehind = new NumberRanges();
  /** The first number of each life but the first, ascending. */
  readonly #restarts: number[] = [];
  #last = 0;
  #untracked = 0;

  /** The highest number that was handed over to be sent; 0 before the first. */
  get last(): number {
    return this.#last;
  }

  /** How much there was no room to keep. */
  get untracked(): number {
    return this.#untracked;
  }

  /** A message is about to be sent. */
  sent(number: number): void {
    this.#last = Math.max(this.#last, number);
  }

  /** A message was acknowledged. */
  accepted(number: number): void {
    this.sent(number);
    this.#keep(this.#accepted, { first: number, last: number });
  }

  /** What is sent from now on belongs to another life. */
  restarted(): void {
    if (this.#last === 0 || this.#restarts.at(-1) === this.#last + 1) return;
    this.#restarts.push(this.#last + 1);
    if (this.#restarts.length > MAX_RESTARTS) this.#restarts.shift();
  }

  /** Whether one message must come before a later one: when both are of one life. */
  promisesOrder(number: number, later: number): boolean {
    return !this.#restarts.some((first) => number < first && first <= later);
  }

  /** Someone left who had skipped these. */
  leftBehind(ranges: readonly NumberRange[]): void {
    for (const range of ranges) this.#keep(this.#leftBehind, range);
  }

  /** What was acknowledged and skipped by those who left. */
  lostByFormer(): NumberRange[] {
    return this.#leftBehind.common(this.#accepted, 1);
  }

  /** What was acknowledged, and not heard by someone who should have. */
  missedBy(heard: HeardNumbers): NumberRange[] {
    return heard.missing(this.#accepted);
  }

  #keep(numbers: NumberRanges, range: NumberRange): void {
    if (!numbers.add(range)) this.#untracked++;
  }
}
