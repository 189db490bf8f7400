import fc from "fast-check";
import {
  type ProcessTarget,
  type ProcessTrial,
  startedForEach,
} from "../../tests/fuzz/processes/process_target.ts";
import { encodeInput } from "../../tests/fuzz/targets/fuzz_input.ts";
import type { FuzzTurns } from "./core_turns.ts";
import { type FuzzFailure, fuzzTurn, INPUTS_PER_SEED, type TurnResult } from "./fuzz_turn.ts";

/**
 * Turns of targets that are processes: one process a turn, and one for each input once something has
 * failed, to find the input that it is.
 */
export class ProcessTurns implements FuzzTurns {
  readonly #targets: readonly ProcessTarget[];

  /** @param targets All that there are. */
  constructor(targets: readonly ProcessTarget[]) {
    this.#targets = targets;
  }

  async take(
    name: string,
    seed: number,
    forMs: number,
    signal: AbortSignal,
  ): Promise<TurnResult> {
    const target = this.#targets.find((each) => each.name === name);
    if (target === undefined) throw new RangeError(`No target is called ${name}`);
    const tried = new TriedInputs(target.inputs, seed);
    try {
      await giveAll(target, tried, performance.now() + forMs, signal);
    } catch (error) {
      signal.throwIfAborted();
      return {
        inputs: tried.count,
        nextSeed: tried.seed + 1,
        failure: await find(target, tried, error),
      };
    }
    return { inputs: tried.count, nextSeed: tried.seed + 1, failure: undefined };
  }
}

/** The inputs of a turn, seed after seed as `fuzzTurn()` makes them, and how far it came. */
class TriedInputs {
  count = 0;
  /** The last one that was given. */
  last: unknown;
  seed: number;
  readonly #inputs: fc.Arbitrary<unknown>;

  constructor(inputs: fc.Arbitrary<unknown>, seed: number) {
    this.#inputs = inputs;
    this.seed = seed;
  }

  *next(): Generator<unknown> {
    for (;;) {
      const { seed } = this;
      for (const input of fc.sample(this.#inputs, { seed, numRuns: INPUTS_PER_SEED })) {
        this.count++;
        this.last = input;
        yield input;
      }
      this.seed++;
    }
  }
}

async function giveAll(
  target: ProcessTarget,
  tried: TriedInputs,
  untilMs: number,
  signal: AbortSignal,
): Promise<void> {
  await using trial: ProcessTrial = await target.open();
  for (const input of tried.next()) {
    await trial.check(input);
    signal.throwIfAborted();
    if (performance.now() >= untilMs) break;
  }
  await trial.finish();
}

/** Tries to fail once more with one input alone; else tells the last one that the process was given. */
async function find(
  target: ProcessTarget,
  { seed, last }: TriedInputs,
  error: unknown,
): Promise<FuzzFailure> {
  const { failure } = await fuzzTurn(startedForEach(target), { seed, forMs: 0 });
  if (failure !== undefined) return failure;
  const said = error instanceof Error ? error.stack ?? error.message : `${error}`;
  const note = "(no input of this seed does that alone; kept is the last one before it)";
  return { input: encodeInput(last), error: `${said}\n${note}`, seed };
}
