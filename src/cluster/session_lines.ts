import { Deque } from "../session/deque.ts";

/** What stands in line belongs to a session. */
export interface InLine {
  readonly sessionId: string;
}

/**
 * Lines of what is to be done one after the other, one line for each session. Only the first of a line
 * may be under way; it stays in its line until it is removed.
 */
export class SessionLines<Item extends InLine> {
  readonly #lines = new Map<string, Deque<Item>>();
  /** Lines whose first one is not under way. */
  readonly #idle = new Set<Deque<Item>>();

  /** Adds to the end of its line. */
  push(item: Item): void {
    let line = this.#lines.get(item.sessionId);
    if (line === undefined) {
      line = new Deque();
      this.#lines.set(item.sessionId, line);
      this.#idle.add(line);
    }
    line.push(item);
  }

  /** The first of each line whose first one is not under way. */
  *idle(): Generator<Item, void, void> {
    for (const { first } of this.#idle) {
      if (first !== undefined) yield first;
    }
  }

  /** Takes note that the first of a line is under way. */
  begin({ sessionId }: Item): void {
    const line = this.#lines.get(sessionId);
    if (line !== undefined) this.#idle.delete(line);
  }

  /** Takes note that the first of a line is no longer under way, but still first. */
  giveUp({ sessionId }: Item): void {
    const line = this.#lines.get(sessionId);
    if (line !== undefined) this.#idle.add(line);
  }

  /** Takes one out, wherever it stands; when it was first, the next one may go. */
  remove(item: Item): void {
    const line = this.#lines.get(item.sessionId);
    if (line === undefined) return;
    const wasFirst = line.first === item;
    removeFrom(line, item);
    if (wasFirst) this.#idle.add(line);
    if (line.size > 0) return;
    this.#idle.delete(line);
    this.#lines.delete(item.sessionId);
  }

  /** Takes out all. */
  clear(): void {
    this.#lines.clear();
    this.#idle.clear();
  }
}

/** Nearly always it is the first one. */
function removeFrom<Item>(line: Deque<Item>, item: Item): void {
  if (line.first === item) {
    line.shift();
    return;
  }
  for (let left = line.size; left > 0; left--) {
    const first = line.shift();
    if (first !== undefined && first !== item) line.push(first);
  }
}
