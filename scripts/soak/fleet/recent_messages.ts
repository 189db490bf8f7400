/** A message of the fleet, by its name. */
export interface MessageName {
  readonly sender: string;
  readonly number: number;
}

/** The last messages that were acknowledged, so that a history can be asked for them. */
export class RecentMessages {
  readonly #names: (MessageName | undefined)[];
  #count = 0;

  /** @param capacity How many are kept. */
  constructor(capacity: number) {
    this.#names = new Array<MessageName | undefined>(capacity).fill(undefined);
  }

  /** Adds one. */
  add(name: MessageName): void {
    this.#names[this.#count++ % this.#names.length] = name;
  }

  /** Those that are kept, oldest first. */
  list(): MessageName[] {
    const from = this.#count % this.#names.length;
    const inOrder = [...this.#names.slice(from), ...this.#names.slice(0, from)];
    return inOrder.filter((name) => name !== undefined);
  }
}
