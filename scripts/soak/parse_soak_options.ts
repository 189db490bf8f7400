import { parseArgs } from "@std/cli";
import { didYouMean } from "../../src/settings/did_you_mean.ts";
import { nearestName } from "../../src/settings/nearest_name.ts";
import type { SoakTarget } from "./soak_target.ts";
import { SoakUsageError } from "./soak_usage_error.ts";

/** What a soak is asked to do. */
export interface SoakPlan {
  readonly task: "run";
  /** In the order in which they were named. */
  readonly targets: readonly SoakTarget[];
  /** Each of them. */
  readonly seconds: number;
  readonly clients: number;
  /** `undefined` when one is to be drawn. */
  readonly seed: number | undefined;
  /** File that gets the reports as JSON. */
  readonly json: string | undefined;
  /** Directory that keeps the files of the runs. */
  readonly keep: string | undefined;
}

/** What the command line asks for. */
export type SoakTask = { readonly task: "help" } | SoakPlan;

const TEXTS = ["minutes", "target", "clients", "seed", "json", "keep"] as const;
const OPTIONS = [...TEXTS, "help"].map((name) => `--${name}`);

const DEFAULT_MINUTES = 60;
const MAX_MINUTES = 7 * 24 * 60;
const DEFAULT_CLIENTS = 200;
const LEAST_CLIENTS = 8;
const MAX_CLIENTS = 2_000;
const MAX_SEED = 0xffff_ffff;

/**
 * Reads the command line of `deno task soak`.
 *
 * @param args What stands behind the script's name.
 * @param known What can be soaked; the first is the default.
 * @throws {SoakUsageError} If it cannot be followed.
 */
export function parseSoakOptions(
  args: readonly string[],
  known: readonly [SoakTarget, ...SoakTarget[]],
): SoakTask {
  const flags = parseArgs([...args], {
    boolean: ["help"],
    string: [...TEXTS],
    collect: ["target"],
    alias: { help: "h" },
    unknown: rejectUnknown,
  });
  if (flags.help) return { task: "help" };
  const minutes = readNumber("minutes", flags.minutes, DEFAULT_MINUTES);
  if (!(minutes > 0 && minutes <= MAX_MINUTES)) {
    throw new SoakUsageError(
      `--minutes must be a number above 0, at most ${MAX_MINUTES}, got ${flags.minutes}`,
    );
  }
  const named = [...new Set(flags.target)].map((name) => readTarget(name, known));
  const seed = { least: 0, most: MAX_SEED };
  return {
    task: "run",
    targets: named.length === 0 ? [known[0]] : named,
    seconds: minutes * 60,
    clients: readWhole("clients", flags.clients, { least: LEAST_CLIENTS, most: MAX_CLIENTS }) ??
      DEFAULT_CLIENTS,
    seed: readWhole("seed", flags.seed, seed),
    json: flags.json,
    keep: flags.keep,
  };
}

function rejectUnknown(argument: string): never {
  if (!argument.startsWith("-")) throw new SoakUsageError(`unexpected argument ${argument}`);
  const name = argument.split("=", 1).join("");
  throw new SoakUsageError(`unknown option ${name}${didYouMean(nearestName(name, OPTIONS))}`);
}

function readTarget(name: string, known: readonly SoakTarget[]): SoakTarget {
  const target = known.find((each) => each.name === name);
  if (target !== undefined) return target;
  const names = known.map((each) => each.name);
  throw new SoakUsageError(
    `no target is called ${name}${didYouMean(nearestName(name, names))}; there are ${
      names.join(", ")
    }`,
  );
}

function readWhole(
  name: string,
  word: string | undefined,
  { least, most }: { readonly least: number; readonly most: number },
): number | undefined {
  if (word === undefined) return undefined;
  const number = readNumber(name, word, NaN);
  if (Number.isInteger(number) && number >= least && number <= most) return number;
  throw new SoakUsageError(
    `--${name} must be a whole number from ${least} to ${most}, got ${word}`,
  );
}

/** Spaces are no number, though JavaScript takes them for 0. */
function readNumber(name: string, word: string | undefined, otherwise: number): number {
  if (word === undefined) return otherwise;
  if (word.trim() === "") throw new SoakUsageError(`--${name} needs a number`);
  return Number(word);
}
