/**
 * Measures relays as a user would run them: in real processes, over real sockets of this machine.
 *
 *     deno task bench                                      this checkout, every scenario
 *     deno task bench --relay this --relay "python3 F"     beside another program, in turn
 *     deno task bench --help                               all that it takes
 */
import { BenchError } from "./bench/bench_error.ts";
import { BENCH_HELP, BENCH_LIST } from "./bench/bench_help.ts";
import { benchMain } from "./bench/bench_main.ts";
import { parseBenchOptions } from "./bench/bench_options.ts";
import { runBench } from "./bench/run_bench.ts";

const exitCode = await benchMain({
  help: BENCH_HELP,
  list: BENCH_LIST,
  parse: parseBenchOptions,
  run: runBench,
  failures: [BenchError],
}, Deno.args);
Deno.exit(exitCode);
