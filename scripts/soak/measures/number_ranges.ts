/** Whole numbers that follow on each other, both ends included. */
export interface NumberRange {
  readonly first: number;
  readonly last: number;
}

/**
 * A set of whole numbers that mostly follow on each other: it takes memory for each run of them, not
 * for each number.
 */
export class NumberRanges {
  /** Ascending, neither overlapping nor adjacent. */
  readonly #ranges: { first: number; last: number }[] = [];
  readonly #maxRanges: number;

  /** @param maxRanges How many runs are kept at most. */
  constructor(maxRanges = 10_000) {
    this.#maxRanges = maxRanges;
  }

  /** The runs, ascending. */
  get ranges(): readonly NumberRange[] {
    return this.#ranges;
  }

  /** How many numbers there are. */
  get count(): number {
    return this.#ranges.reduce((sum, { first, last }) => sum + last - first + 1, 0);
  }

  /** Whether a number is there. */
  has(number: number): boolean {
    const range = this.#ranges[this.#indexAtOrBefore(number)];
    return range !== undefined && number <= range.last;
  }

  /**
   * Adds numbers; those that are there stay there.
   *
   * @returns Whether there was room; if not, nothing has changed.
   */
  add({ first, last }: NumberRange): boolean {
    if (last < first) return true;
    let begin = this.#indexAtOrBefore(first);
    const before = this.#ranges[begin];
    if (before === undefined || before.last + 1 < first) begin++;
    let end = begin;
    for (let next; (next = this.#ranges[end]) !== undefined && next.first <= last + 1;) end++;
    if (end === begin && this.#ranges.length >= this.#maxRanges) return false;
    const merged = {
      first: Math.min(first, this.#ranges[begin]?.first ?? first),
      last: Math.max(last, this.#ranges[end - 1]?.last ?? last),
    };
    this.#ranges.splice(begin, end - begin, end === begin ? { first, last } : merged);
    return true;
  }

  /**
   * Takes a number out. A run that breaks in two may make one more than are allowed: what was there
   * is never forgotten for want of room.
   *
   * @returns Whether it was there.
   */
  remove(number: number): boolean {
    const index = this.#indexAtOrBefore(number);
    const range = this.#ranges[index];
    if (range === undefined || number > range.last) return false;
    const left = { first: range.first, last: number - 1 };
    const right = { first: number + 1, last: range.last };
    this.#ranges.splice(index, 1, ...[left, right].filter(({ first, last }) => first <= last));
    return true;
  }

  /** The runs of numbers that are here and in another set, from a number on. */
  common(other: NumberRanges, from: number): NumberRange[] {
    return this.#ranges.flatMap(({ first, last }) =>
      other.within({ first: Math.max(first, from), last })
    );
  }

  /** The runs of numbers here that are within some. */
  within({ first, last }: NumberRange): NumberRange[] {
    const found: NumberRange[] = [];
    for (let index = Math.max(0, this.#indexAtOrBefore(first));; index++) {
      const range = this.#ranges[index];
      if (range === undefined || range.first > last) return found;
      const part = { first: Math.max(range.first, first), last: Math.min(range.last, last) };
      if (part.first <= part.last) found.push(part);
    }
  }

  /** Index of the last run that begins at or before a number; -1 when there is none. */
  #indexAtOrBefore(number: number): number {
    let low = 0;
    let high = this.#ranges.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#ranges[middle]?.first ?? Infinity) <= number) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }
}
