import { BASH_ENGINE, BASH_REGISTRATION } from "./bash_engine.ts";
import {
  commandWords,
  type CompletedCommand,
  type CompletionModel,
  type OptionValue,
} from "./completion_model.ts";
import { shellWord } from "./shell_word.ts";

/**
 * Writes the completion script for bash; it needs no other script.
 *
 * @param model What can be completed.
 * @returns The script.
 */
export function bashScript(model: CompletionModel): string {
  const commands = [noCommand(model), ...model.commands];
  const tables = TABLES.map((table) => tableFunction(table, commands));
  return [BASH_ENGINE, ...tables, BASH_REGISTRATION].join("\n");
}

/** In place of the command stand its own name and the general options. */
function noCommand({ commands, options }: CompletionModel): CompletedCommand {
  const none = { name: "", aliases: [], summary: "", flagsFirst: false, maxPositionals: 1 };
  return { ...none, options, firstWords: commandWords(commands) };
}

/** A function of the script that does something else for each command. */
interface Table {
  readonly name: string;
  readonly comment: string;
  /** What it does for a command; nothing where there are no lines. */
  readonly linesOf: (command: CompletedCommand) => readonly string[];
  /** What it returns for a command that it does nothing for. */
  readonly status: 0 | 1;
}

const TABLES: readonly Table[] = [
  {
    name: "_hushcast_options",
    comment: "Offers the options of the command.",
    linesOf: ({ options }) => offerLines(options.flatMap(({ names }) => names)),
    status: 0,
  },
  {
    name: "_hushcast_first_words",
    comment: "Offers what can be the first argument of the command.",
    linesOf: ({ firstWords }) => offerLines(firstWords.map(({ word }) => word)),
    status: 0,
  },
  {
    name: "_hushcast_takes_argument",
    comment: "Whether the command takes one argument more than it has.",
    linesOf: ({ maxPositionals }) => argumentLines(maxPositionals),
    status: 1,
  },
  {
    name: "_hushcast_wants_options_first",
    comment: "Whether the command takes no options after its first argument.",
    linesOf: ({ flagsFirst }) => flagsFirst ? ["return 0"] : [],
    status: 1,
  },
  {
    name: "_hushcast_takes_value",
    comment: "Whether the option $1 of the command takes a value.",
    linesOf: (command) => optionLines(command, takingLine),
    status: 1,
  },
  {
    name: "_hushcast_values",
    comment: "Offers values of the option $1 of the command.",
    linesOf: (command) => optionLines(command, offeringLine),
    status: 0,
  },
];

function tableFunction(
  { name, comment, linesOf, status }: Table,
  commands: readonly CompletedCommand[],
): string {
  const cases = commands.flatMap((command) => {
    const lines = linesOf(command);
    if (lines.length === 0) return [];
    const names = [command.name, ...command.aliases].map(shellWord).join(" | ");
    return [`    ${names})`, ...lines.map((line) => `      ${line}`), "      ;;"];
  });
  const body = ["  case $command in", ...cases, "  esac", `  return ${status}`];
  return [`# ${comment}`, `${name}() {`, ...body, "}", ""].join("\n");
}

function argumentLines(most: number): string[] {
  if (most === 0) return [];
  if (most === Infinity) return ["return 0"];
  return [`if [ "$arguments" -lt ${most} ]; then`, "  return 0", "fi"];
}

/** What is done for each option; options for which the same is done share a line. */
function optionLines(
  { options }: CompletedCommand,
  lineFor: (value: OptionValue) => string | undefined,
): string[] {
  const takers = new Map<string, string[]>();
  for (const { names, value } of options) {
    const line = lineFor(value);
    if (line !== undefined) takers.set(line, [...takers.get(line) ?? [], ...names.map(shellWord)]);
  }
  if (takers.size === 0) return [];
  const cases = Array.from(takers, ([line, names]) => `  ${names.join(" | ")}) ${line} ;;`);
  return ["case $1 in", ...cases, "esac"];
}

function takingLine({ kind }: OptionValue): string | undefined {
  return kind === "none" ? undefined : "return 0";
}

function offeringLine(value: OptionValue): string | undefined {
  switch (value.kind) {
    case "words":
      return offerLines(value.words).join();
    case "file":
      return "_hushcast_offer_paths -f";
    case "directory":
      return "_hushcast_offer_paths -d";
    case "text":
    case "none":
      return undefined;
    default:
      return value satisfies never;
  }
}

function offerLines(words: readonly string[]): string[] {
  return words.length === 0 ? [] : [`_hushcast_offer ${words.map(shellWord).join(" ")}`];
}
