import type fc from "fast-check";

/**
 * One thing that is fuzzed: how inputs are made, and what must hold of each.
 *
 * Checks keep nothing from one input to the next, and take all randomness from the input, so that
 * an input that fails once fails always.
 */
export interface FuzzTarget<Input = unknown> {
  /** Small letters and dashes, as in `relay-session`; also the name of its folder of kept inputs. */
  readonly name: string;
  /** One line for `--list`: what is fed with what. */
  readonly about: string;
  /** How inputs are made: of plain data and `Uint8Array`, as `encodeInput()` writes it. */
  readonly inputs: fc.Arbitrary<Input>;
  /** Its share of the time of a run, beside the others'; 1 if left out. */
  readonly weight?: number;
  /** How many inputs `deno task test` tries each time; 100 if left out. */
  readonly budgetInputs?: number;
  /**
   * Tries one input.
   *
   * @throws If something does not hold that must.
   */
  check(input: Input): void | Promise<void>;
}

/**
 * Takes a target whose type of input no one has to know any more, to put it into a list.
 *
 * @param target Its inputs go from its own `inputs` to its own `check` only, or from a file that
 *   holds what its `inputs` made.
 */
export function anyTarget<Input>(target: FuzzTarget<Input>): FuzzTarget {
  return {
    ...target,
    // What comes here was made by `inputs` of the same target.
    check: (input) => target.check(input as Input),
  };
}
