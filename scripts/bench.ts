/**
 * Measures relays as a user would run them: in real processes, over real sockets of this machine.
 *
 *     deno task bench                                      this checkout, every scenario
 *     deno task bench --relay this --relay "python3 F"     beside another program, in turn
 *     deno task bench --help                               all that it takes
 */
import { BenchError } from "./bench/bench_error.ts";
import { BENCH_HELP, BENCH_LIST } from "./bench/bench_help.ts";
import { BenchUsageError, parseBenchOptions } from "./bench/bench_options.ts";
import { runBench } from "./bench/run_bench.ts";

function say(line: string): void {
  console.error(`bench: ${line}`);
}

async function main(args: readonly string[]): Promise<number> {
  const stop = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    Deno.addSignalListener(signal, () => stop.abort());
  }
  try {
    const options = parseBenchOptions(args);
    if (options.task === "measure") return await runBench(options, say, stop.signal);
    console.log((options.task === "help" ? BENCH_HELP : BENCH_LIST).trimEnd());
    return 0;
  } catch (error) {
    if (error instanceof BenchUsageError) {
      say(`${error.message}; try --help`);
      return 2;
    }
    if (stop.signal.aborted) return 130;
    if (!(error instanceof BenchError)) throw error;
    say(error.message);
    return 1;
  }
}

Deno.exit(await main(Deno.args));
