import { type Build, versionLine } from "./build.ts";
import { COMMANDS } from "./commands.ts";
import { openProcessIo } from "./process_io.ts";
import { runCli } from "./run_cli.ts";

/**
 * Runs this process's command line, and ends the process with its exit code.
 *
 * @param build Where the program comes from, for `--version`.
 */
export async function runProcess(build: Build): Promise<never> {
  const { target, standalone: isStandalone } = Deno.build;
  const version = versionLine(build, { deno: Deno.version.deno, target, isStandalone });
  Deno.exit(await runCli(Deno.args, openProcessIo(version), COMMANDS));
}
