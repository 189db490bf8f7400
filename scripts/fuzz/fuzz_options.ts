import { parseArgs } from "@std/cli";
import { BenchUsageError as UsageError } from "../bench/bench_usage_error.ts";
import { rejectName, rejectUnknown } from "../bench/option_readers.ts";

/** How long it fuzzes if nobody says, seconds. */
export const DEFAULT_SECONDS = 60;

/** Seeds are 32 bits wide, and grow during a run. */
export const MAX_SEED = 2 ** 31 - 1;

const MAX_SECONDS = 7 * 24 * 3_600;
const SWITCHES = ["process", "list", "help"] as const;
const TEXTS = ["seconds", "seed", "input", "target"] as const;
const OPTIONS = [...TEXTS, ...SWITCHES].map((name) => `--${name}`);

/** What is to be fuzzed, and for how long. */
export interface FuzzPlan {
  readonly task: "fuzz";
  readonly seconds: number;
  /** The seed to begin with; `undefined` to draw one. */
  readonly seed: number | undefined;
  /** Names of the targets. */
  readonly targets: readonly string[];
  /** Whether the targets are processes. */
  readonly isProcess: boolean;
}

/** An input that is to be tried once more. */
export interface ReplayPlan {
  readonly task: "replay";
  readonly target: string;
  readonly isProcess: boolean;
  /** Its file. */
  readonly path: string;
}

/** What the command line asks for. */
export type FuzzOptions = FuzzPlan | ReplayPlan | { readonly task: "help" | "list" };

/** The names of the targets that there are. */
export interface FuzzNames {
  readonly cores: readonly string[];
  readonly processes: readonly string[];
}

/**
 * Reads the command line of `deno task fuzz`.
 *
 * @param args What stands behind the script's name.
 * @param names The targets that there are.
 * @returns What to do.
 * @throws {BenchUsageError} If it can't be followed.
 */
export function parseFuzzOptions(args: readonly string[], names: FuzzNames): FuzzOptions {
  const flags = parseArgs([...args], {
    boolean: SWITCHES,
    string: TEXTS,
    collect: ["target"],
    alias: { help: "h" },
    unknown: (argument) => rejectUnknown(argument, OPTIONS),
  });
  if (flags.help) return { task: "help" };
  if (flags.list) return { task: "list" };
  const isProcess = flags.process;
  const known = isProcess ? names.processes : names.cores;
  const targets = flags.target.map((name) => readTarget(name, known));
  if (flags.input !== undefined) return readReplay(flags.input, targets, isProcess);
  return {
    task: "fuzz",
    seconds: flags.seconds === undefined ? DEFAULT_SECONDS : readSeconds(flags.seconds),
    seed: flags.seed === undefined ? undefined : readSeed(flags.seed),
    targets: targets.length === 0 ? known : [...new Set(targets)],
    isProcess,
  };
}

function readTarget(name: string, known: readonly string[]): string {
  return known.includes(name) ? name : rejectName("target", name, known);
}

/** The folder of a kept input is named after its target. */
function readReplay(path: string, targets: readonly string[], isProcess: boolean): ReplayPlan {
  const [target, ...others] = targets;
  if (target === undefined || others.length > 0) {
    throw new UsageError("--input needs the one --target that it is for");
  }
  return { task: "replay", target, isProcess, path };
}

function readSeconds(word: string): number {
  const seconds = Number(word);
  if (seconds > 0 && seconds <= MAX_SECONDS) return seconds;
  throw new UsageError(`--seconds must be a number above 0, at most ${MAX_SECONDS}, got ${word}`);
}

function readSeed(word: string): number {
  const seed = Number(word);
  if (/^\d+$/.test(word) && seed <= MAX_SEED) return seed;
  throw new UsageError(`--seed must be a whole number from 0 to ${MAX_SEED}, got ${word}`);
}
