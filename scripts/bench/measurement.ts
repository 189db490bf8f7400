import type { LoadOutcome } from "./load_job.ts";
import type { BenchCase } from "./scenarios.ts";

/** One relay, one case, one round. */
export interface Measurement {
  readonly benchCase: BenchCase;
  /** Letter of the relay. */
  readonly letter: string;
  /** From 1. */
  readonly round: number;
  readonly result: LoadOutcome;
}
