import { parseArgs } from "@std/cli";
import { didYouMean } from "../../src/settings/did_you_mean.ts";
import { nearestName } from "../../src/settings/nearest_name.ts";
import { isTarget, type Target, TARGETS } from "./targets.ts";

/** What `deno task compile` is asked to build. */
export type CompileOptions =
  | { readonly task: "help" }
  | {
    readonly task: "compile";
    readonly targets: readonly Target[];
    /** Where the one executable goes, unless into `dist`. */
    readonly output?: string | undefined;
  }
  | { readonly task: "portable"; readonly output?: string | undefined };

/** Everything that can be asked for but help. */
export type BuildOptions = Exclude<CompileOptions, { task: "help" }>;

/** A command line that cannot be followed. */
export class CompileUsageError extends Error {
  override readonly name = "CompileUsageError";
}

const OPTIONS = ["--target", "--all", "--portable", "--output", "--help"];

/** What `--help` prints. */
export const COMPILE_HELP = `Usage: deno task compile [--target T | --all | --portable] [--output F]

Builds the hushcast executable into dist/, and writes dist/SHA256SUMS.

Options:
  --target T    Build for T, not for this machine
  --all         Build for all targets
  --portable    Build the portable executable, for this machine: a shell head, the program and
                Deno itself in one file, which unpacks itself at its first run
  --output F    Write the executable to F
  --help        Show this

Targets:
${TARGETS.map((target) => `  ${target}\n`).join("")}
deno compile takes its runtime base (denort) from DENORT_BIN or its cache, or downloads it. Where it
cannot, the portable executable is built in its place.
`;

/**
 * Reads the command line of `deno task compile`.
 *
 * @param args What stands behind the script's name.
 * @param host Target triple of this machine.
 * @returns What to build.
 * @throws {CompileUsageError} If it cannot be followed; the message is one line.
 */
export function parseCompileOptions(args: readonly string[], host: string): CompileOptions {
  const flags = parseArgs([...args], {
    boolean: ["all", "portable", "help"],
    string: ["target", "output"],
    alias: { help: "h" },
    unknown: rejectUnknown,
  });
  if (flags.help) return { task: "help" };
  for (const name of ["target", "output"] as const) {
    if (flags[name] === "") throw new CompileUsageError(`missing value of --${name}`);
  }
  const kinds = [flags.all, flags.portable, flags.target !== undefined].filter(Boolean);
  if (kinds.length > 1) {
    throw new CompileUsageError("only one of --target, --all and --portable can be given");
  }
  const output = flags.output === undefined ? {} : { output: flags.output };
  if (flags.portable) return { task: "portable", ...output };
  if (!flags.all) {
    return { task: "compile", targets: [readTarget(flags.target ?? host)], ...output };
  }
  if (flags.output !== undefined) throw new CompileUsageError("--output is for one executable");
  return { task: "compile", targets: TARGETS };
}

function rejectUnknown(argument: string): never {
  if (!argument.startsWith("-")) throw new CompileUsageError(`unexpected argument ${argument}`);
  const name = argument.split("=", 1).join("");
  if (["--target", "--output"].includes(name)) {
    throw new CompileUsageError(`missing value of ${name}`);
  }
  throw new CompileUsageError(`unknown option ${name}${didYouMean(nearestName(name, OPTIONS))}`);
}

function readTarget(word: string): Target {
  if (isTarget(word)) return word;
  throw new CompileUsageError(`cannot build for ${word}: expected one of ${TARGETS.join(", ")}`);
}
