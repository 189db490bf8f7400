import type { Session } from "../session/session.ts";
import { AgeOrder } from "../wire/age_order.ts";

/**
 * How long a message waits for the lowest number that is missing, milliseconds (PROTOCOL 1.7): the last
 * of a client's 8 tries leaves 31.75 s after the first, and a client that learns that all before has
 * come begins with these tries anew.
 */
export const HOLD_MS = 33_000;

/**
 * How long a client may have been silent for its gaps to be passed, milliseconds. While its line is
 * cut it can't send what is missing: it will once it is back, or come anew and send all of it.
 */
export const HEARD_WITHIN_MS = 10_000;

/** What may wait in the intakes of all sessions together, bytes as charged. */
export const MAX_TOTAL_HELD_BYTES = 64 * 1024 * 1024;

/** A message of a client, and its number in the session. */
export interface NumberedMessage {
  readonly sender: Session;
  /** Its CLIENT_SEQUENCE; 0 when it has none. */
  readonly sequence: bigint;
  /** Names it from session to session; see `NewMessage`. */
  readonly messageId: string;
  /** Whether its client has sent it before, in an earlier session. */
  readonly isRepeated: boolean;
  readonly payload: Uint8Array;
}

/** A number that has come before a lower one. */
export interface HeldNumber {
  readonly sequence: bigint;
  /** What came under it; `undefined` when that is done already, and only its place is kept. */
  readonly message: NumberedMessage | undefined;
  /** What it counts against the bounds. */
  readonly chargedBytes: number;
  /** Whose it is. */
  readonly session: Session;
  /** Monotonic time since which it waits, or since which its time-out runs anew. */
  heldAtMs: number;
  /** Lets everything go on that waits in the same intake. */
  readonly passGaps: () => NumberedMessage[];
}

/** What the ordered intakes of all sessions share: the bound on bytes in all, and what is due next. */
export class IntakePool {
  readonly #byAge = new AgeOrder<HeldNumber>();
  #chargedBytes = 0;

  /** Bytes charged for all that waits. */
  get chargedBytes(): number {
    return this.#chargedBytes;
  }

  /** Takes note of a number that waits from now on. */
  hold(held: HeldNumber): void {
    this.#byAge.touch(held);
    this.#chargedBytes += held.chargedBytes;
  }

  /** Has a number wait anew, for another one. */
  renew(held: HeldNumber, nowMs: number): void {
    held.heldAtMs = nowMs;
    this.#byAge.touch(held);
  }

  /** Takes note of a number that no longer waits. */
  release(held: HeldNumber): void {
    this.#byAge.delete(held);
    this.#chargedBytes -= held.chargedBytes;
  }

  /**
   * The number that has waited longest, when it may not wait any longer. What is overdue of a client
   * that is silent gets its time anew.
   *
   * @param nowMs Monotonic time.
   */
  overdue(nowMs: number): HeldNumber | undefined {
    for (const held of this.#byAge) {
      if (this.#chargedBytes > MAX_TOTAL_HELD_BYTES) return held;
      if (nowMs < held.heldAtMs + HOLD_MS) return undefined;
      if (nowMs < held.session.lastSeenMs + HEARD_WITHIN_MS) return held;
      this.renew(held, nowMs);
    }
    return undefined;
  }

  /** When `overdue` has something to tell next, monotonic milliseconds. */
  nextDeadlineMs(): number | undefined {
    const { first } = this.#byAge;
    return first && first.heldAtMs + HOLD_MS;
  }
}
