import { printHead, tellFailures } from "../bench_output.ts";
import { type Machine, readMachine } from "../machine.ts";
import { HTTP_NOTES } from "./http_help.ts";
import type { HttpPlan } from "./http_options.ts";
import { type HttpMeasurement, type HttpSummary, summariseHttp } from "./http_summary.ts";
import { httpTable } from "./http_table.ts";
import { measureHttpCase } from "./measure_http_case.ts";

/**
 * Measures what is asked for, and prints it: the table of a scenario as soon as it is done, or JSON
 * at the end.
 *
 * @param plan What is measured.
 * @param say Takes what is said on standard error.
 * @param signal Ends it.
 * @returns Exit code: 1 when a measurement failed.
 * @throws {BenchError} If a relay does not start.
 */
export async function runHttpBench(
  plan: HttpPlan,
  say: (line: string) => void,
  signal: AbortSignal,
): Promise<number> {
  const machine = readMachine();
  if (!plan.isJson) printHead(machine, HTTP_NOTES);
  const all: HttpMeasurement[] = [];
  const summaries: HttpSummary[] = [];
  for (const cases of Map.groupBy(plan.cases, ({ scenario }) => scenario).values()) {
    const done: HttpSummary[] = [];
    for (const httpCase of cases) {
      const results = await measureHttpCase(plan, httpCase, say, signal);
      all.push(...results.map((result) => ({ httpCase, result })));
      done.push(summariseHttp(httpCase, results));
    }
    summaries.push(...done);
    if (!plan.isJson) console.log(["", ...httpTable(done)].join("\n"));
  }
  if (plan.isJson) console.log(JSON.stringify(report(machine, plan, all, summaries), undefined, 2));
  return tellFailures(all.map(({ result }) => result), say);
}

function report(
  machine: Machine,
  { rounds, seconds, warmUpSeconds }: HttpPlan,
  measurements: readonly HttpMeasurement[],
  summaries: readonly HttpSummary[],
): object {
  return {
    machine,
    settings: { rounds, seconds, warm_up_seconds: warmUpSeconds },
    notes: HTTP_NOTES,
    measurements: measurements.map(({ httpCase, result }) => ({ ...httpCase, ...result })),
    summaries: summaries.map(({ httpCase, ...summary }) => ({ ...httpCase, ...summary })),
  };
}
