import { parseArgs } from "@std/cli";
import { describeAllowed, placeholderOf } from "./describe_setting.ts";
import { didYouMean } from "./did_you_mean.ts";
import { nearestName } from "./nearest_name.ts";
import { quote } from "./quote.ts";
import type { Setting, SettingsTable } from "./setting.ts";
import { flagOf, takesFlag } from "./setting_names.ts";
import { SettingsError } from "./settings_error.ts";

/** What was given by flags: flag without dashes to text, or to a boolean for a boolean setting. */
export type FlagValues = ReadonlyMap<string, string | boolean>;

/** A command line taken apart; values are not yet checked. */
export interface CommandLine {
  /** Whether `--help` or `-h` stands in it; then nothing else of it was checked. */
  readonly help: boolean;
  /** The flags that were given; of one given twice, the last. */
  readonly flags: FlagValues;
  /** Everything that is no flag and no flag's value, in order. */
  readonly positionals: readonly string[];
}

/** How a command line is read. */
export interface CommandLineOptions {
  /** Whether everything from the first positional on is taken as it stands. */
  readonly flagsFirst: boolean;
}

/**
 * Takes the arguments of a command apart: `--flag value`, `--flag=value`, `--flag` and `--no-flag`
 * for booleans; after `--` everything is positional.
 *
 * @param settings The settings of the command.
 * @param args What follows the command's name.
 * @param options How to read it.
 * @returns Flags and positionals.
 * @throws {SettingsError} If a flag is unknown, lacks its value, or a boolean's value is no boolean.
 */
export function parseCommandLine(
  settings: SettingsTable,
  args: readonly string[],
  options: CommandLineOptions,
): CommandLine {
  const flagged = Object.values(settings).filter(takesFlag);
  const { parsed, unknown, words } = parse(flagged, withDashValues(args, flagged), options);
  if (parsed.help === true) return { help: true, flags: new Map(), positionals: [] };
  const flags = new Map(flagged.flatMap((setting) => givenFlag(setting, parsed)));
  rejectUnknown(unknown, flagged);
  rejectOddForms(args, flagged);
  return { help: false, flags, positionals: [...words, ...parsed._.map(String)] };
}

/**
 * Writes `--flag -` as `--flag=-`, where `-` is a value: `parseArgs` takes no next argument for a
 * value that begins with `-`.
 */
function withDashValues(args: readonly string[], flagged: readonly Setting[]): string[] {
  const options = flagged.filter((setting) => setting.kind === "string" && setting.takesDash)
    .map((setting) => `--${flagOf(setting)}`);
  const end = args.includes("--") ? args.indexOf("--") : args.length;
  const isValue = (index: number) =>
    index < end && args[index] === "-" && options.includes(args[index - 1] ?? "");
  return args.flatMap((argument, index) => {
    if (isValue(index)) return [];
    return [isValue(index + 1) ? `${argument}=-` : argument];
  });
}

interface Parsed {
  readonly parsed: { readonly _: readonly (string | number)[]; readonly [flag: string]: unknown };
  /** Options that are not in the table, as they were written. */
  readonly unknown: readonly string[];
  /** Positionals, up to the first `--` or, where flags come first, the first of them alone. */
  readonly words: readonly string[];
}

function parse(
  flagged: readonly Setting[],
  args: readonly string[],
  { flagsFirst }: CommandLineOptions,
): Parsed {
  const unknown: string[] = [];
  const words: string[] = [];
  const booleans = flagged.filter(({ kind }) => kind === "boolean").map(flagOf);
  const parsed = parseArgs([...args], {
    boolean: [...booleans, "help"],
    string: flagged.filter(({ kind }) => kind !== "boolean").map(flagOf),
    negatable: booleans,
    // A boolean that is not given would be false, and so hide the environment variable.
    default: Object.fromEntries(booleans.map((flag) => [flag, null])),
    alias: { help: "h" },
    stopEarly: flagsFirst,
    // Positionals are taken here as they stand: in `_` a word such as 007 would become a number.
    unknown: (argument, key) => {
      (key === undefined ? words : unknown).push(argument);
      return false;
    },
  });
  return { parsed, unknown, words };
}

function givenFlag(setting: Setting, parsed: Parsed["parsed"]): [string, string | boolean][] {
  const flag = flagOf(setting);
  const value = parsed[flag];
  if (value === "") throw missingValue(setting);
  return typeof value === "string" || typeof value === "boolean" ? [[flag, value]] : [];
}

function rejectUnknown(unknown: readonly string[], flagged: readonly Setting[]): void {
  const [option] = unknown;
  if (option === undefined) return;
  const name = option.split("=", 1).join("");
  const setting = flagged.find((setting) => `--${flagOf(setting)}` === name);
  if (setting !== undefined) throw missingValue(setting); // `--flag=` counts as unknown to parseArgs
  throw unknownOption(name, flagged);
}

/**
 * Refuses what `parseArgs` would read in a way that nobody means: of a boolean it takes every value
 * but `false` for true, `no` and `0` among them, and of `--no-flag=value` it drops the `no-`.
 */
function rejectOddForms(args: readonly string[], flagged: readonly Setting[]): void {
  const end = args.includes("--") ? args.indexOf("--") : args.length;
  for (const argument of args.slice(0, end)) {
    const [, no = "", flag, value] = /^--(no-)?([^=]+)=(.+)$/s.exec(argument) ?? [];
    const setting = flagged.find((setting) => flagOf(setting) === flag);
    if (setting === undefined || value === undefined) continue;
    if (no !== "") throw unknownOption(`--no-${flag}=`, flagged);
    if (setting.kind !== "boolean" || value === "true" || value === "false") continue;
    throw new SettingsError(
      "SETTINGS_BAD_VALUE",
      `Cannot use ${quote(value)} for --${flag}: expected ${describeAllowed(setting)}`,
    );
  }
}

function optionsOf(setting: Setting): string[] {
  const flag = flagOf(setting);
  return setting.kind === "boolean" ? [`--${flag}`, `--no-${flag}`] : [`--${flag}`];
}

function unknownOption(name: string, flagged: readonly Setting[]): SettingsError {
  const hint = didYouMean(nearestName(name, [...flagged.flatMap(optionsOf), "--help"]));
  return new SettingsError(
    "SETTINGS_UNKNOWN_OPTION",
    `Unknown option ${quote(name).slice(1, -1)}${hint}`,
  );
}

function missingValue(setting: Setting): SettingsError {
  const flag = flagOf(setting);
  const right = setting.kind === "boolean"
    ? `--${flag} or --no-${flag}`
    : `--${flag}=${placeholderOf(setting)}`;
  return new SettingsError("SETTINGS_MISSING_VALUE", `Missing value of --${flag}: write ${right}`);
}
