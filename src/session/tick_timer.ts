import { DeadlineTimer } from "./deadline_timer.ts";
import { readClocks } from "./read_clocks.ts";

/** How often a core is ticked at least, milliseconds. */
export const HEARTBEAT_MS = 1_000;

/** How late a heartbeat must be for the process to count as having been stopped, milliseconds. */
export const STOPPED_MS = 1_000;

/** How long what has come meanwhile is then read before anything may time out, milliseconds. */
export const CATCH_UP_MS = 500;

/** What a `TickTimer` calls. */
export interface TickTimerOptions {
  /** Called at the deadline or before, and each second; it arms the timer anew. */
  readonly onDue: () => void;
  /** Told that the process was stopped, and for how long, milliseconds. */
  readonly onStopped: (stoppedMs: number) => void;
}

/**
 * The timer of a core with peers that time out.
 *
 * A process can be stopped, by a signal or a debugger or with the whole machine, while the monotonic
 * clock goes on. When it goes on itself, all timers are due at once, and whoever has written meanwhile
 * would be taken for silent: so what waits at the sockets is read first.
 */
export class TickTimer implements Disposable {
  readonly #options: TickTimerOptions;
  readonly #timer: DeadlineTimer;
  #lastDueMs: number;
  #notBeforeMs = -Infinity;
  #isCatchingUp = false;

  /** @param options What it calls. @param nowMs Monotonic milliseconds. */
  constructor(options: TickTimerOptions, nowMs: number) {
    this.#options = options;
    this.#lastDueMs = nowMs;
    this.#timer = new DeadlineTimer(() => this.#fire(readClocks().monotonicMs));
  }

  /**
   * Sees to it that `onDue` is called at a deadline, or before; see `DeadlineTimer.arm`.
   *
   * @param deadlineMs Monotonic milliseconds; `undefined` for none.
   * @param nowMs Monotonic milliseconds.
   */
  arm(deadlineMs: number | undefined, nowMs: number): void {
    const dueMs = Math.min(deadlineMs ?? Infinity, nowMs + HEARTBEAT_MS);
    this.#timer.arm(Math.max(dueMs, this.#notBeforeMs), nowMs);
  }

  /** Disarms the timer for good. */
  [Symbol.dispose](): void {
    this.#timer[Symbol.dispose]();
  }

  #fire(nowMs: number): void {
    const stoppedMs = nowMs - this.#lastDueMs - HEARTBEAT_MS;
    this.#lastDueMs = nowMs;
    // Not twice in a row: where everything is always late, nothing would ever be done.
    if (stoppedMs < STOPPED_MS || this.#isCatchingUp) {
      this.#isCatchingUp = false;
      return this.#options.onDue();
    }
    this.#isCatchingUp = true;
    this.#notBeforeMs = nowMs + CATCH_UP_MS;
    this.#options.onStopped(stoppedMs);
    this.arm(this.#notBeforeMs, nowMs);
  }
}
