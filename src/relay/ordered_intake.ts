import type { Session } from "../session/session.ts";
import type { IntakePool, NumberedMessage, WaitingIntake } from "./intake_pool.ts";

/**
 * How far ahead of a missing number a message may wait. A client has 64 messages unacknowledged at
 * most, and none is acknowledged before it went on: so this is for clients with larger windows.
 */
export const MAX_NUMBERS_AHEAD = 256;

/** What may wait in one session, bytes as charged. */
export const MAX_HELD_BYTES = 4 * 1024 * 1024;

/** The least that a waiting number counts, bytes: about what the bookkeeping of one costs. */
export const MIN_HELD_CHARGE_BYTES = 256;

/** A number that has come before a lower one. */
interface HeldNumber {
  readonly sequence: bigint;
  /** What came under it; `undefined` when that is done already, and only its place is kept. */
  readonly message: NumberedMessage | undefined;
  /** What it counts against the bounds. */
  readonly chargedBytes: number;
}

/**
 * Puts what one reliable session sends into the order of CLIENT_SEQUENCE (PROTOCOL 1.7).
 *
 * What comes ahead of a missing number waits for it. Past a bound everything that waits goes on, in
 * order, and the numbers that are missing in between count as passed: if one comes after all, it is
 * late, and goes on at once.
 */
export class OrderedIntake implements WaitingIntake {
  /** Whose it is. */
  readonly session: Session;
  /** See `WaitingIntake`. */
  waitsSinceMs = -Infinity;
  readonly #pool: IntakePool;
  readonly #held = new Map<bigint, HeldNumber>();
  /** The lowest number that has neither come nor been passed. */
  #next = 1n;
  #chargedBytes = 0;

  /** @param pool What the intakes of all sessions share. @param session Whose intake it is. */
  constructor(pool: IntakePool, session: Session) {
    this.#pool = pool;
    this.session = session;
  }

  /** See `WaitingIntake`. */
  get chargedBytes(): number {
    return this.#chargedBytes;
  }

  /**
   * Takes a number that has not come before.
   *
   * @param sequence u64, from 1.
   * @param message What came under it, copied when it has to wait; `undefined` when that is done
   *   already and only the others wait for the number.
   * @param nowMs Monotonic time.
   * @returns The messages that go on now, in their order.
   */
  take(sequence: bigint, message: NumberedMessage | undefined, nowMs: number): NumberedMessage[] {
    if (sequence > this.#next) {
      this.#hold(sequence, message, nowMs);
      return this.#isWithinBounds(sequence) ? [] : this.passGaps();
    }
    const own = message === undefined ? [] : [message];
    if (sequence < this.#next) return own;
    this.#next++;
    const run = this.#takeRun();
    if (this.#held.size > 0) this.#pool.renew(this, nowMs);
    return [...own, ...run];
  }

  /** Whether a message waits under a number. */
  holds(sequence: bigint): boolean {
    return this.#held.get(sequence)?.message !== undefined;
  }

  /** Gives all that waits, in its order; what is missing in between counts as passed. */
  passGaps(): NumberedMessage[] {
    const inOrder = [...this.#held.values()].sort((a, b) => a.sequence < b.sequence ? -1 : 1);
    const last = inOrder.at(-1);
    if (last !== undefined) this.#next = last.sequence + 1n;
    return inOrder.flatMap((held) => this.#release(held));
  }

  /** Forgets all that waits, for when the session ends. */
  clear(): void {
    for (const held of this.#held.values()) this.#release(held);
  }

  #hold(sequence: bigint, message: NumberedMessage | undefined, nowMs: number): void {
    const held: HeldNumber = {
      sequence,
      message: message && { ...message, payload: message.payload.slice() },
      chargedBytes: Math.max(message?.payload.byteLength ?? 0, MIN_HELD_CHARGE_BYTES),
    };
    this.#held.set(sequence, held);
    this.#chargedBytes += held.chargedBytes;
    this.#pool.hold(this, held.chargedBytes, nowMs);
  }

  #isWithinBounds(sequence: bigint): boolean {
    return sequence - this.#next <= BigInt(MAX_NUMBERS_AHEAD) &&
      this.#chargedBytes <= MAX_HELD_BYTES;
  }

  #takeRun(): NumberedMessage[] {
    const run: NumberedMessage[] = [];
    for (let held = this.#held.get(this.#next); held; held = this.#held.get(this.#next)) {
      this.#next++;
      run.push(...this.#release(held));
    }
    return run;
  }

  #release(held: HeldNumber): NumberedMessage[] {
    this.#held.delete(held.sequence);
    this.#chargedBytes -= held.chargedBytes;
    this.#pool.release(this, held.chargedBytes);
    return held.message === undefined ? [] : [held.message];
  }
}
