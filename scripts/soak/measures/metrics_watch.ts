import { type ControlClock, SYSTEM_CLOCK } from "../../../src/control/control_clock.ts";
import { CounterRises } from "./counter_rises.ts";
import { type LagBucket, lagQuantile } from "./lag_quantile.ts";
import type { MemorySample } from "./memory_slope.ts";
import { readMetrics } from "./metrics_text.ts";

/** How long one reading may take, milliseconds: a server that is slower than this has failed. */
const READ_TIMEOUT_MS = 5_000;

/** How many failures are told in words; all are counted. */
const MAX_FAILURES_TOLD = 5;

const LAG_BUCKET = /^hushcast_event_loop_lag_seconds_bucket\{le="([^"]+)"\}$/;

/** Samples that count faults of the program's own. */
const INTERNAL_ERRORS = ['hushcast_drops_total{reason="internal_error"}'] as const;

/** Reads the metrics of a server. @throws If it does not answer, or not well. */
export type MetricsReader = (signal: AbortSignal) => Promise<string>;

/** What is watched, and how. */
export interface MetricsWatchOptions {
  /** As in `http://127.0.0.1:47702/metrics`. */
  readonly url: string;
  /** Time between two readings, milliseconds; 1,000 by default. */
  readonly everyMs?: number;
  /** From when on lag and memory are judged, milliseconds after the start; 0 by default. */
  readonly warmUpMs?: number;
  /** Time and the timer; by default those of the platform. */
  readonly clock?: ControlClock;
  /** What reads, in place of HTTP. */
  readonly read?: MetricsReader;
}

/**
 * Reads a server's `/metrics` again and again, from its creation until it is disposed of, and keeps what
 * a soak goes by: memory, event-loop lag, how much each counter rose, and readings that failed.
 */
export class MetricsWatch implements AsyncDisposable {
  readonly #everyMs: number;
  /** From when on lag and memory are judged, milliseconds after the start. */
  readonly warmUpMs: number;
  readonly #clock: ControlClock;
  readonly #read: MetricsReader;
  readonly #beganMs: number;
  readonly #rises = new CounterRises("zero");
  readonly #risesMeasured = new CounterRises("first values");
  readonly #memory: MemorySample[] = [];
  readonly #failures: string[] = [];
  readonly #ended = new AbortController();
  readonly #closeReader: () => void;
  #values: ReadonlyMap<string, number> = new Map();
  #readings = 0;
  #failedReadings = 0;
  #slowestMs = 0;
  #isPaused = false;
  #stopTimer: () => void = () => undefined;
  #reading: Promise<void> = Promise.resolve();

  /** @param options What is watched, and how. */
  constructor({ url, everyMs = 1_000, warmUpMs = 0, clock, read }: MetricsWatchOptions) {
    this.#everyMs = everyMs;
    this.warmUpMs = warmUpMs;
    this.#clock = clock ?? SYSTEM_CLOCK;
    const http = read === undefined ? httpReader(url) : { read, close: () => undefined };
    this.#read = http.read;
    this.#closeReader = http.close;
    this.#beganMs = this.#clock.nowMs();
    this.#arm(0);
  }

  /** How many readings succeeded. */
  get readings(): number {
    return this.#readings;
  }

  /** How many failed: each is a fault of the server, unless it was paused for. */
  get failedReadings(): number {
    return this.#failedReadings;
  }

  /** Why the first of those failed. */
  get failures(): readonly string[] {
    return this.#failures;
  }

  /** How long the slowest reading took, milliseconds. */
  get slowestMs(): number {
    return this.#slowestMs;
  }

  /** All samples of memory, in order of time; warm-up included. */
  get memory(): readonly MemorySample[] {
    return this.#memory;
  }

  /** The newest of these, bytes; 0 before the first. */
  get residentBytes(): number {
    return this.#memory.at(-1)?.bytes ?? 0;
  }

  /** The newest value of a sample, by name and labels as the server writes them. */
  value(sample: string): number | undefined {
    return this.#values.get(sample);
  }

