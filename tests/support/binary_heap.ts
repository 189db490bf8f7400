/** A list whose least item can be looked at and taken out quickly. */
export class BinaryHeap<T> {
  readonly #compare: (a: T, b: T) => number;
  readonly #items: T[] = [];

  /** @param compare Negative when `a` comes before `b`; never 0 for two items. */
  constructor(compare: (a: T, b: T) => number) {
    this.#compare = compare;
  }

  /** The least item. */
  get first(): T | undefined {
    return this.#items[0];
  }

  /** Adds an item. */
  push(item: T): void {
    let at = this.#items.push(item) - 1;
    while (at > 0 && this.#swapIfBefore(at, (at - 1) >> 1)) at = (at - 1) >> 1;
  }

  /** Takes the least item out. */
  shift(): T | undefined {
    const { first } = this;
    const last = this.#items.pop();
    if (last === undefined || this.#items.length === 0) return first;
    this.#items[0] = last;
    for (let at = 0, child = 1; child < this.#items.length; child = 2 * at + 1) {
      if (child + 1 < this.#items.length && this.#isBefore(child + 1, child)) child++;
      if (!this.#swapIfBefore(child, at)) break;
      at = child;
    }
    return first;
  }

  #isBefore(at: number, other: number): boolean {
    const [a, b] = [this.#items[at], this.#items[other]];
    return a !== undefined && b !== undefined && this.#compare(a, b) < 0;
  }

  #swapIfBefore(at: number, other: number): boolean {
    const [a, b] = [this.#items[at], this.#items[other]];
    if (a === undefined || b === undefined || this.#compare(a, b) >= 0) return false;
    this.#items[at] = b;
    this.#items[other] = a;
    return true;
  }
}
