import type { FuzzTarget } from "../targets/fuzz_target.ts";

/** A fuzz target that is a process of its own, which is started once and given many inputs. */
export interface ProcessTarget<Input = unknown> extends Omit<FuzzTarget<Input>, "check"> {
  /** Starts it, and waits until it is ready. */
  open(): Promise<ProcessTrial<Input>>;
}

/** A process that is given inputs, from its start to its end. Disposing of it leaves nothing behind. */
export interface ProcessTrial<Input = unknown> extends AsyncDisposable {
  /**
   * Gives it one input.
   *
   * @throws If it answers as it must not, does not answer, or has ended.
   */
  check(input: Input): Promise<void>;
  /**
   * Asks for what must hold after any inputs, and then ends it: it serves a client that behaves,
   * counts no fault of its own code, ends by SIGTERM with exit code 0 and has printed no stack.
   *
   * @throws If any of that does not hold.
   */
  finish(): Promise<void>;
}

/**
 * Takes a process target whose type of input no one has to know any more, to put it into a list.
 *
 * @param target Its inputs go from its own `inputs` to its own trials only, or from a file that holds
 *   what its `inputs` made.
 */
export function anyProcessTarget<Input>(target: ProcessTarget<Input>): ProcessTarget {
  return {
    ...target,
    open: async () => {
      const trial = await target.open();
      return {
        // What comes here was made by `inputs` of the same target.
        check: (input) => trial.check(input as Input),
        finish: () => trial.finish(),
        [Symbol.asyncDispose]: () => trial[Symbol.asyncDispose](),
      };
    },
  };
}

/**
 * A target that starts a process for each single input: slow, but an input that failed fails always,
 * so that it can be made smaller, and be kept.
 *
 * @param target Where the processes come from.
 */
export function startedForEach<Input>(target: ProcessTarget<Input>): FuzzTarget<Input> {
  const { open, ...rest } = target;
  return {
    ...rest,
    check: async (input) => {
      await using trial = await open();
      await trial.check(input);
      await trial.finish();
    },
  };
}
