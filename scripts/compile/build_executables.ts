import { dirname, join } from "node:path";
import { BuildError } from "./build_error.ts";
import { bundleProgram } from "./bundle_program.ts";
import { commitOf } from "./commit.ts";
import { compileExecutable } from "./compiled_executable.ts";
import type { BuildOptions } from "./compile_options.ts";
import { portableExecutable } from "./portable_executable.ts";
import type { RunCommand } from "./run_command.ts";
import { executableName, isTarget, type Target } from "./targets.ts";

/** An executable that was built. */
export interface BuiltExecutable {
  readonly path: string;
  readonly kind: "compiled" | "portable";
  readonly target: Target;
}

/** What came of a build. */
export interface BuildResult {
  readonly commit: string;
  readonly built: readonly BuiltExecutable[];
  /** Targets that were asked for, and for which there was no runtime base. */
  readonly missing: readonly Target[];
}

/** What a build needs. */
export interface BuildContext {
  /** Version of hushcast. */
  readonly version: string;
  /** Target triple of this machine. */
  readonly host: string;
  /** The folder for executables, within the checkout. */
  readonly dist: string;
  /** Path of the Deno executable, which a portable executable holds. */
  readonly deno: string;
  readonly run: RunCommand;
  /** Tells the user what is being done, a line without its line feed. */
  readonly say: (line: string) => void;
}

/**
 * Builds the executables that were asked for. Where Deno has no runtime base for one of them, the
 * portable executable for this machine is built in its place.
 *
 * @param options What was asked for.
 * @param context What it needs.
 * @returns What was built, and what could not be.
 * @throws {BuildError} If the program cannot be bundled or compiled, or if a portable executable is
 *   wanted on a system without a POSIX shell.
 */
export async function buildExecutables(
  options: BuildOptions,
  context: BuildContext,
): Promise<BuildResult> {
  const { dist, run, say } = context;
  const commit = await commitOf(run);
  say(`bundling the program, version ${context.version}, commit ${commit}`);
  const bundle = await bundleProgram(join(dist, "build"), commit, run);
  if (options.task === "portable") {
    return { commit, built: [await buildPortable(bundle, context, options.output)], missing: [] };
  }
  const { targets, output } = options;
  const built: BuiltExecutable[] = [];
  const lacking: Target[] = [];
  for (const target of targets) {
    say(`compiling for ${target}; Deno may have to download its runtime base`);
    const path = await pathFor(target, context, output);
    const result = await compileExecutable(bundle, target, path, run);
    if (result.state === "compiled") {
      built.push({ path, kind: "compiled", target });
    } else {
      say(`no runtime base for ${target}: ${result.reason}`);
      lacking.push(target);
    }
  }
  const missing = lacking.filter((target) => target !== context.host);
  const hasHost = built.some(({ target }) => target === context.host);
  if (lacking.length === 0 || hasHost) return { commit, built, missing };
  const isForHost = missing.length < lacking.length;
  const portable = await buildPortable(bundle, context, isForHost ? output : undefined);
  return { commit, built: [...built, portable], missing };
}

async function buildPortable(
  bundle: string,
  context: BuildContext,
  output?: string,
): Promise<BuiltExecutable> {
  const { version, host, deno, say } = context;
  if (!isTarget(host) || host.includes("windows")) {
    throw new BuildError(
      `cannot build the portable executable for ${host}: it needs a POSIX shell`,
    );
  }
  say("packing Deno into the portable executable; this takes some seconds");
  const path = await pathFor(host, context, output);
  const program = await Deno.readFile(bundle);
  const runtime = await Deno.readFile(deno);
  const bytes = await portableExecutable({ version, target: host, program, runtime });
  await Deno.writeFile(`${path}.new`, bytes, { mode: 0o755 });
  await Deno.rename(`${path}.new`, path);
  return { path, kind: "portable", target: host };
}

/** Where an executable goes; the folder is there then, and no other in its place. */
async function pathFor(
  target: Target,
  { version, dist }: BuildContext,
  output = join(dist, executableName(version, target)),
): Promise<string> {
  try {
    await Deno.mkdir(dirname(output), { recursive: true });
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    throw new BuildError(`cannot write ${output}: ${error.message}`);
  }
  const isFolder = await Deno.stat(output).then(({ isDirectory }) => isDirectory, () => false);
  if (isFolder) throw new BuildError(`cannot write ${output}: it is a folder`);
  return output;
}
