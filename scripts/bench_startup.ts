/**
 * Measures how long the built executable takes to start, beside `deno run main.ts`. Both run in
 * turn, so that whatever else the machine does meets both alike.
 *
 *     deno task bench:startup [--runs N] [--executable F]
 *
 * The first run of each is left out: the portable executable unpacks itself then, and Deno fills its
 * caches. Needs bash, which knows the times of a program.
 */
import { parseArgs } from "@std/cli";
import { VERSION } from "../src/cli/version.ts";
import { row } from "./bench_report.ts";
import { runCommand } from "./compile/run_command.ts";
import { builtPath } from "./compile/targets.ts";
import { hushcastCommand } from "./hushcast_process.ts";

/** What is measured: command lines that end at once. */
const COMMANDS = ["--version", "--help"];

const TIME = 'LC_ALL=C; TIMEFORMAT="%R %U %S"; time "$@" >/dev/null';

/** What one run took, milliseconds. */
interface Run {
  readonly wallMs: number;
  /** User and system time of all threads. */
  readonly cpuMs: number;
}

function fail(exitCode: number, reason: string): never {
  console.error(`bench: ${reason}`);
  Deno.exit(exitCode);
}

function readArguments(): { runs: number; executable: string } {
  const { target } = Deno.build;
  const flags = parseArgs(Deno.args, {
    string: ["runs", "executable"],
    default: { runs: "20", executable: builtPath(VERSION, target) ?? "" },
  });
  const runs = Number(flags.runs);
  if (!(Number.isInteger(runs) && runs > 0)) {
    fail(2, `--runs must be a whole number above 0, got ${flags.runs}`);
  }
  if (flags.executable === "") fail(2, `no executable is built for ${target}; use --executable`);
  return { runs, executable: flags.executable };
}

/** The line that the executable says of itself, and the kind in it. */
async function describe(executable: string): Promise<{ line: string; kind: string }> {
  const { success, stdout, stderr } = await runCommand(executable, ["--version"]);
  if (!success) fail(1, `cannot run ${executable}: ${stderr.trim()}; deno task compile builds it`);
  const line = stdout.trim();
  return { line, kind: /(\w+)\)$/.exec(line)?.[1] ?? "unknown kind" };
}

async function measure(command: readonly string[]): Promise<Run> {
  const { success, stderr } = await runCommand("bash", ["-c", TIME, "bash", ...command]);
  const [wall, user, system] = stderr.trim().split(/\s+/).map((seconds) => Number(seconds) * 1000);
  if (!success || wall === undefined || user === undefined || system === undefined) {
    return fail(1, `cannot measure ${command.join(" ")}: ${stderr.trim()}`);
  }
  return { wallMs: wall, cpuMs: user + system };
}

/** Value in the middle of a list that is not empty. */
function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? NaN;
}

/** Least and median time, and median of processor time, milliseconds. */
function figuresOf(runs: readonly Run[]): number[] {
  const walls = runs.map(({ wallMs }) => wallMs);
  return [Math.min(...walls), median(walls), median(runs.map(({ cpuMs }) => cpuMs))];
}

async function bench(command: string, executable: string, kind: string, count: number) {
  const built = [...hushcastCommand(executable), command];
  const source = [...hushcastCommand(""), command];
  await measure(built);
  await measure(source);
  const builtRuns: Run[] = [];
  const sourceRuns: Run[] = [];
  for (let turn = 0; turn < count; turn++) {
    builtRuns.push(await measure(built));
    sourceRuns.push(await measure(source));
  }
  const sourceFigures = figuresOf(sourceRuns);
  const ratios = figuresOf(builtRuns).map((ms, at) => ms / (sourceFigures[at] ?? NaN));
  row(command, kind, ...figuresOf(builtRuns).map((ms) => ms.toFixed(0)));
  row(command, "deno run", ...sourceFigures.map((ms) => ms.toFixed(0)));
  row("", "ratio", ...ratios.map((ratio) => ratio.toFixed(2)));
}

const { runs, executable } = readArguments();
const { line, kind } = await describe(executable);
console.log(
  `Deno ${Deno.version.deno}, ${Deno.build.target}, ${navigator.hardwareConcurrency} CPUs`,
);
console.log(`${line}, beside deno run main.ts`);
console.log(`\nStart, milliseconds, ${runs} runs each in turn, after the first`);
row("", "", "least", "median", "median CPU");
for (const command of COMMANDS) await bench(command, executable, kind, runs);
