import type { SequenceRange } from "../wire/sequence_ranges.ts";
import { GapTracker, type NackConditions } from "./gap_tracker.ts";
import { LostRanges } from "./lost_ranges.ts";
import type { RelayedMessage } from "./sealed_content.ts";

/** Numbers ahead of the next one to be handed over for which there is room. */
export const RECEIVE_WINDOW = 4_096;

/** Messages that wait for earlier ones, or for their reader, bytes. */
export const MAX_HELD_BYTES = 64 * 1024 * 1024;

/** What a message holds beside its payload, about. */
const MESSAGE_OVERHEAD_BYTES = 128;

/** What is handed over next: a message, or numbers that will never come. */
export type InOrder =
  | ({ readonly type: "message" } & RelayedMessage)
  | { readonly type: "gap"; readonly first: bigint; readonly last: bigint };

/** A number of a message of our own, which the relay does not send back. */
const OWN = "own";

/**
 * Puts the messages of one series into the order of their relay sequences, each once (PROTOCOL 1.7).
 *
 *     0 ... next-1 | next ............................ highest
 *     handed over  | held, own, lost, or missing (a gap)
 *
 * A message further ahead than there is room for is not taken: it stays missing, and is asked for
 * once there is room. Only the relay has the key, but its numbers may still be absurd: nothing here
 * grows with a number, or loops over one. In a group even the number of a message is hearsay, since
 * any member can have made it up (PROTOCOL 1.8): what is missing before it counts as lost only once
 * the relay has confirmed that it is there.
 */
export class ReliableReceiver {
  #next: bigint;
  #highest: bigint;
  /** Up to here the relay itself says that there are messages. */
  #confirmed: bigint;
  readonly #held = new Map<bigint, RelayedMessage | typeof OWN>();
  #heldBytes = 0;
  readonly #gaps: GapTracker;
  readonly #lost = new LostRanges();

  /**
   * @param base The last number before the first one that is to be handed over.
   * @param random Gives numbers from 0 up to 1, for jitter.
   */
  constructor(base: bigint, random: () => number) {
    this.#next = base + 1n;
    this.#highest = base;
    this.#confirmed = base;
    this.#gaps = new GapTracker(random);
  }

  /** The last number that was handed over, passed over, or reported as a gap. */
  get done(): bigint {
    return this.#next - 1n;
  }

  /** The newest number known. */
  get highest(): bigint {
    return this.#highest;
  }

  /** How many numbers are held. */
  get size(): number {
    return this.#held.size;
  }

  /** Whether `take` has something to give. */
  get isReady(): boolean {
    return this.#held.has(this.#next) || this.#lost.first?.first === this.#next;
  }

  /**
   * Takes a message.
   *
   * @param sequence Its relay sequence, u64.
   * @param message The message; kept.
   * @param nowMs Monotonic time.
   * @returns `"duplicate"` when it came before or was given up, `"no_room"` when it is to come again.
   */
  add(sequence: bigint, message: RelayedMessage, nowMs: number): "held" | "duplicate" | "no_room" {
    const bytes = message.payload.byteLength + MESSAGE_OVERHEAD_BYTES;
    // The next one always has room: it is what the others wait for.
    const isTooMuch = this.#heldBytes + bytes > MAX_HELD_BYTES && sequence !== this.#next;
    const fate = this.#place(sequence, message, isTooMuch, nowMs);
    if (fate === "held") this.#heldBytes += bytes;
    return fate;
  }

  /** Takes note that a number is that of a message of our own. */
  addOwn(sequence: bigint, nowMs: number): void {
    this.#place(sequence, OWN, false, nowMs);
  }

  /** Takes note of the newest number of the relay: all up to it that did not come are missing. */
  raise(latest: bigint, nowMs: number): void {
    this.confirm(latest);
    this.#raise(latest, nowMs);
  }

