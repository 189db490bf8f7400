import type { CommandDescription } from "../../control/command.ts";
import { COMMAND_SETTINGS, type CommandName } from "../../settings/command_settings.ts";
import { placeholderOf } from "../../settings/describe_setting.ts";
import type { Setting } from "../../settings/setting.ts";
import { flagOf, takesFlag } from "../../settings/setting_names.ts";
import type { ArgumentWord } from "../argument_word.ts";
import { COMMAND_GUIDES } from "../command_guides.ts";
import { COMMAND_NAMES, HELP_SUMMARY } from "../help.ts";
import { SESSION_COMMANDS } from "../session_commands.ts";

/** What can be completed, whatever the shell. */
export interface CompletionModel {
  /** The commands in the order of `hushcast help`, which comes last itself. */
  readonly commands: readonly CompletedCommand[];
  /** The options that stand in place of a command. */
  readonly options: readonly CompletedOption[];
}

/** A command, and what can follow it. */
export interface CompletedCommand {
  /** The name that is offered. */
  readonly name: string;
  /** Options in place of the name, after which the same can follow. */
  readonly aliases: readonly string[];
  /** What it does, in a few words. */
  readonly summary: string;
  /** Its options; none after `--`. */
  readonly options: readonly CompletedOption[];
  /** Whether it takes no options after the first positional. */
  readonly flagsFirst: boolean;
  /** The most positionals that it takes. */
  readonly maxPositionals: number;
  /** What can be its first positional; empty when that is any text, or when it takes none. */
  readonly firstWords: readonly ArgumentWord[];
}

/** An option. */
export interface CompletedOption {
  /** Its forms with their dashes: the long one, and then the short one if it has one. */
  readonly names: readonly string[];
  /** What it does, in one sentence. */
  readonly help: string;
  /** What follows it. */
  readonly value: OptionValue;
}

/** What follows an option: nothing, or a value that can or can't be completed. */
export type OptionValue =
  | { readonly kind: "none" }
  | { readonly kind: "words"; readonly placeholder: string; readonly words: readonly string[] }
  | { readonly kind: "file" | "directory" | "text"; readonly placeholder: string };

const HELP: CompletedOption = {
  names: ["--help", "-h"],
  help: "Show help",
  value: { kind: "none" },
};

const VERSION: CompletedOption = {
  names: ["--version", "-V"],
  help: "Print the version",
  value: { kind: "none" },
};

/**
 * Gathers all that can be completed, from the settings table and the guides.
 *
 * @param controlCommands The commands of the control port.
 * @returns What each shell's script is made of.
 */
export function completionModel(controlCommands: readonly CommandDescription[]): CompletionModel {
  const commands = COMMAND_NAMES.map((name) => completedCommand(name, controlCommands));
  return { commands: [...commands, helpCommand(commands)], options: [HELP, VERSION] };
}

/**
 * The names of commands, as what can be typed where a command is wanted.
 *
 * @param commands The commands, in the order of the result.
 */
export function commandWords(commands: readonly CompletedCommand[]): readonly ArgumentWord[] {
  return commands.map(({ name, summary }) => ({ word: name, summary }));
}

function completedCommand(
  name: CommandName,
  controlCommands: readonly CommandDescription[],
): CompletedCommand {
  const { summary, flagsFirst, maxPositionals } = COMMAND_GUIDES[name];
  const rows: readonly Setting[] = Object.values(COMMAND_SETTINGS[name]);
  return {
    name,
    aliases: [],
    summary,
    options: [...rows.filter(takesFlag).flatMap(optionsOf), HELP],
    flagsFirst,
    maxPositionals,
    firstWords: firstWordsOf(name, controlCommands),
  };
}

function firstWordsOf(
  name: CommandName,
  controlCommands: readonly CommandDescription[],
): readonly ArgumentWord[] {
  const { firstArgument } = COMMAND_GUIDES[name];
  if (firstArgument === undefined) return [];
  if (firstArgument.kind === "words") return firstArgument.words;
  return controlCommands.filter(({ name }) => !SESSION_COMMANDS.has(name))
    .map(({ name, help }) => ({ word: name, summary: help }));
}

function helpCommand(commands: readonly CompletedCommand[]): CompletedCommand {
  return {
    name: "help",
    aliases: HELP.names,
    summary: HELP_SUMMARY,
    options: [],
    flagsFirst: false,
    maxPositionals: 1,
    firstWords: commandWords(commands),
  };
}

/** Of a boolean the forms that `--help` shows. */
function optionsOf(setting: Setting): CompletedOption[] {
  const flag = flagOf(setting);
  const option: CompletedOption = {
    names: [`--${flag}`],
    help: setting.help,
    value: valueOf(setting),
  };
  if (setting.kind !== "boolean" || !setting.default) return [option];
  return [option, { ...option, names: [`--no-${flag}`], help: `Turn --${flag} off` }];
}

function valueOf(setting: Setting): OptionValue {
  const placeholder = placeholderOf(setting);
  switch (setting.kind) {
    case "boolean":
      return { kind: "none" };
    case "choice":
      return { kind: "words", placeholder, words: setting.choices.map(String) };
    case "path":
      return { kind: setting.directory ? "directory" : "file", placeholder };
    default:
      return { kind: "text", placeholder };
  }
}
