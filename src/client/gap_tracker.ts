import type { SequenceRange } from "../wire/sequence_ranges.ts";

/** How long a message may be late before it is asked for, milliseconds (PROTOCOL 1.7). */
export const GAP_DELAY_MS = 50;

/** How long after the first NACK the second one follows, milliseconds; the delay then doubles. */
export const FIRST_NACK_BACKOFF_MS = 100;

/** The longest delay between two NACKs for the same message, milliseconds. */
export const MAX_NACK_BACKOFF_MS = 1_000;

/**
 * Messages that a relay answers one NACK with at most, as hushcast's does: once so many have come, no
 * more are on their way, and the rest is asked for without delay. With a relay of another bound the rest
 * is asked for a little later, as if it were lost.
 */
export const ANSWERED_MESSAGES = 256n;

/** How long fragments that are still coming can hold back a NACK, milliseconds. */
export const FRAGMENT_PATIENCE_MS = 2_000;

/**
 * NACKs for the same gap that bring nothing of it before it is given up, about a minute: a message
 * longer than this client takes would else be sent to it for ever, and keep back all that follow.
 */
export const MAX_NACKS = 60;

/** NACKs for numbers of which only the group has spoken; more are sent once the relay confirms them. */
export const MAX_UNCONFIRMED_NACKS = 3;

/** Which gaps may be asked for, as things stand. */
export interface NackConditions {
  /** The highest number that there is room for. */
  readonly limit: bigint;
  /** The highest number that the relay itself has named. */
  readonly confirmed: bigint;
  /** Whether an unfinished message may yet be finished by fragments: it may be the one that is missed. */
  readonly isCollecting: boolean;
}

interface Gap {
  first: bigint;
  last: bigint;
  askAtMs: number;
  /** Until when fragments hold it back. */
  patienceMs: number;
  backoffMs: number;
  /** Where it began when it, or the gap that it is the rest of, was asked for last. */
  askedFirst: bigint;
  /** How often it was asked for. */
  nacks: number;
  /** How often it, or the gap that it is the rest of, was asked for beyond what was confirmed. */
  unconfirmedNacks: number;
}

/**
 * The relay sequences that are known to be missing, as ranges, and when to ask for each.
 *
 * A gap is cut in two by a message from its midst. What lies before that message keeps its time,
 * since it was passed over; what lies after it may be on its way, and gets a new one.
 */
export class GapTracker {
  /** Ascending, without overlap. */
  readonly #gaps: Gap[] = [];
  readonly #random: () => number;

  /** @param random Gives numbers from 0 up to 1, for jitter. */
  constructor(random: () => number) {
    this.#random = random;
  }

  /** The first gap. */
  get first(): SequenceRange | undefined {
    return this.#gaps[0];
  }

  /** How many gaps there are. */
  get size(): number {
    return this.#gaps.length;
  }

  /** Whether a number is missing. */
  has(sequence: bigint): boolean {
    const gap = this.#gaps[this.#indexOf(sequence)];
    return gap !== undefined && gap.first <= sequence;
  }

  /**
   * Adds missing numbers, above all that were added before. When they follow the last gap without a
   * number between, that one grows and keeps its time: so whoever sends numbers that nobody can
   * take makes it longer, but never makes more of them.
   *
   * @param range The numbers.
   * @param nowMs Monotonic time.
   */
  open({ first, last }: SequenceRange, nowMs: number): void {
    const before = this.#gaps.at(-1);
    if (before !== undefined && before.last === first - 1n) before.last = last;
    else this.#gaps.push(newGap(first, last, nowMs));
  }

