import { ControlClient } from "../control/control_client.ts";
import type { ControlLinkOptions } from "../control/control_link.ts";
import { escapeUnprintable, stringifyPrintable } from "../observe/printable_text.ts";
import type { ControlSettings } from "../settings/command_settings.ts";
import type { CliIo } from "./cli_io.ts";
import type { CommandContext } from "./command.ts";
import { runControlSession } from "./control_session.ts";
import { controlLinkOptions, withControlExitCode } from "./control_target.ts";
import { EXIT_CODE, type ExitCode } from "./exit_code.ts";
import { ExitCodeError } from "./exit_code_error.ts";
import { SESSION_COMMANDS } from "./session_commands.ts";
import { UsageError } from "./usage_error.ts";

/**
 * Runs `hushcast control`: one command and its reply, or a session without a command.
 *
 * @param context The settings of the control port, and the command with its arguments.
 * @returns `done`, or `failed` when the server could not do a command.
 * @throws {UsageError} If the command makes sense in a session only.
 * @throws {ExitCodeError} `unreachable` if the server is not there, refuses or goes away; `failed`
 *   if the token file cannot be used.
 */
export async function run(context: CommandContext<"control">): Promise<ExitCode> {
  const { settings, positionals: [command, ...args], io } = context;
  const instead = SESSION_COMMANDS.get(command ?? "");
  if (instead !== undefined) {
    throw new UsageError(`Command ${command} is for a session; use ${instead} here`);
  }
  const options = await controlLinkOptions(settings, io);
  try {
    if (command === undefined) return await runControlSession(options, settings, io);
    return await runOnce(options, settings, [command, args], io);
  } catch (error) {
    throw withControlExitCode(error, settings);
  }
}

async function runOnce(
  options: ControlLinkOptions,
  settings: ControlSettings,
  [command, args]: readonly [command: string, args: readonly string[]],
  io: CliIo,
): Promise<ExitCode> {
  await using client = await ControlClient.connect(options);
  const reply = await client.run(command, args);
  if (settings.json) {
    await io.stdout.write(`${stringifyPrintable(reply.object)}\n`);
    return reply.ok ? EXIT_CODE.done : EXIT_CODE.failed;
  }
  if (!reply.ok) {
    const hint = reply.code === "BAD_ARGUMENTS" ? misplacedOption(args) : "";
    throw new ExitCodeError(EXIT_CODE.failed, `${reply.text} (${reply.code})${hint}`);
  }
  await io.stdout.write(reply.lines.map((line) => `${escapeUnprintable(line)}\n`).join(""));
  return EXIT_CODE.done;
}

/** What stands behind the command is the server's, which has no options. */
function misplacedOption(args: readonly string[]): string {
  const option = args.find((arg) => arg.startsWith("--"));
  return option === undefined ? "" : `; ${option.split("=")[0]} has to stand before the command`;
}
