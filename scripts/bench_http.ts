/**
 * Measures what it costs to watch a relay: `--http`, scrapes of `/metrics`, readers of `/events`, the
 * dashboard's page and `hushcast top`, in real processes on this machine.
 *
 *     deno task bench:http                                 every scenario
 *     deno task bench:http --scenario idle --seconds 60    one of them, for longer
 *     deno task bench:http --help                          all that it takes
 */
import { BenchError } from "./bench/bench_error.ts";
import { benchMain } from "./bench/bench_main.ts";
import { HTTP_HELP, HTTP_LIST } from "./bench/http/http_help.ts";
import { parseHttpOptions } from "./bench/http/http_options.ts";
import { runHttpBench } from "./bench/http/run_http_bench.ts";

const exitCode = await benchMain({
  help: HTTP_HELP,
  list: HTTP_LIST,
  parse: parseHttpOptions,
  run: runHttpBench,
  failures: [BenchError],
}, Deno.args);
Deno.exit(exitCode);
