interface Entry {
  readonly at: number;
  /** Its place among all that were added, so that what is due at once keeps its order. */
  readonly order: number;
  readonly run: (at: number) => void;
}

/** What happens later, in the order of its time: a binary heap. */
export class EventQueue {
  readonly #heap: Entry[] = [];
  #added = 0;

  /** Adds something that happens at a time; never before what happens now. */
  add(at: number, run: (at: number) => void): void {
    const entry = { at, order: this.#added++, run };
    let index = this.#heap.push(entry) - 1;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (isBefore(this.#heap[parent], entry)) break;
      this.#swap(index, parent);
      index = parent;
    }
  }

  /** Has everything happen, also what is added meanwhile. */
  run(): void {
    for (let next = this.#take(); next !== undefined; next = this.#take()) next.run(next.at);
  }

  #take(): Entry | undefined {
    const first = this.#heap[0];
    const last = this.#heap.pop();
    if (first === undefined || last === undefined || first === last) return first;
    this.#heap[0] = last;
    let index = 0;
    for (;;) {
      const [left, right] = [2 * index + 1, 2 * index + 2];
      const least = isBefore(this.#heap[right], this.#heap[left]) ? right : left;
      if (!isBefore(this.#heap[least], last)) return first;
      this.#swap(index, least);
      index = least;
    }
  }

  #swap(one: number, other: number): void {
    const [a, b] = [this.#heap[one], this.#heap[other]];
    if (a === undefined || b === undefined) return;
    this.#heap[one] = b;
    this.#heap[other] = a;
  }
}

function isBefore(one: Entry | undefined, other: Entry | undefined): boolean {
  if (one === undefined) return false;
  if (other === undefined) return true;
  return one.at < other.at || (one.at === other.at && one.order < other.order);
}
