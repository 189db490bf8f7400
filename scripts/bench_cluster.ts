/**
 * Measures what one relay carries with each kind of history, and what two and three carry that work
 * as one: in real processes, over real sockets of this machine.
 *
 *     deno task bench:cluster                              every scenario
 *     deno task bench:cluster --scenario parts --json      what each part of the work costs
 *     deno task bench:cluster --help                       all that it takes
 */
import { BenchError } from "./bench/bench_error.ts";
import { BenchUsageError } from "./bench/bench_options.ts";
import { CLUSTER_HELP, CLUSTER_LIST } from "./bench/cluster/cluster_help.ts";
import { parseClusterOptions } from "./bench/cluster/cluster_options.ts";
import { runClusterBench } from "./bench/cluster/run_cluster_bench.ts";
import { NatsMissingError } from "./nats_process.ts";

function say(line: string): void {
  console.error(`bench: ${line}`);
}

async function main(args: readonly string[]): Promise<number> {
  const stop = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    Deno.addSignalListener(signal, () => stop.abort());
  }
  try {
    const options = parseClusterOptions(args);
    if (options.task === "measure") return await runClusterBench(options, say, stop.signal);
    console.log((options.task === "help" ? CLUSTER_HELP : CLUSTER_LIST).trimEnd());
    return 0;
  } catch (error) {
    if (error instanceof BenchUsageError) {
      say(`${error.message}; try --help`);
      return 2;
    }
    if (stop.signal.aborted) return 130;
    if (!(error instanceof BenchError || error instanceof NatsMissingError)) throw error;
    say(error.message);
    return 1;
  }
}

Deno.exit(await main(Deno.args));
