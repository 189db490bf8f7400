import type { FuzzFailure, TurnResult } from "./fuzz_turn.ts";
import type { FuzzJob } from "./fuzz_job.ts";
import { type JobOutcome, WorkerThread } from "./worker_thread.ts";

/** How often a thread is started that does not begin. */
const MAX_TRIES = 3;

type BegunOutcome = Exclude<JobOutcome, { type: "not_begun" }>;

/** Has a target's inputs tried for some time. */
export interface FuzzTurns {
  /**
   * @param target Name of the target.
   * @param seed The seed to begin with.
   * @param forMs For how long.
   * @param signal Ends it at once.
   * @returns What came of it.
   */
  take(target: string, seed: number, forMs: number, signal: AbortSignal): Promise<TurnResult>;
}

/** Turns of targets that are cores, in a thread of their own. */
export class CoreTurns implements FuzzTurns, Disposable {
  readonly #thread: WorkerThread;

  /** @param thread Where inputs are tried; disposed of with this. */
  constructor(thread: WorkerThread = new WorkerThread()) {
    this.#thread = thread;
  }

  async take(
    target: string,
    seed: number,
    forMs: number,
    signal: AbortSignal,
  ): Promise<TurnResult> {
    const outcome = await this.#run({ target, seed, forMs, tellsInputs: false }, signal);
    if (outcome.type === "done") return outcome.result;
    // Once more and slowly, to see at which input it is.
    const { seed: stuckSeed } = outcome;
    const job = { target, seed: stuckSeed, forMs: 0, tellsInputs: true };
    const again = await this.#run(job, signal);
    if (again.type === "stuck" && again.lastInput !== undefined) {
      return { inputs: 0, nextSeed: stuckSeed + 1, failure: stuckAt(again.lastInput, stuckSeed) };
    }
    const note = `${target} stood still under seed ${stuckSeed}, and when tried again did not`;
    return again.type === "done"
      ? { ...again.result, note }
      : { inputs: 0, nextSeed: stuckSeed + 1, failure: undefined, note };
  }

  /** A thread that does not begin has not come to any input: another one is tried. */
  async #run(job: FuzzJob, signal: AbortSignal): Promise<BegunOutcome> {
    for (let tries = 0; tries < MAX_TRIES; tries++) {
      const outcome = await this.#thread.run(job, signal);
      if (outcome.type !== "not_begun") return outcome;
    }
    throw new Error(`No thread begins to fuzz, in ${MAX_TRIES} tries`);
  }

  [Symbol.dispose](): void {
    this.#thread[Symbol.dispose]();
  }
}

function stuckAt(input: string, seed: number): FuzzFailure {
  return { input, error: "Error: It never comes to an end (the input was not made smaller)", seed };
}
