/** What the clients of the direct server count, beside what the ledger does. */
export type DirectCount =
  | "joins"
  | "leaves"
  | "crashes"
  | "moves"
  | "outages"
  /** Messages of one datagram or a few, of many, and of several parts, that were acknowledged. */
  | "short_acknowledged"
  | "large_acknowledged"
  | "transfers_acknowledged"
  /** The same of clients that sign, and of those that use RSA alone. */
  | "signed_acknowledged"
  | "plain_rsa_acknowledged"
  /** Sends that were under way when their client crashed or left. */
  | "cut_off"
  /** What the server said to clients. */
  | "heard_from_server";

/** Counts of the clients, and of what should not come about: each case by its name. */
export class DirectTally {
  readonly #counts = new Map<DirectCount, number>();
  readonly #troubles = new Map<string, number>();

  /** Counts something. */
  count(name: DirectCount): void {
    this.#counts.set(name, this.of(name) + 1);
  }

  /** How often something was counted. */
  of(name: DirectCount): number {
    return this.#counts.get(name) ?? 0;
  }

  /** Counts what should never be, by what it is. */
  trouble(what: string): void {
    this.#troubles.set(what, (this.#troubles.get(what) ?? 0) + 1);
  }

  /** How often something came about that never should. */
  get troubles(): number {
    return [...this.#troubles.values()].reduce((sum, count) => sum + count, 0);
  }

  /** What it was, as in `send: SERVER_SILENT (2)`; empty when there was nothing. */
  get troubleText(): string {
    return [...this.#troubles].map(([what, count]) => `${what} (${count})`).join(", ");
  }

  /** All counts, by name. */
  figures(): Record<string, number> {
    return Object.fromEntries([...this.#counts].sort(([one], [other]) => one < other ? -1 : 1));
  }
}
