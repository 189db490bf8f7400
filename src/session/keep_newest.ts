/** What `keepNewest` needs of a `Map` or a `Set`. */
export interface OrderedEntries<Key> {
  readonly size: number;
  /** The keys, the one that was put in first, first. */
  keys(): Iterable<Key>;
  delete(key: Key): boolean;
}

/**
 * Forgets what was put into a `Map` or `Set` first, as long as it holds more than a bound.
 *
 * @param entries The collection; to have an entry count as new, take it out and put it in again.
 * @param most How many entries it may hold.
 */
export function keepNewest<Key>(entries: OrderedEntries<Key>, most: number): void {
  // First: it walks over the holes of what was taken from its front, and is asked for each message.
  if (entries.size <= most) return;
  for (const oldest of entries.keys()) {
    entries.delete(oldest);
    if (entries.size <= most) return;
  }
}
