import type { SequenceRange } from "../wire/sequence_ranges.ts";

/** Relay sequences that will never come, until it is their turn to be reported. */
export class LostRanges {
  /** Ascending, neither overlapping nor adjacent. */
  readonly #ranges: { first: bigint; last: bigint }[] = [];

  /** The first range. */
  get first(): SequenceRange | undefined {
    return this.#ranges[0];
  }

  /** How many ranges there are. */
  get size(): number {
    return this.#ranges.length;
  }

  /** Adds numbers, none of which is there yet; with adjacent ones they become one range. */
  add({ first, last }: SequenceRange): void {
    let index = this.#ranges.findLastIndex((range) => range.first < first) + 1;
    const before = this.#ranges[index - 1];
    const after = this.#ranges[index];
    const joinsBefore = before?.last === first - 1n;
    const joinsAfter = after?.first === last + 1n;
    const range = {
      first: joinsBefore && before !== undefined ? before.first : first,
      last: joinsAfter && after !== undefined ? after.last : last,
    };
    if (joinsBefore) index--;
    this.#ranges.splice(index, Number(joinsBefore) + Number(joinsAfter), range);
  }

  /** Takes the first range out. */
  shift(): SequenceRange | undefined {
    return this.#ranges.shift();
  }
}
