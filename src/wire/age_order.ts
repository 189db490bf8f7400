/**
 * A set in the order in which its items were touched last.
 *
 * A `Set` that is used so keeps a hole for every item that was taken from its front, and finding the
 * first one walks over them: with tens of thousands of unfinished messages that costs more than all
 * else. So the first item is remembered until it is touched or taken out.
 */
export class AgeOrder<Item extends object> {
  readonly #items = new Set<Item>();
  #first: Item | undefined;

  /** How many items it holds. */
  get size(): number {
    return this.#items.size;
  }

  /** The item that was touched longest ago. */
  get first(): Item | undefined {
    if (this.#first === undefined) {
      for (const item of this.#items) {
        this.#first = item;
        break;
      }
    }
    return this.#first;
  }

  /** Puts an item last, whether it is in already or not. */
  touch(item: Item): void {
    this.delete(item);
    this.#items.add(item);
  }

  /** Takes an item out. */
  delete(item: Item): void {
    if (item === this.#first) this.#first = undefined;
    this.#items.delete(item);
  }

  /** The items, the one that was touched longest ago first. */
  [Symbol.iterator](): IterableIterator<Item> {
    return this.#items.values();
  }
}
