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

/** What waits in one session for the lowest number that is missing there. */
export interface WaitingIntake {
  /** Whose it is. */
  readonly session: Session;
  /** What waits counts so much against the bounds; 0 when nothing does. */
  readonly chargedBytes: number;
  /** Monotonic time since which it waits for that number, or since which its time-out runs anew. */
  waitsSinceMs: number;
  /** Lets everything go on that waits. */
  passGaps(): NumberedMessage[];
}

/** What the ordered intakes of all sessions share: the bound on bytes in all, and what is due next. */
export class IntakePool {
  readonly #byAge = new AgeOrder<WaitingIntake>();
  #chargedBytes = 0;

  /** Bytes charged for all that waits. */
  get chargedBytes(): number {
    return this.#chargedBytes;
  }

  /**
   * Takes note that something more waits.
   *
   * @param intake Where; it has counted that already.
   * @param bytes What that counts.
   * @param nowMs Monotonic time.
   */
  hold(intake: WaitingIntake, bytes: number, nowMs: number): void {
    this.#chargedBytes += bytes;
    if (intake.chargedBytes === bytes) this.renew(intake, nowMs);
  }

  /** Has what waits in an intake wait anew, for another number. */
  renew(intake: WaitingIntake, nowMs: number): void {
    intake.waitsSinceMs = nowMs;
    this.#byAge.touch(intake);
  }

  /**
   * Takes note that something no longer waits.
   *
   * @param intake Where; it no longer counts that.
   * @param bytes What that counted.
   */
  release(intake: WaitingIntake, bytes: number): void {
    this.#chargedBytes -= bytes;
    if (intake.chargedBytes === 0) this.#byAge.delete(intake);
  }

  /**
   * An intake in which what waits may not wait any longer: the largest one when all together wait for
   * too much, so that nobody can have others pay for his; else the one that has waited longest. What is
   * overdue of a client that is silent gets its time anew.
   *
   * @param nowMs Monotonic time.
   */
  overdue(nowMs: number): WaitingIntake | undefined {
    if (this.#chargedBytes > MAX_TOTAL_HELD_BYTES) return this.#largest();
    for (let first = this.#byAge.first; first !== undefined; first = this.#byAge.first) {
      if (nowMs < first.waitsSinceMs + HOLD_MS) return undefined;
      if (nowMs < first.session.lastSeenMs + HEARD_WITHIN_MS) return first;
      this.renew(first, nowMs);
    }
    return undefined;
  }

  /** When `overdue` has something to tell next, monotonic milliseconds. */
  nextDeadlineMs(): number | undefined {
    const { first } = this.#byAge;
    return first && first.waitsSinceMs + HOLD_MS;
  }

  #largest(): WaitingIntake | undefined {
    let largest: WaitingIntake | undefined;
    for (const intake of this.#byAge) {
      if (intake.chargedBytes > (largest?.chargedBytes ?? 0)) largest = intake;
    }
    return largest;
  }
}