  /** How much a counter counted in all, over all lives of the process; 0 when it was never seen. */
  rise(sample: string): number {
    return this.#rises.rises.get(sample) ?? 0;
  }

  /** How many faults of its own the server counted, from its start on. */
  get internalErrors(): number {
    return INTERNAL_ERRORS.reduce((sum, sample) => sum + this.rise(sample), 0);
  }

  /** How late timers of the server ran since warm-up. */
  get lagBuckets(): readonly LagBucket[] {
    return [...this.#risesMeasured.rises].flatMap(([sample, count]) => {
      const bound = LAG_BUCKET.exec(sample)?.[1];
      if (bound === undefined) return [];
      return [{ upToSeconds: bound === "+Inf" ? Infinity : Number(bound), count }];
    }).sort((a, b) => a.upToSeconds - b.upToSeconds);
  }

  /** A quantile of that, seconds; see `lagQuantile`. */
  lagSeconds(share = 0.99): number {
    return lagQuantile(this.lagBuckets, share);
  }

  /** Reads no more until `resume`: the server is about to be ended or stopped on purpose. */
  async pause(): Promise<void> {
    this.#isPaused = true;
    this.#stopTimer();
    await this.#reading;
  }

  /** Reads on: the server is there again. */
  resume(): void {
    if (!this.#isPaused) return;
    this.#isPaused = false;
    this.#arm(0);
  }

  /** Reads once more at once, so that what was counted last is seen as well. */
  async readNow(): Promise<void> {
    await this.#reading;
    this.#reading = this.#readOnce();
    await this.#reading;
  }

  /** Ends it; twice is safe. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#ended.abort(new Error("the watch has ended"));
    this.#stopTimer();
    await this.#reading;
    this.#closeReader();
  }

  #arm(delayMs: number): void {
    if (this.#isPaused || this.#ended.signal.aborted) return;
    const dueMs = this.#clock.nowMs() + delayMs;
    this.#stopTimer = this.#clock.startTimer(delayMs, () => {
      this.#reading = this.#readOnce().finally(() => {
        // From when it was due, so that the time of reading does not add up.
        this.#arm(Math.max(0, dueMs + this.#everyMs - this.#clock.nowMs()));
      });
    });
  }

  async #readOnce(): Promise<void> {
    const startedMs = this.#clock.nowMs();
    const late = new AbortController();
    const stopTimer = this.#clock.startTimer(READ_TIMEOUT_MS, () => {
      late.abort(new Error(`no answer in ${READ_TIMEOUT_MS} ms`));
    });
    try {
      this.#take(await this.#read(AbortSignal.any([late.signal, this.#ended.signal])), startedMs);
    } catch (error) {
      if (!this.#ended.signal.aborted) this.#noteFailure(error);
    } finally {
      stopTimer();
    }
  }

  #take(text: string, startedMs: number): void {
    const snapshot = readMetrics(text);
    const nowMs = this.#clock.nowMs();
    const atMs = nowMs - this.#beganMs;
    this.#values = snapshot.values;
    this.#rises.take(snapshot);
    if (atMs >= this.warmUpMs) this.#risesMeasured.take(snapshot);
    const bytes = snapshot.values.get("process_resident_memory_bytes");
    if (bytes === undefined) throw new Error("the metrics lack resident memory");
    this.#memory.push({ atMs, bytes });
    this.#readings++;
    this.#slowestMs = Math.max(this.#slowestMs, nowMs - startedMs);
  }

  #noteFailure(error: unknown): void {
    this.#failedReadings++;
    if (this.#failures.length < MAX_FAILURES_TOLD) this.#failures.push(String(error));
  }
}

/** A connection of its own, so that nothing is left open when the watch ends. */
function httpReader(url: string): { readonly read: MetricsReader; readonly close: () => void } {
  const client = Deno.createHttpClient({ poolMaxIdlePerHost: 1 });
  const read = async (signal: AbortSignal) => {
    const response = await fetch(url, { signal, client });
    const text = await response.text();
    if (!response.ok) throw new Error(`status ${response.status}`);
    return text;
  };
  return { read, close: () => client.close() };
}
