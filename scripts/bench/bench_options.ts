import { BenchUsageError } from "./bench_usage_error.ts";
import { DELIVERIES, type Delivery } from "./load_job.ts";
import { readFlags, readSeconds, rejectName } from "./option_readers.ts";
import { type RelayProgram, relayProgram, THIS_CHECKOUT } from "./relay_program.ts";
import {
  type BenchCase,
  isScenarioName,
  type Scale,
  SCENARIO_NAMES,
  type ScenarioName,
  selectCases,
} from "./scenarios.ts";

/** What `deno task bench` is asked to measure. */
export interface BenchPlan {
  readonly task: "measure";
  readonly programs: readonly RelayProgram[];
  readonly cases: readonly BenchCase[];
  readonly rounds: number;
  readonly seconds: number;
  readonly warmUpSeconds: number;
  readonly groupSockets: number;
  readonly isJson: boolean;
}

/** What the command line asks for. */
export type BenchOptions = BenchPlan | { readonly task: "help" } | { readonly task: "list" };

const LISTS = ["relay", "scenario", "receivers", "bytes", "delivery"] as const;
const NUMBERS = ["seconds", "rounds", "group-sockets"] as const;

const SECONDS: Readonly<Record<Scale, { seconds: number; warmUp: number }>> = {
  full: { seconds: 3, warmUp: 1 },
  quick: { seconds: 0.5, warmUp: 0.2 },
};

/** Letters for as many. */
const MAX_PROGRAMS = 26;

/**
 * Reads the command line of `deno task bench`.
 *
 * @param args What stands behind the script's name.
 * @returns What to do.
 * @throws {BenchUsageError} If it cannot be followed.
 */
export function parseBenchOptions(args: readonly string[]): BenchOptions {
  const flags = readFlags(args, LISTS, NUMBERS);
  if (flags.help) return { task: "help" };
  if (flags.list) return { task: "list" };
  const scale = flags.quick ? "quick" : "full";
  const programs = readPrograms(flags.relay);
  const cases = selectCases({
    scenarios: flags.scenario.map(readScenario),
    receivers: flags.receivers.map((word) => readCount("receivers", word)),
    bytes: flags.bytes.map((word) => readCount("bytes", word)),
    deliveries: flags.delivery.map(readDelivery),
  }, scale);
  if (cases.length === 0) throw new BenchUsageError("no scenario has such cases; see --list");
  const rounds = programs.length > 1 && scale === "full" ? 2 : 1;
  return {
    task: "measure",
    programs,
    cases,
    rounds: flags.rounds === undefined ? rounds : readCount("rounds", flags.rounds),
    seconds: readSeconds(flags.seconds ?? String(SECONDS[scale].seconds)),
    warmUpSeconds: SECONDS[scale].warmUp,
    groupSockets: readCount("group-sockets", flags["group-sockets"] ?? "1"),
    isJson: flags.json,
  };
}

function readPrograms(commands: readonly string[]): RelayProgram[] {
  const wanted = commands.length === 0 ? [THIS_CHECKOUT] : commands;
  if (wanted.length > MAX_PROGRAMS) {
    throw new BenchUsageError(`at most ${MAX_PROGRAMS} --relay can be given`);
  }
  return wanted.map((command, index) => {
    try {
      return relayProgram(command, index);
    } catch (error) {
      if (error instanceof SyntaxError) throw new BenchUsageError(`--relay: ${error.message}`);
      throw error;
    }
  });
}

function readScenario(word: string): ScenarioName {
  if (isScenarioName(word)) return word;
  return rejectName("scenario", word, SCENARIO_NAMES);
}

function readDelivery(word: string): Delivery {
  const delivery = DELIVERIES.find((each) => each === word);
  if (delivery !== undefined) return delivery;
  throw new BenchUsageError(`--delivery must be one of ${DELIVERIES.join(", ")}, got ${word}`);
}

function readCount(name: string, word: string): number {
  const count = Number(word);
  if (Number.isSafeInteger(count) && count > 0) return count;
  throw new BenchUsageError(`--${name} must be a whole number above 0, got ${word}`);
}
