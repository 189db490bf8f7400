import { hasPassed, reportsJson, reportText, type SoakReport } from "./measures/soak_report.ts";
import { hushcastCommand, isExecutable } from "../hushcast_process.ts";
import { parseSoakOptions, type SoakPlan } from "./parse_soak_options.ts";
import { soakHelp } from "./soak_help.ts";
import type { SoakTarget } from "./soak_target.ts";
import { SoakUsageError } from "./soak_usage_error.ts";

/** Where a soak writes to. */
export interface SoakOutput {
  /** Takes a line for standard error. */
  readonly progress: (line: string) => void;
  /** Takes text for standard output. */
  readonly print: (text: string) => void;
}

/** The exit codes of a soak. */
export const SoakExit = { PASSED: 0, FAILED: 1, USAGE: 2, INTERRUPTED: 130 } as const;

/**
 * Runs a soak by its command line.
 *
 * @param args What stands behind the script's name.
 * @param targets What can be soaked; the first is the default.
 * @param output Where it writes to.
 * @param signal Ends it early; what was run until then is reported.
 * @returns The exit code.
 * @throws {Error} If a target could not be set up.
 */
export async function soakMain(
  args: readonly string[],
  targets: readonly [SoakTarget, ...SoakTarget[]],
  output: SoakOutput,
  signal: AbortSignal,
): Promise<number> {
  let plan: SoakPlan;
  try {
    const task = parseSoakOptions(args, targets);
    if (task.task === "help") {
      output.print(soakHelp(targets));
      return SoakExit.PASSED;
    }
    plan = task;
  } catch (error) {
    if (!(error instanceof SoakUsageError)) throw error;
    output.progress(`${error.message}; try --help`);
    return SoakExit.USAGE;
  }
  const reports = await runAll(plan, output, signal);
  if (plan.json !== undefined) await Deno.writeTextFile(plan.json, reportsJson(reports));
  if (signal.aborted) return SoakExit.INTERRUPTED;
  return reports.every(hasPassed) ? SoakExit.PASSED : SoakExit.FAILED;
}

async function runAll(
  { targets, seconds, clients, seed = drawSeed(), keep }: SoakPlan,
  { progress, print }: SoakOutput,
  signal: AbortSignal,
): Promise<SoakReport[]> {
  const reports: SoakReport[] = [];
  for (const target of targets) {
    if (signal.aborted) break;
    const say = (line: string) => progress(`${target.name}: ${line}`);
    say(`${clients} clients for ${seconds} s, seed ${seed}`);
    if (isExecutable(hushcastCommand())) {
      say("a built executable is not made to return unused memory: judge its slope with care");
    }
    const files = keep === undefined ? {} : { keep };
    try {
      const report = await target.run({ seconds, clients, seed, progress: say, ...files }, signal);
      reports.push(report);
      print(reportText(report));
    } catch (error) {
      // Interrupted before there was anything to report.
      if (!signal.aborted || error !== signal.reason) throw error;
    }
  }
  return reports;
}

/** Short enough to be typed again. */
function drawSeed(): number {
  return crypto.getRandomValues(new Uint16Array(1))[0] ?? 1;
}
