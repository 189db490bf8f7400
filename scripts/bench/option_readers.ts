import { parseArgs } from "@std/cli";
import { didYouMean } from "../../src/settings/did_you_mean.ts";
import { nearestName } from "../../src/settings/nearest_name.ts";
import { BenchUsageError } from "./bench_usage_error.ts";

/** What every bench can be told beside its own. */
const SWITCHES = ["quick", "json", "list", "help"] as const;

/**
 * Reads the flags of a bench.
 *
 * @param args What stands behind the script's name.
 * @param lists Those that can be given several times.
 * @param values Those that take one value.
 * @returns The words behind each, as they are.
 * @throws {BenchUsageError} If there is one that it does not know.
 */
export function readFlags<List extends string, Value extends string>(
  args: readonly string[],
  lists: readonly List[],
  values: readonly Value[],
) {
  const options = [...lists, ...values, ...SWITCHES].map((name) => `--${name}`);
  return parseArgs([...args], {
    boolean: SWITCHES,
    string: [...lists, ...values],
    collect: lists,
    alias: { help: "h" },
    unknown: (argument) => rejectUnknown(argument, options),
  });
}

/** Refuses what a bench does not know; `options` are its flags with their dashes. */
export function rejectUnknown(argument: string, options: readonly string[]): never {
  if (!argument.startsWith("-")) throw new BenchUsageError(`unexpected argument ${argument}`);
  const name = argument.split("=", 1).join("");
  throw new BenchUsageError(`unknown option ${name}${didYouMean(nearestName(name, options))}`);
}

/** Refuses a word that names none of `names`; `what` they are, in the singular. */
export function rejectName(what: string, word: string, names: readonly string[]): never {
  const near = didYouMean(nearestName(word, names));
  throw new BenchUsageError(`no ${what} is called ${word}${near}; see --list`);
}

/** Reads the value of `--seconds`. */
export function readSeconds(word: string): number {
  const seconds = Number(word);
  if (seconds > 0 && seconds <= 3_600) return seconds;
  throw new BenchUsageError(`--seconds must be a number above 0, at most 3600, got ${word}`);
}