  /** Takes note of a number that the relay itself has named to this client. */
  confirm(sequence: bigint): void {
    if (sequence > this.#confirmed) this.#confirmed = sequence;
  }

  /** Takes note of numbers that the relay no longer has; what came of them all the same stands. */
  lose({ first, last }: SequenceRange, nowMs: number): void {
    // Further ahead there is nothing that could have been asked for.
    if (first >= this.#next + BigInt(RECEIVE_WINDOW)) return;
    for (const range of this.#gaps.close({ first, last }, nowMs)) this.#lost.add(range);
  }

  /** Counts as lost what was asked for in vain too often. */
  giveUp(nowMs: number): void {
    for (const range of this.#gaps.takeGivenUp(this.#confirmed, nowMs)) this.#lost.add(range);
  }

  /** Takes what is next in order, or gives `undefined` when that is still missing. */
  take(): InOrder | undefined {
    for (;;) {
      const held = this.#held.get(this.#next);
      if (held === undefined) return this.#takeLost();
      this.#held.delete(this.#next);
      this.#next++;
      if (held === OWN) continue;
      this.#heldBytes -= held.payload.byteLength + MESSAGE_OVERHEAD_BYTES;
      return { type: "message", ...held };
    }
  }

  /** Takes all that there is, as if what is still missing were lost; for the end of a series. */
  takeAll(nowMs: number): InOrder[] {
    this.lose({ first: this.#next, last: this.#highest }, nowMs);
    const all: InOrder[] = [];
    for (let next = this.take(); next !== undefined; next = this.take()) all.push(next);
    return all;
  }

  /**
   * Gives what a NACK is to name now.
   *
   * @param isCollecting Whether an unfinished message may yet be finished by fragments.
   * @param maxRanges The most ranges.
   * @param nowMs Monotonic time.
   * @returns Ranges, ascending; none when nothing is due.
   */
  takeMissing(isCollecting: boolean, maxRanges: number, nowMs: number): SequenceRange[] {
    return this.#gaps.takeDue(this.#conditions(isCollecting), maxRanges, nowMs);
  }

  /** When `takeMissing` has something to give next, monotonic milliseconds; `Infinity` for never. */
  nextDeadlineMs(isCollecting: boolean): number {
    return this.#gaps.nextDeadlineMs(this.#conditions(isCollecting));
  }

  #place(
    sequence: bigint,
    content: RelayedMessage | typeof OWN,
    isTooMuch: boolean,
    nowMs: number,
  ): "held" | "duplicate" | "no_room" {
    if (sequence < this.#next) return "duplicate";
    if (sequence <= this.#highest && !this.#gaps.has(sequence)) return "duplicate";
    if (isTooMuch || sequence >= this.#next + BigInt(RECEIVE_WINDOW)) {
      this.#raise(sequence, nowMs);
      return "no_room";
    }
    if (sequence > this.#highest) {
      this.#raise(sequence - 1n, nowMs);
      this.#highest = sequence;
    } else this.#gaps.close({ first: sequence, last: sequence }, nowMs);
    this.#held.set(sequence, content);
    return "held";
  }

  #raise(latest: bigint, nowMs: number): void {
    if (latest <= this.#highest) return;
    this.#gaps.open({ first: this.#highest + 1n, last: latest }, nowMs);
    this.#highest = latest;
  }

  #takeLost(): InOrder | undefined {
    if (this.#lost.first?.first !== this.#next) return undefined;
    const range = this.#lost.shift();
    if (range === undefined) return undefined;
    this.#next = range.last + 1n;
    return { type: "gap", first: range.first, last: range.last };
  }

  #conditions(isCollecting: boolean): NackConditions {
    return { limit: this.#askLimit(), confirmed: this.#confirmed, isCollecting };
  }

  /** Asked for is what there is room for, so that repairs do not come for nothing. */
  #askLimit(): bigint {
    // With nothing ahead, the relay's own bound on its answer is the tighter one, and LOST can
    // name all that is gone at once.
    if (this.#held.size === 0 && this.#lost.size === 0) return this.#highest;
    if (this.#heldBytes < MAX_HELD_BYTES / 2) return this.#next + BigInt(RECEIVE_WINDOW) - 1n;
    const first = this.#gaps.first;
    return first?.first === this.#next ? first.last : this.#next - 1n;
  }
}
