import { COMMAND_SETTINGS, type CommandName, isCommandName } from "../settings/command_settings.ts";
import { parseCommandLine } from "../settings/command_line.ts";
import { didYouMean } from "../settings/did_you_mean.ts";
import { nearestName } from "../settings/nearest_name.ts";
import { resolveSettings } from "../settings/resolve_settings.ts";
import type { CliIo } from "./cli_io.ts";
import type { CommandLoaders } from "./command.ts";
import { COMMAND_GUIDES } from "./command_guides.ts";
import { EXIT_CODE, type ExitCode } from "./exit_code.ts";
import { COMMAND_NAMES, commandHelp, overviewHelp } from "./help.ts";
import { reportFailure } from "./report_failure.ts";
import { shownArgument } from "./shown_argument.ts";
import { UsageError } from "./usage_error.ts";

/** The words that ask for help in place of a command. */
const HELP_WORDS: readonly string[] = ["help", "--help", "-h"];

/** The long options that stand in place of a command. */
const OPTIONS = ["--help", "--version"];

/**
 * Runs one command line to its end.
 *
 * @param args What stands behind the executable's name.
 * @param io The process that it runs in.
 * @param commands The commands' modules.
 * @returns The exit code. Every failure has then been reported on standard error.
 */
export async function runCli(
  args: readonly string[],
  io: CliIo,
  commands: CommandLoaders,
): Promise<ExitCode> {
  const [word, ...rest] = args;
  const command = word !== undefined && isCommandName(word) ? word : undefined;
  try {
    return command === undefined
      ? await runWithoutCommand(word, rest, io)
      : await runCommand(command, rest, io, commands);
  } catch (error) {
    return await reportFailure(error, command, io);
  }
}

async function runCommand<C extends CommandName>(
  command: C,
  args: readonly string[],
  io: CliIo,
  commands: CommandLoaders,
): Promise<ExitCode> {
  const guide = COMMAND_GUIDES[command];
  const { help, flags, positionals } = parseCommandLine(COMMAND_SETTINGS[command], args, guide);
  if (help) {
    await io.stdout.write(commandHelp(command, io.columns));
    return EXIT_CODE.done;
  }
  rejectSurplus(positionals, guide.maxPositionals);
  const settings = resolveSettings(command, { flags, environment: io.environment });
  const module = await commands[command]();
  return await module.run({ settings, positionals, io });
}

async function runWithoutCommand(
  word: string | undefined,
  args: readonly string[],
  io: CliIo,
): Promise<ExitCode> {
  switch (word) {
    case undefined:
      await io.stderr.write(overviewHelp(io.columns));
      return EXIT_CODE.usage;
    case "help":
    case "--help":
    case "-h":
      await io.stdout.write(helpAbout(args, io.columns));
      return EXIT_CODE.done;
    case "--version":
    case "-V":
      rejectSurplus(args, 0);
      await io.stdout.write(`${io.version}\n`);
      return EXIT_CODE.done;
    default:
      throw unknownWord(word);
  }
}

function helpAbout(args: readonly string[], columns: number): string {
  const [topic] = args;
  rejectSurplus(args, 1);
  if (topic === undefined || HELP_WORDS.includes(topic)) return overviewHelp(columns);
  if (!isCommandName(topic)) throw unknownWord(topic);
  return commandHelp(topic, columns);
}

function unknownWord(word: string): UsageError {
  const isOption = word.startsWith("-");
  const near = nearestWord(word);
  // `help --version` asks about a word that is known, and of which there is no more to say.
  const hint = didYouMean(near === word ? undefined : near);
  const shown = word === "" ? '""' : shownArgument(word).slice(1, -1);
  return new UsageError(`Unknown ${isOption ? "option" : "command"} ${shown}${hint}`);
}

/** What stands in place of a command and was probably meant: `--version` for `version` and `-v`. */
function nearestWord(word: string): string | undefined {
  const known = word.startsWith("-") ? OPTIONS : [...COMMAND_NAMES, "help"];
  const letters = word.replace(/^-+/, "");
  return nearestName(word, known) ??
    (letters === "" ? undefined : OPTIONS.find((option) => option.startsWith(`--${letters}`)));
}

function rejectSurplus(positionals: readonly string[], most: number): void {
  const surplus = positionals[most];
  if (surplus !== undefined) throw new UsageError(`Unexpected argument ${shownArgument(surplus)}`);
}
