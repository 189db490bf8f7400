/** Seconds from one to another, both included, Unix seconds. */
export interface SecondRange {
  /** May be `-Infinity`. */
  readonly first: number;
  readonly last: number;
}

/** Ranges of seconds, ascending, none of which touch each other. A value: it is never changed. */
export type SecondRanges = readonly SecondRange[];

/** No second at all. */
export const NO_SECONDS: SecondRanges = [];

/**
 * Ranges kept at once; past it the two that are closest become one. Time that goes on makes one of
 * them; only a clock that is set makes more.
 */
export const MAX_SECOND_RANGES = 16;

/**
 * Whether a second is among them.
 *
 * @param ranges The ranges.
 * @param second Unix seconds.
 */
export function hasSecond(ranges: SecondRanges, second: number): boolean {
  return ranges.some(({ first, last }) => second >= first && second <= last);
}

/**
 * Adds a range.
 *
 * @param ranges The ranges.
 * @param added What is to be among them.
 * @returns All of it; more than that only when there would be too many ranges. The same array when
 *   nothing is new.
 */
export function addSeconds(ranges: SecondRanges, added: SecondRange): SecondRanges {
  if (ranges.some(({ first, last }) => first <= added.first && last >= added.last)) return ranges;
  const apart = ranges.filter((range) => !touches(range, added));
  const joined = ranges.filter((range) => touches(range, added)).reduce(join, added);
  const all = [...apart, joined].sort((a, b) => a.first - b.first);
  return all.length > MAX_SECOND_RANGES ? joinClosest(all) : all;
}

function touches(a: SecondRange, b: SecondRange): boolean {
  return a.first <= b.last + 1 && b.first <= a.last + 1;
}

function join(a: SecondRange, b: SecondRange): SecondRange {
  return { first: Math.min(a.first, b.first), last: Math.max(a.last, b.last) };
}

function joinClosest(ranges: SecondRanges): SecondRanges {
  const gaps = ranges.map(({ first }, index) => {
    const before = ranges[index - 1];
    return before === undefined ? Infinity : first - before.last;
  });
  const closest = gaps.indexOf(Math.min(...gaps));
  return ranges.reduce<SecondRange[]>((kept, range, index) => {
    const before = index === closest ? kept.pop() : undefined;
    return [...kept, before === undefined ? range : join(before, range)];
  }, []);
}
