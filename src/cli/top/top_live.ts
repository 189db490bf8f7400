import { systemReason } from "../../observe/system_reason.ts";
import { Backoff } from "../../session/backoff.ts";
import { ControlClientError } from "../../control/control_client_error.ts";
import type { ControlLinkOptions } from "../../control/control_link.ts";
import type { CliIo, Terminal } from "../cli_io.ts";
import { stoppableInput } from "../stoppable_input.ts";
import { type TopClock, wait } from "./top_clock.ts";
import { type Key, KeyReader } from "./top_keys.ts";
import { TopModel, type TopModelOptions } from "./top_model.ts";
import { pageRowsOf, renderTop } from "./top_render.ts";
import { TopScreen } from "./top_screen.ts";
import { TopSource } from "./top_source.ts";

/** How long the rest of an escape sequence may take, milliseconds; then it was the escape key. */
export const ESCAPE_DELAY_MS = 50;

/** How often the screen is drawn without news, for the times on it. */
const REDRAW_MS = 1_000;

/** Delays between tries to reach a server that is gone. */
const RETRY_DELAYS = { firstMs: 500, capMs: 5_000 };

/** What `runTopLive` works with. */
export interface TopLiveOptions {
  readonly link: ControlLinkOptions;
  readonly model: TopModelOptions;
  readonly io: CliIo;
  readonly terminal: Terminal;
  readonly clock: TopClock;
}

/**
 * Shows a server on the whole screen until a key or the signal ends it.
 *
 * @param options Server, view and process.
 * @throws {ControlClientError} If the server cannot be reached at first; the screen is then untouched.
 * @throws {OutputClosedError} If the terminal is gone.
 * @throws {unknown} The signal's reason when it aborts.
 */
export async function runTopLive(options: TopLiveOptions): Promise<void> {
  const { link, model, io, clock } = options;
  const end = new AbortController();
  const signal = AbortSignal.any([io.signal, end.signal]);
  const source = await TopSource.connect({ ...link, signal }, clock);
  try {
    const live = new TopLive(options, new TopModel(model, await source.sample()), signal);
    await live.run(source, end);
  } finally {
    await source[Symbol.asyncDispose]();
  }
}

class TopLive {
  readonly #options: TopLiveOptions;
  readonly #model: TopModel;
  readonly #signal: AbortSignal;
  readonly #quit = Promise.withResolvers<void>();
  readonly #keys = new KeyReader();
  #stopEscape = () => {};
  #draw = () => {};

  constructor(options: TopLiveOptions, model: TopModel, signal: AbortSignal) {
    this.#options = options;
    this.#model = model;
    this.#signal = signal;
  }

  async run(source: TopSource, end: AbortController): Promise<void> {
    const { io, terminal, clock } = this.#options;
    await using screen = await TopScreen.open(
      io,
      terminal,
      (size) => renderTop(this.#model.view(clock.nowMs(), pageRowsOf(size)), size),
    );
    this.#draw = () => screen.draw();
    const stopResize = terminal.onResize(this.#draw);
    const stopResume = terminal.onResume(() => screen.takeBack());
    const input = stoppableInput(io.stdin.readable);
    const work = [this.#watch(source), this.#redraw(), this.#takeKeys(input.readable)];
    try {
      await Promise.race([this.#quit.promise, screen.failed, ...work]);
    } finally {
      end.abort();
      stopResize();
      stopResume();
      this.#stopEscape();
      await input.stop();
      await Promise.allSettled(work);
    }
  }

  /** Never returns; while the server is gone, tries to reach it again. */
  async #watch(first: TopSource): Promise<void> {
    const { link, clock } = this.#options;
    await this.#unlessLost(() => this.#sample(first));
    const backoff = () => new Backoff(RETRY_DELAYS, Math.random);
    let delays = backoff();
    for (;;) {
      await wait(clock, delays.next(), this.#signal);
      await this.#unlessLost(async () => {
        await using source = await TopSource.connect({ ...link, signal: this.#signal }, clock);
        this.#take(await source.sample());
        delays = backoff();
        await this.#sample(source);
      });
    }
  }

  async #unlessLost(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (!(error instanceof ControlClientError)) throw error;
      this.#model.lost(reasonOf(error), this.#options.clock.nowMs());
      this.#draw();
    }
  }

  /** Looks at the server until the connection is lost. */
  async #sample(source: TopSource): Promise<never> {
    const { clock, model: { intervalMs } } = this.#options;
    let tookMs = 0;
    for (;;) {
      // A server that has much to tell is left alone for at least as long as it took.
      await wait(clock, Math.max(intervalMs - tookMs, tookMs), this.#signal);
      const startMs = clock.nowMs();
      this.#take(await source.sample());
      tookMs = clock.nowMs() - startMs;
    }
  }

  #take(sample: Parameters<TopModel["sampled"]>[0]): void {
    this.#model.sampled(sample);
    this.#draw();
  }

  async #redraw(): Promise<never> {
    for (;;) {
      this.#draw();
      await wait(this.#options.clock, REDRAW_MS, this.#signal);
    }
  }

  /** Returns when the keyboard is gone, which ends the rest. */
  async #takeKeys(readable: ReadableStream<Uint8Array>): Promise<void> {
    for await (const bytes of readable) {
      this.#stopEscape();
      this.#press(this.#keys.read(bytes));
      if (!this.#keys.isPending) continue;
      this.#stopEscape = this.#options.clock.startTimer(
        ESCAPE_DELAY_MS,
        () => this.#press(this.#keys.flush()),
      );
    }
  }

  #press(keys: readonly Key[]): void {
    const pageRows = pageRowsOf(this.#options.terminal.size());
    if (keys.some((key) => this.#model.press(key, pageRows) === "quit")) this.#quit.resolve();
    this.#draw();
  }
}

/** Where the server is stands in the head already. */
function reasonOf({ code, message, cause }: ControlClientError): string {
  return code === "CONTROL_UNREACHABLE" && cause instanceof Error ? systemReason(cause) : message;
}
