/** A first-in first-out list whose both ends can be looked at, in constant time on average. */
export class Deque<T> {
  #items: (T | undefined)[] = [];
  #head = 0;

  /** How many items it holds. */
  get size(): number {
    return this.#items.length - this.#head;
  }

  /** The oldest item, or `undefined` when there is none. */
  get first(): T | undefined {
    return this.#items[this.#head];
  }

  /** The newest item, or `undefined` when there is none. */
  get last(): T | undefined {
    return this.size === 0 ? undefined : this.#items.at(-1);
  }

  /** Adds an item at the end. */
  push(item: T): void {
    this.#items.push(item);
  }

  /** Takes the oldest item out, or gives `undefined` when there is none. */
  shift(): T | undefined {
    if (this.size === 0) return undefined;
    const item = this.#items[this.#head];
    // The slot lives on for a while: what it held should not.
    this.#items[this.#head++] = undefined;
    // Rarely, and only once half of the array is used up: so each item is moved once on average.
    if (this.#head > 32 && this.#head * 2 > this.#items.length) {
      this.#items = this.#items.slice(this.#head);
      this.#head = 0;
    }
    return item;
  }
}
