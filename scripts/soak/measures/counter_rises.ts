import { metricNameOf, type MetricsSnapshot } from "./metrics_text.ts";

/** What rises are counted from: 0, or the first values that are seen. */
export type RisesFrom = "zero" | "first values";

/**
 * How much counters have risen. A counter that is lower than before belongs to a process
 * that was started anew: all that it counts is a rise then.
 */
export class CounterRises {
  readonly #last = new Map<string, number>();
  readonly #rises = new Map<string, number>();
  #from: RisesFrom;

  /** @param from What they are counted from. */
  constructor(from: RisesFrom) {
    this.#from = from;
  }

  /** How much each has risen, by name and labels; those that were seen at all. */
  get rises(): ReadonlyMap<string, number> {
    return this.#rises;
  }

  /** Takes the values of a moment. */
  take({ values, growing }: MetricsSnapshot): void {
    for (const [sample, value] of values) {
      if (!growing.has(metricNameOf(sample))) continue;
      // A series that was not there before, as those of errors often are not, began at 0.
      const before = this.#last.get(sample) ?? (this.#from === "zero" ? 0 : value);
      const rise = value >= before ? value - before : value;
      this.#rises.set(sample, (this.#rises.get(sample) ?? 0) + rise);
      this.#last.set(sample, value);
    }
    this.#from = "zero";
  }
}
