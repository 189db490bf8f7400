/**
 * A map whose keys mostly have one value, and some of them several: a set for each key would weigh
 * more than the clients that are kept by it.
 */
export class MultiMap<Key, Value extends object> {
  readonly #values = new Map<Key, Value | Set<Value>>();

  /** Adds a value under a key. @returns Whether it is the first one there. */
  add(key: Key, value: Value): boolean {
    const held = this.#values.get(key);
    if (held === undefined) this.#values.set(key, value);
    else if (held instanceof Set) held.add(value);
    else if (held !== value) this.#values.set(key, new Set([held, value]));
    return held === undefined;
  }

  /** Takes a value away from a key. @returns Whether it was there, and the last one. */
  delete(key: Key, value: Value): boolean {
    const held = this.#values.get(key);
    if (held === value) return this.#values.delete(key);
    if (!(held instanceof Set) || !held.delete(value)) return false;
    return held.size === 0 && this.#values.delete(key);
  }

  /** Whether a key has a value. */
  has(key: Key): boolean {
    return this.#values.has(key);
  }

  /** The values of a key in the order in which they came, in a new array. */
  get(key: Key): Value[] {
    const held = this.#values.get(key);
    if (held === undefined) return [];
    return held instanceof Set ? [...held] : [held];
  }
}
