import { PROCESS_TARGETS } from "../../tests/fuzz/processes/process_targets.ts";
import { startedForEach } from "../../tests/fuzz/processes/process_target.ts";
import { ALL_TARGETS } from "../../tests/fuzz/targets/all_targets.ts";
import { decodeInput } from "../../tests/fuzz/targets/fuzz_input.ts";
import { BenchUsageError } from "../bench/bench_usage_error.ts";
import { CoreTurns } from "./core_turns.ts";
import { FUZZ_HELP, fuzzList } from "./fuzz_help.ts";
import {
  type FuzzOptions,
  type FuzzPlan,
  MAX_SEED,
  parseFuzzOptions,
  type ReplayPlan,
} from "./fuzz_options.ts";
import { KEPT_INPUTS } from "./kept_inputs.ts";
import { ProcessTurns } from "./process_turns.ts";
import { runFuzz } from "./run_fuzz.ts";

/** Where it prints, and what ends it. */
export interface FuzzSurroundings {
  /** Prints what was asked for. */
  readonly print: (text: string) => void;
  /** Tells what happens, a line at a time. */
  readonly say: (line: string) => void;
  /** Ends all at once. */
  readonly signal: AbortSignal;
}

/**
 * Fuzzes as its command line says.
 *
 * @param args What stands behind the script's name.
 * @param surroundings Where it prints, and what ends it.
 * @returns The exit code: 0, 1 when something failed, 2 for wrong usage, 130 when it was interrupted.
 */
export async function fuzzMain(
  args: readonly string[],
  surroundings: FuzzSurroundings,
): Promise<number> {
  try {
    const names = {
      cores: ALL_TARGETS.map(({ name }) => name),
      processes: PROCESS_TARGETS.map(({ name }) => name),
    };
    return await perform(parseFuzzOptions(args, names), surroundings);
  } catch (error) {
    if (!(error instanceof BenchUsageError)) throw error;
    surroundings.say(`${error.message}; try --help`);
    return 2;
  }
}

async function perform(options: FuzzOptions, surroundings: FuzzSurroundings): Promise<number> {
  switch (options.task) {
    case "help":
      surroundings.print(FUZZ_HELP.trimEnd());
      return 0;
    case "list":
      surroundings.print(fuzzList(ALL_TARGETS, PROCESS_TARGETS));
      return 0;
    case "replay":
      return await replay(options, surroundings);
    case "fuzz":
      return await fuzz(options, surroundings);
    default:
      return options satisfies never;
  }
}

async function fuzz(plan: FuzzPlan, { say, signal }: FuzzSurroundings): Promise<number> {
  const all = plan.isProcess ? PROCESS_TARGETS : ALL_TARGETS;
  const run = {
    targets: all.filter(({ name }) => plan.targets.includes(name)),
    seconds: plan.seconds,
    seed: plan.seed ?? Math.floor(Math.random() * MAX_SEED),
    folder: KEPT_INPUTS,
    flags: plan.isProcess ? ["--process"] : [],
    say,
    signal,
  };
  if (plan.isProcess) return await runFuzz({ ...run, turns: new ProcessTurns(PROCESS_TARGETS) });
  using turns = new CoreTurns();
  return await runFuzz({ ...run, turns });
}

async function replay(
  { target: name, isProcess, path }: ReplayPlan,
  { say }: FuzzSurroundings,
): Promise<number> {
  const targets = isProcess ? PROCESS_TARGETS.map(startedForEach) : ALL_TARGETS;
  const target = targets.find((each) => each.name === name);
  if (target === undefined) throw new RangeError(`No target is called ${name}`);
  const input = decodeInput(await readInput(path));
  try {
    await target.check(input);
  } catch (error) {
    say(`${name} FAILED`);
    say(error instanceof Error ? error.stack ?? error.message : `${error}`);
    return 1;
  }
  say(`${name}: the input does not fail`);
  return 0;
}

async function readInput(path: string): Promise<string> {
  try {
    return await Deno.readTextFile(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    throw new BenchUsageError(`--input: there is no file ${path}`);
  }
}
