import { BenchUsageError } from "../bench_usage_error.ts";
import { readFlags, readSeconds, rejectName } from "../option_readers.ts";
import {
  HTTP_SCENARIO_NAMES,
  type HttpCase,
  type HttpScale,
  type HttpScenarioName,
  isHttpScenarioName,
  selectHttpCases,
} from "./http_cases.ts";

/** What `deno task bench:http` is asked to measure. */
export interface HttpPlan {
  readonly task: "measure";
  readonly cases: readonly HttpCase[];
  readonly rounds: number;
  readonly seconds: number;
  readonly warmUpSeconds: number;
  readonly isJson: boolean;
}

/** What the command line asks for. */
export type HttpOptions = HttpPlan | { readonly task: "help" } | { readonly task: "list" };

const LISTS = ["scenario"] as const;
const NUMBERS = ["clients", "rounds", "seconds"] as const;

const TIMES: Readonly<Record<HttpScale, Pick<HttpPlan, "rounds" | "seconds" | "warmUpSeconds">>> = {
  full: { rounds: 3, seconds: 10, warmUpSeconds: 2 },
  quick: { rounds: 1, seconds: 0.5, warmUpSeconds: 0.2 },
};

/** What a relay takes in unless told otherwise. */
const MAX_CLIENTS = 10_000;

const MAX_ROUNDS = 1_000;

/**
 * Reads the command line of `deno task bench:http`.
 *
 * @param args What stands behind the script's name.
 * @returns What to do.
 * @throws {BenchUsageError} If it cannot be followed.
 */
export function parseHttpOptions(args: readonly string[]): HttpOptions {
  const flags = readFlags(args, LISTS, NUMBERS);
  if (flags.help) return { task: "help" };
  if (flags.list) return { task: "list" };
  const scale = flags.quick ? "quick" : "full";
  const scenarios = flags.scenario.map(readScenario);
  const clients = readCount("clients", flags.clients, MAX_CLIENTS);
  const { rounds, seconds, warmUpSeconds } = TIMES[scale];
  return {
    task: "measure",
    cases: selectHttpCases({ scenarios, clients }, scale),
    rounds: readCount("rounds", flags.rounds, MAX_ROUNDS) ?? rounds,
    seconds: flags.seconds === undefined ? seconds : readSeconds(flags.seconds),
    warmUpSeconds,
    isJson: flags.json,
  };
}

function readScenario(word: string): HttpScenarioName {
  if (isHttpScenarioName(word)) return word;
  return rejectName("scenario", word, HTTP_SCENARIO_NAMES);
}

function readCount(name: string, word: string | undefined, most: number): number | undefined {
  if (word === undefined) return undefined;
  const count = Number(word);
  if (Number.isSafeInteger(count) && count > 0 && count <= most) return count;
  throw new BenchUsageError(`--${name} must be a whole number from 1 to ${most}, got ${word}`);
}
