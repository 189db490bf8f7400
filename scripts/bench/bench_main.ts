import { BenchUsageError } from "./bench_usage_error.ts";

/** What a bench is told by its command line. */
export type BenchTask<Plan> = { readonly task: "help" } | { readonly task: "list" } | Plan;

/** A bench, as far as its command line goes. */
export interface BenchProgram<Plan extends { readonly task: "measure" }> {
  /** What `--help` prints. */
  readonly help: string;
  /** What `--list` prints. */
  readonly list: string;
  /** Reads the command line; throws `BenchUsageError`. */
  readonly parse: (args: readonly string[]) => BenchTask<Plan>;
  /** Measures, and prints what it found. Returns the exit code. */
  readonly run: (plan: Plan, say: (line: string) => void, signal: AbortSignal) => Promise<number>;
  /** Errors whose message says all that there is to say. */
  readonly failures: readonly (abstract new (...args: never[]) => Error)[];
}

/**
 * Runs a bench by its command line; SIGINT and SIGTERM end it cleanly.
 *
 * @param program The bench.
 * @param args What stands behind the script's name.
 * @returns The exit code: 0, 1 when it failed, 2 for wrong usage, 130 when it was interrupted.
 */
export async function benchMain<Plan extends { readonly task: "measure" }>(
  { help, list, parse, run, failures }: BenchProgram<Plan>,
  args: readonly string[],
): Promise<number> {
  const stop = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    Deno.addSignalListener(signal, () => stop.abort());
  }
  try {
    const plan = parse(args);
    if (plan.task === "measure") return await run(plan, say, stop.signal);
    console.log((plan.task === "help" ? help : list).trimEnd());
    return 0;
  } catch (error) {
    if (error instanceof BenchUsageError) {
      say(`${error.message}; try --help`);
      return 2;
    }
    if (stop.signal.aborted) return 130;
    const failure = failures.find((kind) => error instanceof kind);
    if (failure === undefined || !(error instanceof Error)) throw error;
    say(error.message);
    return 1;
  }
}

function say(line: string): void {
  console.error(`bench: ${line}`);
}
