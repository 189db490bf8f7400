/** What the fleet counts, beside what the ledger does. */
export type FleetCount =
  /** Registrations: of a new life, and of a life that had lost its relay. */
  | "joins"
  | "reconnects"
  /** Ends of a life, and what was done to one. */
  | "leaves"
  | "crashes"
  | "moves"
  | "outages"
  /** What members were told. */
  | "gaps"
  | "gap_messages"
  | "new_series"
  | "not_acknowledged"
  | "unreliable"
  | "group_unavailable"
  | "overflows"
  | "news"
  /** Messages whose sender does not know what became of them, since it crashed or gave up. */
  | "unconfirmed"
  | "large_acknowledged"
  | "large_delivered"
  /** Large messages that were not said, since this process was busy with earlier ones. */
  | "large_put_off"
  /** Messages to members without reliable delivery. */
  | "plain_delivered";

/** Counts of a fleet, and of what should not come about: each case by its name. */
export class FleetTally {
  readonly #counts = new Map<FleetCount, number>();
  readonly #refusals = new Map<string, number>();
  readonly #troubles = new Map<string, number>();

  /** Counts something. @param by How much. */
  count(name: FleetCount, by = 1): void {
    this.#counts.set(name, this.of(name) + by);
  }

  /** How often something was counted. */
  of(name: FleetCount): number {
    return this.#counts.get(name) ?? 0;
  }

  /** Counts an attempt to register that failed, by what was said. */
  refused(reason: string): void {
    this.#refusals.set(reason, (this.#refusals.get(reason) ?? 0) + 1);
  }

  /** Counts what should never be, by what it is. */
  trouble(what: string): void {
    this.#troubles.set(what, (this.#troubles.get(what) ?? 0) + 1);
  }

  /** How often something came about that never should. */
  get troubles(): number {
    return [...this.#troubles.values()].reduce((sum, count) => sum + count, 0);
  }

  /** What it was, as in `client ended: DISCONNECTED (2)`; empty when there was nothing. */
  get troubleText(): string {
    return wordsOf(this.#troubles);
  }

  /** All counts, those of refusals as one text. */
  figures(): Record<string, number | string> {
    const counts = [...this.#counts].sort(([one], [other]) => one < other ? -1 : 1);
    return { ...Object.fromEntries(counts), refusals: wordsOf(this.#refusals) || "none" };
  }
}

function wordsOf(counts: ReadonlyMap<string, number>): string {
  return [...counts].map(([what, count]) => `${what} (${count})`).join(", ");
}
