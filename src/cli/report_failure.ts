import { HushcastError } from "../errors.ts";
import type { CommandName } from "../settings/command_settings.ts";
import { escapeUnprintable } from "../observe/printable_text.ts";
import { SettingsError } from "../settings/settings_error.ts";
import { type CliIo, isOutputError, OutputClosedError } from "./cli_io.ts";
import { EXIT_CODE, type ExitCode } from "./exit_code.ts";
import { ExitCodeError } from "./exit_code_error.ts";
import { UsageError } from "./usage_error.ts";

/**
 * Errors of the system that no command foresaw and that yet are no bug: the person at the keyboard
 * can mend them, and a stack would only hide that.
 */
const SYSTEM_ERRORS = [
  Deno.errors.AddrInUse,
  Deno.errors.AddrNotAvailable,
  Deno.errors.ConnectionRefused,
  Deno.errors.ConnectionReset,
  Deno.errors.IsADirectory,
  Deno.errors.NetworkUnreachable,
  Deno.errors.NotADirectory,
  Deno.errors.NotCapable,
  Deno.errors.NotFound,
  Deno.errors.PermissionDenied,
];

/**
 * Says on standard error why a command failed, and picks the exit code.
 *
 * @param error What was thrown.
 * @param command The command that ran, if the command line got that far.
 * @param io Standard error, and the signal.
 * @returns The exit code; `done` when standard output was closed by its reader, which is how
 *   `hushcast listen | head -1` ends.
 */
export async function reportFailure(
  error: unknown,
  command: CommandName | undefined,
  io: Pick<CliIo, "stderr" | "signal">,
): Promise<ExitCode> {
  if (error instanceof OutputClosedError) return EXIT_CODE.done;
  if (io.signal.aborted && error === io.signal.reason) return EXIT_CODE.interrupted;
  const scope = command === undefined ? "hushcast" : `hushcast ${command}`;
  try {
    await io.stderr.write(`${scope}: ${explain(error, command)}\n`);
  } catch (writeError) {
    // Nobody reads standard error any more, or its disk is full: the exit code is all that is left.
    if (!isOutputError(writeError)) throw writeError;
  }
  return exitCodeOf(error);
}

function explain(error: unknown, command: CommandName | undefined): string {
  if (isUsage(error)) return `${lineOf(error)}; try '${helpCommand(command)}'`;
  if (error instanceof HushcastError) return lineOf(error);
  if (isSystemError(error)) return lineOf(error);
  return `unexpected error\n${error instanceof Error ? error.stack : String(error)}`;
}

function exitCodeOf(error: unknown): ExitCode {
  if (isUsage(error)) return EXIT_CODE.usage;
  return error instanceof ExitCodeError ? error.exitCode : EXIT_CODE.failed;
}

function isSystemError(error: unknown): boolean {
  if (SYSTEM_ERRORS.some((type) => error instanceof type)) return true;
  // A full disk has no class of its own.
  return error instanceof Error && "code" in error && error.code === "ENOSPC";
}

function isUsage(error: unknown): boolean {
  return error instanceof SettingsError || error instanceof UsageError;
}

function helpCommand(command: CommandName | undefined): string {
  return command === undefined ? "hushcast help" : `hushcast ${command} --help`;
}

/** Messages begin with a capital; behind `hushcast relay:` they go on in lower case. */
function lineOf(error: unknown): string {
  const line = escapeUnprintable(error instanceof Error ? error.message : String(error));
  return line.replace(/^[A-Z](?=[a-z]* )/, (letter) => letter.toLowerCase());
}
