import { BenchUsageError } from "../bench_usage_error.ts";
import { readFlags, readSeconds, rejectName } from "../option_readers.ts";
import {
  CLUSTER_SCENARIO_NAMES,
  CLUSTER_SETTING_NAMES,
  type ClusterCase,
  type ClusterScale,
  type ClusterScenarioName,
  type ClusterSettingName,
  isClusterScenarioName,
  isClusterSettingName,
  selectClusterCases,
} from "./cluster_cases.ts";

/** What `deno task bench:cluster` is asked to measure. */
export interface ClusterPlan {
  readonly task: "measure";
  readonly cases: readonly ClusterCase[];
  readonly rounds: number;
  readonly seconds: number;
  readonly warmUpSeconds: number;
  readonly isJson: boolean;
}

/** What the command line asks for. */
export type ClusterOptions = ClusterPlan | { readonly task: "help" } | { readonly task: "list" };

const LISTS = ["scenario", "setting"] as const;
const NUMBERS = ["receivers", "senders", "bytes", "rate", "rounds", "seconds"] as const;

const TIMES: Readonly<
  Record<ClusterScale, Pick<ClusterPlan, "rounds" | "seconds" | "warmUpSeconds">>
> = {
  full: { rounds: 3, seconds: 3, warmUpSeconds: 1 },
  quick: { rounds: 1, seconds: 0.5, warmUpSeconds: 0.2 },
};

/** A message tells its number in so many. */
const LEAST_BYTES = 4;

/**
 * Reads the command line of `deno task bench:cluster`.
 *
 * @param args What stands behind the script's name.
 * @returns What to do.
 * @throws {BenchUsageError} If it cannot be followed.
 */
export function parseClusterOptions(args: readonly string[]): ClusterOptions {
  const flags = readFlags(args, LISTS, NUMBERS);
  if (flags.help) return { task: "help" };
  if (flags.list) return { task: "list" };
  const scale = flags.quick ? "quick" : "full";
  const cases = selectClusterCases({
    scenarios: flags.scenario.map(readScenario),
    settings: flags.setting.map(readSetting),
    receivers: readCount("receivers", flags.receivers),
    senders: readCount("senders", flags.senders),
    bytes: readCount("bytes", flags.bytes, LEAST_BYTES),
    perSecond: readCount("rate", flags.rate),
  }, scale);
  if (cases.length === 0) throw new BenchUsageError("no scenario has such cases; see --list");
  const times = TIMES[scale];
  return {
    task: "measure",
    cases,
    rounds: readCount("rounds", flags.rounds) ?? times.rounds,
    seconds: flags.seconds === undefined ? times.seconds : readSeconds(flags.seconds),
    warmUpSeconds: times.warmUpSeconds,
    isJson: flags.json,
  };
}

function readScenario(word: string): ClusterScenarioName {
  if (isClusterScenarioName(word)) return word;
  return rejectName("scenario", word, CLUSTER_SCENARIO_NAMES);
}

function readSetting(word: string): ClusterSettingName {
  if (isClusterSettingName(word)) return word;
  return rejectName("setting", word, CLUSTER_SETTING_NAMES);
}

function readCount(name: string, word: string | undefined, least = 1): number | undefined {
  if (word === undefined) return undefined;
  const count = Number(word);
  if (Number.isSafeInteger(count) && count >= least) return count;
  throw new BenchUsageError(`--${name} must be a whole number from ${least} on, got ${word}`);
}
