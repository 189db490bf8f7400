import { BuildError } from "./build_error.ts";
import { PERMISSION_FLAGS, UNSTABLE_FLAGS } from "./program_flags.ts";
import type { RunCommand } from "./run_command.ts";
import type { Target } from "./targets.ts";
import { withoutBacktrace } from "./without_backtrace.ts";

/** How an attempt to compile ended. */
export type CompileResult =
  | { readonly state: "compiled" }
  /** Deno has no runtime base for this target, and cannot get one. */
  | { readonly state: "no base"; readonly reason: string };

/**
 * Compiles the bundled program with `deno compile`. Deno takes its runtime base from `DENORT_BIN`,
 * from its cache, or downloads it.
 *
 * @param bundle Path of the program.
 * @param target What it shall run on.
 * @param output Path of the executable.
 * @param run Runs Deno, in the checkout.
 * @returns Whether there is an executable now.
 * @throws {BuildError} If Deno fails for another reason than a missing base.
 */
export async function compileExecutable(
  bundle: string,
  target: Target,
  output: string,
  run: RunCommand,
): Promise<CompileResult> {
  // Deno puts no executable in the place of a file that it did not make, as a portable one.
  const unfinished = `${output}.new${target.includes("windows") ? ".exe" : ""}`;
  const result = await compile(bundle, target, unfinished, run);
  if (result.success) {
    await Deno.rename(unfinished, output);
    return { state: "compiled" };
  }
  // An empty program tells a missing base from a fault of ours, whatever words Deno has for it.
  const probe = await Deno.makeTempDir({ prefix: "hushcast-compile-" });
  try {
    await Deno.writeTextFile(`${probe}/empty.mjs`, "export {};\n");
    const empty = await compile(`${probe}/empty.mjs`, target, `${probe}/empty`, run);
    if (!empty.success) return { state: "no base", reason: reasonOf(empty.stderr) };
  } finally {
    await Deno.remove(probe, { recursive: true });
  }
  throw new BuildError(`cannot compile for ${target}: ${reasonOf(result.stderr)}`);
}

function compile(program: string, target: Target, output: string, run: RunCommand) {
  const flags = [...PERMISSION_FLAGS, "--no-prompt", ...UNSTABLE_FLAGS];
  const isolation = ["--no-config", "--no-lock", "--no-check"];
  return run(Deno.execPath(), [
    "compile",
    "--quiet",
    ...isolation,
    ...flags,
    ...["--target", target, "--output", output],
    program,
  ]);
}

/** Why Deno could not get the base, in one line: the cause that names what it wanted. */
function reasonOf(stderr: string): string {
  const causes = withoutBacktrace(stderr).split("\n")
    .map((line) => line.replace(/^\s*(?:\d+:|error:)?\s*/, "").trim())
    .filter((line) => line !== "" && line !== "Caused by:");
  return causes.find((cause) => /https?:|denort/i.test(cause)) ?? causes.at(-1) ??
    "no reason given";
}
