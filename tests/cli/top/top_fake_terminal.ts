import {
  type CliIo,
  InterruptedError,
  OutputClosedError,
  type Terminal,
  type TerminalSize,
  type TextOutput,
} from "../../../src/cli/cli_io.ts";
import { CLOSE_SCREEN } from "../../../src/cli/top/top_frame.ts";
import type { TopClock } from "../../../src/cli/top/top_clock.ts";
import { ANSWER_TIMEOUT_MS } from "../../../src/cli/top/top_source.ts";
import { FakeClock } from "../../control/fake_clock.ts";
import { fakeCliIo, FakeOutput } from "../../support/fake_cli_io.ts";
import { TerminalScreen } from "./top_terminal_screen.ts";
import { UNIX_MS } from "./top_fixture.ts";

/** A clock and timers that move only when the test says so. */
export class FakeTopClock extends FakeClock implements TopClock {
  #answersAwaited = 0;

  unixMs(): number {
    return UNIX_MS + this.nowMs();
  }

  override startTimer(delayMs: number, callback: () => void): () => void {
    const stop = super.startTimer(delayMs, callback);
    if (delayMs !== ANSWER_TIMEOUT_MS) return stop;
    this.#answersAwaited++;
    return () => {
      this.#answersAwaited--;
      stop();
    };
  }

  /** Whether so many timers wait for time to pass, and nothing waits for a server's answer. */
  isWaiting(timers: number): boolean {
    return this.#answersAwaited === 0 && this.timerCount >= timers;
  }
}

/** A terminal with a person at it, and the process in it. */
export class FakeTerminal implements Terminal, TextOutput {
  readonly isTerminal = true;
  readonly screen: TerminalScreen;
  readonly stderr = new FakeOutput();
  /** How often something was written. */
  writes = 0;
  isRaw = false;
  /** Whether nobody reads what is written. */
  isClosed = false;
  /** Whether it is gone, so that nothing can be done with it. */
  isHungUp = false;
  /** Whether writes wait until `release`. */
  isStalled = false;
  readonly #input = new TransformStream<Uint8Array, Uint8Array>(
    {},
    { highWaterMark: 64 },
    { highWaterMark: 64 },
  );
  readonly #writer = this.#input.writable.getWriter();
  readonly #listeners = new Set<() => void>();
  readonly #resumeListeners = new Set<() => void>();
  readonly #stalled: (() => void)[] = [];
  readonly #interruption = new AbortController();
  #size: TerminalSize;

  constructor(size: TerminalSize = { columns: 80, rows: 12 }) {
    this.#size = size;
    this.screen = new TerminalScreen(size.columns, size.rows);
  }

  /** The process, as a command gets it. */
  get io(): CliIo {
    return {
      ...fakeCliIo(),
      stdin: { isTerminal: true, readable: this.#input.readable },
      stdout: this,
      stderr: this.stderr,
      terminal: this,
      signal: this.#interruption.signal,
    };
  }

  /** Whether all is as it was before a program took the screen. */
  get isRestored(): boolean {
    return !this.isRaw && [...this.screen.modes].sort().join() === "25,7" &&
      this.#listeners.size === 0 && this.#resumeListeners.size === 0;
  }

  size(): TerminalSize {
    return this.#size;
  }

  setRaw(isRaw: boolean): void {
    if (this.isHungUp) throw new OutputClosedError("Cannot use terminal: gone");
    this.isRaw = isRaw;
  }

  onResize(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  onResume(listener: () => void): () => void {
    this.#resumeListeners.add(listener);
    return () => this.#resumeListeners.delete(listener);
  }

  async write(text: string): Promise<void> {
    if (this.isClosed || this.isHungUp) throw new OutputClosedError("Cannot write: closed");
    if (this.isStalled) await new Promise<void>((resolve) => this.#stalled.push(resolve));
    this.writes++;
    this.screen.write(text);
  }

  /** Lets the writes go on. */
  release(): void {
    this.isStalled = false;
    for (const go of this.#stalled.splice(0)) go();
  }

  /** Presses keys. */
  type(text: string): void {
    this.#writer.write(new TextEncoder().encode(text)).catch(() => undefined);
  }

  /** Closes the keyboard. */
  hangUp(): void {
    this.#writer.close().catch(() => undefined);
  }

  resize(size: TerminalSize): void {
    this.#size = size;
    this.screen.resize(size.columns, size.rows);
    for (const listener of this.#listeners) listener();
  }

  /** What a shell does between SIGSTOP and SIGCONT. */
  stopAndResume(): void {
    this.isRaw = false;
    this.screen.write(CLOSE_SCREEN);
    for (const listener of this.#resumeListeners) listener();
  }

  /** What SIGTERM does. */
  interrupt(): void {
    this.#interruption.abort(new InterruptedError("Interrupted by SIGTERM"));
  }
}
