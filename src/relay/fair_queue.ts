/**
 * Items that wait, each for a source. Sources take turns, so none can hold up another by asking
 * often; within a source, who came first goes first.
 */
export class FairQueue<T> {
  // Both in the order in which it is whose turn. A Map keeps the order of insertion.
  readonly #sources = new Map<string, Map<string, T>>();

  /**
   * Adds an item. One with the same source and key is replaced, and keeps its turn.
   *
   * @param source Who is to wait its turn.
   * @param key Tells the items of a source apart.
   * @param item The item.
   */
  put(source: string, key: string, item: T): void {
    const items = this.#sources.get(source) ?? new Map<string, T>();
    items.set(key, item);
    this.#sources.set(source, items);
  }

  /** Takes an item out before its turn, if it is there. */
  remove(source: string, key: string): void {
    const items = this.#sources.get(source);
    items?.delete(key);
    if (items?.size === 0) this.#sources.delete(source);
  }

  /** Takes the item out whose turn it is, or gives `undefined` when none waits. */
  take(): T | undefined {
    for (const [source, items] of this.#sources) {
      for (const [key, item] of items) {
        items.delete(key);
        this.#sources.delete(source);
        // Now behind all others.
        if (items.size > 0) this.#sources.set(source, items);
        return item;
      }
    }
    return undefined;
  }
}
