/** Former ids that are remembered; past it the oldest goes. */
export const MAX_FORMER_IDS = 4;

/** How long a former id still counts as one's own, milliseconds: as long as a token is fresh (PROTOCOL 1.5). */
export const FORMER_ID_MS = 60_000;

interface FormerId {
  readonly id: string;
  readonly forgetAtMs: number;
}

/**
 * The ids under which others see a client in one session: its name, or `ip:port`, which changes when
 * it roams. What it said under a former one may still be on its way, and so may the news that it left.
 */
export class OwnIds {
  #current: string | undefined;
  /** Oldest first. */
  #former: FormerId[] = [];

  /** @param name The client's name; `undefined` when only the relay knows its id. */
  constructor(name: string | undefined) {
    this.#current = name;
  }

  /** The present id; `undefined` while it is not known. */
  get current(): string | undefined {
    return this.#current;
  }

  /** Takes note of the present id. */
  change(id: string, nowMs: number): void {
    if (id === this.#current) return;
    this.#former = this.#former.filter((former) => former.id !== id);
    if (this.#current !== undefined) {
      this.#former.push({ id: this.#current, forgetAtMs: nowMs + FORMER_ID_MS });
    }
    if (this.#former.length > MAX_FORMER_IDS) this.#former.shift();
    this.#current = id;
  }

  /** Whether an id is this client's, or was it just now. */
  has(id: string, nowMs: number): boolean {
    return id === this.#current ||
      this.#former.some((former) => former.id === id && nowMs < former.forgetAtMs);
  }

  /** Takes note that a client joined under an id: a former one is somebody else's now. */
  giveAway(id: string): void {
    this.#former = this.#former.filter((former) => former.id !== id);
  }
}
