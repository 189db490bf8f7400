import type { TurnResult } from "./fuzz_turn.ts";

/** What the worker is told to do. */
export interface FuzzJob {
  /** Name of the target. */
  readonly target: string;
  readonly seed: number;
  readonly forMs: number;
  /** Whether every input is to be told before it is tried: to find the one that never ends. */
  readonly tellsInputs: boolean;
}

/** What the worker says. */
export type FuzzNews =
  /** It takes a job: what is sent to it before, while its modules load, may be lost. */
  | { readonly type: "ready" }
  /** It is not stuck, and is at a seed. */
  | { readonly type: "alive"; readonly seed: number }
  /** The input that it is about to try, as `encodeInput()` writes it. */
  | { readonly type: "input"; readonly input: string }
  | { readonly type: "done"; readonly result: TurnResult }
  /** The machinery itself has failed, not what it fuzzes. */
  | { readonly type: "broken"; readonly error: string };
