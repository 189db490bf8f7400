import type { ControlClock } from "../../src/control/control_clock.ts";

/** A clock that moves, and timers that fire, only when the test says so. */
export class FakeClock implements ControlClock {
  #nowMs = 1_000;
  readonly #timers = new Set<{ readonly atMs: number; readonly callback: () => void }>();

  /** How many timers wait. */
  get timerCount(): number {
    return this.#timers.size;
  }

  /** When the next timer fires, `Infinity` when none waits. */
  get nextMs(): number {
    return Math.min(...[...this.#timers].map(({ atMs }) => atMs));
  }

  nowMs(): number {
    return this.#nowMs;
  }

  startTimer(delayMs: number, callback: () => void): () => void {
    const timer = { atMs: this.#nowMs + delayMs, callback };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }

  /** Moves on, firing what is due in order. */
  advance(byMs: number): void {
    const untilMs = this.#nowMs + byMs;
    for (;;) {
      const [next] = [...this.#timers].toSorted((a, b) => a.atMs - b.atMs);
      if (next === undefined || next.atMs > untilMs) break;
      this.#timers.delete(next);
      this.#nowMs = Math.max(this.#nowMs, next.atMs);
      next.callback();
    }
    this.#nowMs = untilMs;
  }
}
