import type { FuzzJob, FuzzNews } from "./fuzz_job.ts";
import type { TurnResult } from "./fuzz_turn.ts";

/** How long the worker may say nothing before it counts as stuck, milliseconds. */
export const STUCK_MS = 30_000;

/** How long a thread may take to begin, milliseconds: a machine may be busy. */
export const BEGIN_MS = 60_000;

/** What came of a job. */
export type JobOutcome =
  | { readonly type: "done"; readonly result: TurnResult }
  /** An input never came to its end: the last seed and the last input that are known of. */
  | { readonly type: "stuck"; readonly seed: number; readonly lastInput: string | undefined }
  /** The thread itself has not begun in time. */
  | { readonly type: "not_begun" };

/** A thread that tries inputs; one that is stuck is ended, and a new one takes its place. */
export class WorkerThread implements Disposable {
  readonly #url: URL;
  readonly #stuckMs: number;
  readonly #beginMs: number;
  #worker: Worker | undefined;

  /**
   * @param url The module of the thread, which takes a `FuzzJob` and answers with `FuzzNews`.
   * @param limits How long it may say nothing, and how long it may take to begin, milliseconds.
   */
  constructor(
    url: URL = new URL("./fuzz_worker.ts", import.meta.url),
    { stuckMs = STUCK_MS, beginMs = BEGIN_MS }: { stuckMs?: number; beginMs?: number } = {},
  ) {
    this.#url = url;
    this.#stuckMs = stuckMs;
    this.#beginMs = beginMs;
  }

  /**
   * Has a job done.
   *
   * @throws {Error} If the thread itself has failed.
   * @throws The signal's reason, if that is aborted first; the thread has ended then.
   */
  async run(job: FuzzJob, signal: AbortSignal): Promise<JobOutcome> {
    signal.throwIfAborted();
    const isNew = this.#worker === undefined;
    this.#worker ??= new Worker(this.#url, { type: "module" });
    const outcome = this.#outcomeOf(this.#worker, job, signal, isNew);
    if (!isNew) this.#worker.postMessage(job);
    try {
      const ended = await outcome;
      if (ended.type !== "done") this[Symbol.dispose]();
      return ended;
    } catch (error) {
      this[Symbol.dispose]();
      throw error;
    }
  }

  /** Ends the thread, whatever it does. */
  [Symbol.dispose](): void {
    this.#worker?.terminate();
    this.#worker = undefined;
  }

  async #outcomeOf(
    worker: Worker,
    job: FuzzJob,
    signal: AbortSignal,
    isNew: boolean,
  ): Promise<JobOutcome> {
    let isAwaited = isNew;
    const { promise, resolve, reject } = Promise.withResolvers<JobOutcome>();
    let [seed, lastInput]: [number | undefined, string | undefined] = [undefined, undefined];
    const giveUp = () =>
      resolve(seed === undefined ? { type: "not_begun" } : { type: "stuck", seed, lastInput });
    let timer = setTimeout(giveUp, this.#beginMs);
    const onAbort = () => reject(signal.reason);
    signal.addEventListener("abort", onAbort);
    worker.onmessage = ({ data }: MessageEvent<FuzzNews>) => {
      if (data.type === "ready") {
        // It says so until it is given something to do.
        if (isAwaited) worker.postMessage(job);
        isAwaited = false;
        return;
      }
      clearTimeout(timer);
      timer = setTimeout(giveUp, this.#stuckMs);
      if (data.type === "alive") seed = data.seed;
      if (data.type === "input") lastInput = data.input;
      if (data.type === "done") resolve(data);
      if (data.type === "broken") reject(new Error(data.error));
    };
    worker.onerror = (event) => {
      event.preventDefault();
      reject(new Error(event.message));
    };
    try {
      return await promise;
    } finally {
      clearTimeout(timer);
      signal.removeEventListener("abort", onAbort);
    }
  }
}
