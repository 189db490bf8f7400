import type { Instant } from "../../src/session/instant.ts";

/** A clock that moves only when it is told to. */
export class FakeClock {
  #monotonicMs: number;
  #unixMs: number;

  /**
   * @param monotonicMs Where the monotonic clock begins.
   * @param unixMs Where the wall clock begins.
   */
  constructor(monotonicMs = 1_000, unixMs = 1_700_000_000_000) {
    this.#monotonicMs = monotonicMs;
    this.#unixMs = unixMs;
  }

  /** The moment that it shows. */
  get now(): Instant {
    return { monotonicMs: this.#monotonicMs, unixMs: this.#unixMs };
  }

  /** Moves both clocks ahead. @returns The new moment. */
  advance(ms: number): Instant {
    this.#monotonicMs += ms;
    this.#unixMs += ms;
    return this.now;
  }

  /** Sets the wall clock, as an operator would, and leaves the monotonic one alone. */
  setUnixMs(unixMs: number): void {
    this.#unixMs = unixMs;
  }
}
