import { printHead, tellFailures } from "./bench_output.ts";
import { notesFor } from "./bench_help.ts";
import type { BenchPlan } from "./bench_options.ts";
import { jsonReport } from "./json_report.ts";
import { readMachine } from "./machine.ts";
import { measureAll } from "./measure_all.ts";
import type { Measurement } from "./measurement.ts";
import { type CaseSummary, summarise } from "./summary.ts";
import { scenarioTable } from "./table.ts";

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
export async function runBench(
  plan: BenchPlan,
  say: (line: string) => void,
  signal: AbortSignal,
): Promise<number> {
  const machine = readMachine();
  const letters = plan.programs.map(({ letter }) => letter);
  const all: Measurement[] = [];
  const summaries: CaseSummary[] = [];
  let shown = 0;
  const showDone = () => {
    if (!plan.isJson && shown < summaries.length) printTable(summaries.slice(shown));
    shown = summaries.length;
  };
  if (!plan.isJson) {
    const programs = plan.programs.map(({ letter, command }) => `${letter} = ${command}`);
    printHead(machine, notesFor(plan.cases), programs);
  }
  for await (const { benchCase, measurements } of measureAll(plan, say, signal)) {
    if (summaries.at(-1)?.benchCase.scenario !== benchCase.scenario) showDone();
    all.push(...measurements);
    summaries.push(summarise(benchCase, letters, measurements, summaries));
  }
  showDone();
  if (plan.isJson) {
    console.log(JSON.stringify(jsonReport(machine, plan, all, summaries), undefined, 2));
  }
  return tellFailures(all.map(({ result }) => result), say);
}

function printTable(summaries: readonly CaseSummary[]): void {
  console.log("");
  for (const line of scenarioTable(summaries)) console.log(line);
}
