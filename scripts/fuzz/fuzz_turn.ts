import fc from "fast-check";
import { encodeInput } from "../../tests/fuzz/targets/fuzz_input.ts";
import type { FuzzTarget } from "../../tests/fuzz/targets/fuzz_target.ts";

/** Inputs of one seed; the next ones are of the next seed. */
export const INPUTS_PER_SEED = 20;

/** How long a failing input is made smaller, milliseconds. */
const SHRINK_MS = 60_000;

/** An input that failed, after it was made smaller. */
export interface FuzzFailure {
  /** As `encodeInput()` writes it. */
  readonly input: string;
  /** What did not hold: message and stack. */
  readonly error: string;
  /** The seed under which it was found. */
  readonly seed: number;
}

/** What came of a turn. */
export interface TurnResult {
  /** Inputs that were tried, those while making one smaller left out. */
  readonly inputs: number;
  /** The seed to go on with. */
  readonly nextSeed: number;
  readonly failure: FuzzFailure | undefined;
  /** What else is to be told of it. */
  readonly note?: string;
}

/** How a turn is run. */
export interface TurnOptions {
  /** The seed to begin with. */
  readonly seed: number;
  /** No new seed is begun after so many milliseconds. */
  readonly forMs: number;
  /** Called with every input before it is tried, and its seed. */
  readonly onInput?: (input: unknown, seed: number) => void;
  /** Milliseconds that only grow; for tests. */
  readonly nowMs?: () => number;
}

/**
 * Tries inputs of a target, seed after seed, until the time is up or one fails.
 *
 * @param target What is fuzzed.
 * @param options The seed to begin with, and how long.
 * @returns How many were tried, and the smallest failing input that was found, if any.
 * @throws {Deno.errors.NotCapable} If the target needs a permission that was not given.
 */
export async function fuzzTurn(target: FuzzTarget, options: TurnOptions): Promise<TurnResult> {
  const { forMs, nowMs = () => performance.now() } = options;
  const untilMs = nowMs() + forMs;
  let { seed } = options;
  let inputs = 0;
  do {
    const tried = await trySeed(target, seed, options.onInput);
    inputs += tried.inputs;
    seed++;
    if (tried.failure !== undefined) return { inputs, nextSeed: seed, failure: tried.failure };
  } while (nowMs() < untilMs);
  return { inputs, nextSeed: seed, failure: undefined };
}

async function trySeed(
  target: FuzzTarget,
  seed: number,
  onInput: TurnOptions["onInput"],
): Promise<Omit<TurnResult, "nextSeed">> {
  const property = fc.asyncProperty(target.inputs, async (input) => {
    onInput?.(input, seed);
    await target.check(input);
  });
  const found = await fc.check(property, { seed, numRuns: INPUTS_PER_SEED, endOnFailure: true });
  if (!found.failed) return { inputs: found.numRuns, failure: undefined };
  // A permission that is missing is no fault of the input.
  if (found.errorInstance instanceof Deno.errors.NotCapable) throw found.errorInstance;
  const smaller = await fc.check(property, {
    seed,
    path: found.counterexamplePath ?? "",
    numRuns: 1,
    interruptAfterTimeLimit: SHRINK_MS,
  });
  // What fails only the first time is told as it was found.
  const { counterexample, errorInstance } = smaller.counterexample === null ? found : smaller;
  const [input] = counterexample ?? [];
  return {
    inputs: found.numRuns,
    failure: { input: encodeInput(input), error: textOf(errorInstance), seed },
  };
}

/** What an error says, with where it was thrown. */
function textOf(error: unknown): string {
  if (!(error instanceof Error)) return `${error}`;
  return error.stack ?? `${error.name}: ${error.message}`;
}
