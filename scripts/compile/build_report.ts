import { resolve } from "node:path";
import type { BuildResult, BuiltExecutable } from "./build_executables.ts";

/** An executable, with what is to be said of it. */
export interface ReportedExecutable extends BuiltExecutable {
  readonly bytes: number;
  /** SHA-256 in hex. */
  readonly sum: string;
}

const KINDS = {
  compiled: "compiled executable: program and Deno runtime, runs as it is",
  portable: "portable executable: unpacks program and Deno into a cache folder at its first run",
};

/**
 * Says what was built: kind, size, checksum and how to run it.
 *
 * @param executables What was built.
 * @param missing Targets that were asked for and not built.
 * @param host Target triple of this machine.
 * @returns Text with line feeds.
 */
export function buildReport(
  executables: readonly ReportedExecutable[],
  { missing }: Pick<BuildResult, "missing">,
  host: string,
): string {
  const built = executables.map((executable) => describe(executable, host));
  const failed = missing.map((target) => `not built: ${target}, for want of a runtime base\n`);
  return [...built, ...failed].join("");
}

function describe({ path, kind, target, bytes, sum }: ReportedExecutable, host: string): string {
  return [
    `built ${path}`,
    `  kind    ${KINDS[kind]}`,
    `  target  ${target}`,
    `  size    ${(bytes / 1e6).toFixed(1)} MB`,
    `  sha256  ${sum}`,
    target === host ? `  run it  ${resolve(path)} --help` : `  run it  on ${target}`,
    "",
  ].join("\n");
}
