/**
 * Measures what one relay carries with each kind of history, and what two and three carry that work
 * as one: in real processes, over real sockets of this machine.
 *
 *     deno task bench:cluster                              every scenario
 *     deno task bench:cluster --scenario parts --json      what each part of the work costs
 *     deno task bench:cluster --help                       all that it takes
 */
import { BenchError } from "./bench/bench_error.ts";
import { benchMain } from "./bench/bench_main.ts";
import { CLUSTER_HELP, CLUSTER_LIST } from "./bench/cluster/cluster_help.ts";
import { parseClusterOptions } from "./bench/cluster/cluster_options.ts";
import { runClusterBench } from "./bench/cluster/run_cluster_bench.ts";
import { NatsMissingError } from "./nats_process.ts";

const exitCode = await benchMain({
  help: CLUSTER_HELP,
  list: CLUSTER_LIST,
  parse: parseClusterOptions,
  run: runClusterBench,
  failures: [BenchError, NatsMissingError],
}, Deno.args);
Deno.exit(exitCode);