  /**
   * Takes numbers out.
   *
   * @param range The numbers.
   * @param nowMs Monotonic time.
   * @returns Those of them that were missing, ascending.
   */
  close({ first, last }: SequenceRange, nowMs: number): SequenceRange[] {
    const closed: SequenceRange[] = [];
    const from = this.#indexOf(first);
    let to = from;
    const rest: Gap[] = [];
    for (let gap = this.#gaps[to]; gap !== undefined && gap.first <= last; gap = this.#gaps[++to]) {
      closed.push({ first: max(gap.first, first), last: min(gap.last, last) });
      if (gap.first < first) rest.push({ ...gap, last: first - 1n });
      if (gap.last > last) rest.push(this.#restOf(gap, last + 1n, nowMs));
    }
    if (to > from) this.#gaps.splice(from, to - from, ...rest);
    return closed;
  }

  /**
   * Gives what is to be asked for now, and counts it as asked for.
   *
   * @param conditions Which gaps may be asked for.
   * @param maxRanges The most ranges; gaps beyond stay due.
   * @param nowMs Monotonic time.
   * @returns Ranges, ascending.
   */
  takeDue(conditions: NackConditions, maxRanges: number, nowMs: number): SequenceRange[] {
    const due: SequenceRange[] = [];
    for (const gap of this.#gaps) {
      if (gap.first > conditions.limit || due.length === maxRanges) break;
      if (nowMs < dueMs(gap, conditions)) continue;
      const last = min(gap.last, limitOf(gap, conditions));
      due.push({ first: gap.first, last });
      gap.askedFirst = gap.first;
      if (last > conditions.confirmed) gap.unconfirmedNacks++;
      gap.askAtMs = nowMs + this.#jittered(gap.backoffMs);
      gap.patienceMs = nowMs + FRAGMENT_PATIENCE_MS;
      gap.backoffMs = Math.min(2 * gap.backoffMs, MAX_NACK_BACKOFF_MS);
      gap.nacks++;
    }
    return due;
  }

  /**
   * Takes out the gaps that were asked for in vain too often.
   *
   * @param confirmed The highest number that the relay itself has named: nothing beyond is given up,
   *   since whoever made up a number far ahead would have all before it given up.
   * @param nowMs Monotonic time.
   * @returns Them, ascending.
   */
  takeGivenUp(confirmed: bigint, nowMs: number): SequenceRange[] {
    const givenUp = this.#gaps
      .filter(({ first, nacks, askAtMs }) =>
        first <= confirmed && nacks >= MAX_NACKS && nowMs >= askAtMs
      )
      .map(({ first, last }) => ({ first, last: min(last, confirmed) }));
    return givenUp.flatMap((range) => this.close(range, nowMs));
  }

  /** When `takeDue` has something to give next, monotonic milliseconds; `Infinity` for never. */
  nextDeadlineMs(conditions: NackConditions): number {
    let nextMs = Infinity;
    for (const gap of this.#gaps) {
      if (gap.first > conditions.limit) break;
      nextMs = Math.min(nextMs, dueMs(gap, conditions));
    }
    return nextMs;
  }

  /** The index of the first gap that ends at a number or behind it. */
  #indexOf(sequence: bigint): number {
    let low = 0;
    let high = this.#gaps.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const gap = this.#gaps[middle];
      if (gap !== undefined && gap.last < sequence) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #restOf(gap: Gap, first: bigint, nowMs: number): Gap {
    // Nobody asked yet: what is on its way needs no second chance.
    if (gap.nacks === 0) return { ...gap, first };
    const isAnswered = first - gap.askedFirst >= ANSWERED_MESSAGES;
    const askAtMs = isAnswered ? nowMs : nowMs + this.#jittered(FIRST_NACK_BACKOFF_MS);
    return { ...gap, first, askAtMs, backoffMs: 2 * FIRST_NACK_BACKOFF_MS, nacks: 1 };
  }

  #jittered(delayMs: number): number {
    return delayMs * (0.75 + this.#random() / 2);
  }
}

function newGap(first: bigint, last: bigint, nowMs: number): Gap {
  return {
    first,
    last,
    askAtMs: nowMs + GAP_DELAY_MS,
    patienceMs: nowMs + FRAGMENT_PATIENCE_MS,
    backoffMs: FIRST_NACK_BACKOFF_MS,
    askedFirst: first,
    nacks: 0,
    unconfirmedNacks: 0,
  };
}

/** The highest number of a gap that may be asked for. */
function limitOf(gap: Gap, { limit, confirmed }: NackConditions): bigint {
  return gap.unconfirmedNacks < MAX_UNCONFIRMED_NACKS ? limit : min(limit, confirmed);
}

function dueMs(gap: Gap, conditions: NackConditions): number {
  if (gap.first > limitOf(gap, conditions)) return Infinity;
  return conditions.isCollecting ? Math.max(gap.askAtMs, gap.patienceMs) : gap.askAtMs;
}

function min(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}

function max(a: bigint, b: bigint): bigint {
  return a > b ? a : b;
}
