import type { Session } from "../session/session.ts";

/** How long a client may take to join the group's socket once it has been given a key, milliseconds. */
export const ARRIVAL_MS = 250;

/**
 * The members that may still be joining the group's socket, by multicast: nobody tells the relay when
 * they are there. Until their time is over they get messages one by one as well, and drop the second
 * copy by its number.
 *
 * Without a timer: whose time is over is forgotten when somebody asks.
 */
export class GroupArrivals {
  /** Until when, monotonic milliseconds; who was given a key first comes first. */
  readonly #untilMs = new Map<Session, number>();

  /** How many there are; those whose time is over count until `at` is asked. */
  get size(): number {
    return this.#untilMs.size;
  }

  /** Adds a member, none of whose predecessors was given a key later. */
  add(session: Session, keyGivenMs: number): void {
    this.#untilMs.set(session, keyGivenMs + ARRIVAL_MS);
  }

  /** Forgets a member. */
  remove(session: Session): void {
    this.#untilMs.delete(session);
  }

  /** Those that may still be on their way at a moment, no earlier than any asked about before. */
  at(nowMs: number): Iterable<Session> {
    for (const [session, untilMs] of this.#untilMs) {
      if (nowMs < untilMs) break;
      this.#untilMs.delete(session);
    }
    return this.#untilMs.keys();
  }
}
