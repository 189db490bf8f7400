/**
 * Builds the hushcast executable.
 *
 *     deno task compile                    for this machine, into dist/
 *     deno task compile --all              for all targets
 *     deno task compile --portable         without `deno compile`
 *     deno task compile --help             all that it takes
 *
 * Exit codes: 0 everything that was asked for is built, 1 something is not, 2 wrong usage.
 */
import { resolve } from "node:path";
import { VERSION } from "../src/cli/version.ts";
import { buildExecutables } from "./compile/build_executables.ts";
import { BuildError } from "./compile/build_error.ts";
import { buildReport } from "./compile/build_report.ts";
import { checksumOf, writeChecksums } from "./compile/checksums.ts";
import {
  type BuildOptions,
  COMPILE_HELP,
  CompileUsageError,
  parseCompileOptions,
} from "./compile/compile_options.ts";
import { runCommand } from "./compile/run_command.ts";
import { DIST } from "./compile/targets.ts";

function say(line: string): void {
  console.error(`compile: ${line}`);
}

async function build(options: BuildOptions): Promise<number> {
  const host = Deno.build.target;
  if (options.task === "compile" && options.targets.length > 1 && Deno.env.get("DENORT_BIN")) {
    throw new CompileUsageError("DENORT_BIN is a base for one target: unset it, or use --target");
  }
  const deno = Deno.execPath();
  const context = { version: VERSION, host, dist: DIST, deno, run: runCommand, say };
  const result = await buildExecutables(options, context);
  const executables = await Promise.all(result.built.map(async (executable) => ({
    ...executable,
    bytes: (await Deno.stat(executable.path)).size,
    sum: await checksumOf(executable.path),
  })));
  await writeChecksums(DIST, new Map(executables.map(({ path, sum }) => [path, sum])));
  console.log(buildReport(executables, result, host).trimEnd());
  return result.missing.length === 0 ? 0 : 1;
}

/** A task runs in the folder of `deno.json`, but whoever starts it writes paths as seen from his own. */
function withPath(options: BuildOptions): BuildOptions {
  const { output } = options;
  return { ...options, output: output && resolve(Deno.env.get("INIT_CWD") ?? "", output) };
}

async function main(args: readonly string[]): Promise<number> {
  try {
    const options = parseCompileOptions(args, Deno.build.target);
    if (options.task !== "help") return await build(withPath(options));
    console.log(COMPILE_HELP.trimEnd());
    return 0;
  } catch (error) {
    if (error instanceof CompileUsageError) {
      say(`${error.message}; try --help`);
      return 2;
    }
    if (!(error instanceof BuildError)) throw error;
    say(error.message);
    return 1;
  }
}

Deno.exit(await main(Deno.args));
