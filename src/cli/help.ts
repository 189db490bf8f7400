import { COMMAND_SETTINGS, type CommandName, isCommandName } from "../settings/command_settings.ts";
import type { Setting, SettingsTable } from "../settings/setting.ts";
import { takesFlag } from "../settings/setting_names.ts";
import { COMMAND_GUIDES, type CommandGuide, type Example } from "./command_guides.ts";
import { EXIT_CODE } from "./exit_code.ts";
import { optionLines, settingLines } from "./option_lines.ts";
import { VERSION } from "./version.ts";
import { wrapText } from "./wrap_text.ts";

/** Wider text is hard to read. */
const MAX_COLUMNS = 100;

/** Width of the column of the commands, and the blanks behind the longest. */
const COMMAND_WIDTH = 13;

/** What `hushcast help` does. */
export const HELP_SUMMARY = "Show this, or with a command all that it takes";

/** The names of all commands but `help`, in the order of the table. */
export const COMMAND_NAMES: readonly CommandName[] = Object.keys(COMMAND_SETTINGS)
  .filter(isCommandName);

/**
 * What `hushcast help` prints: the commands, a line each.
 *
 * @param columns Width of the terminal.
 * @returns Text with line feeds.
 */
export function overviewHelp(columns: number): string {
  const width = Math.min(columns, MAX_COLUMNS);
  const commands = COMMAND_NAMES.map((name) => commandLine(name, COMMAND_GUIDES[name].summary));
  return joinLines([
    `hushcast ${VERSION}: a secure multicast relay, a direct server, and their clients`,
    "",
    "Usage: hushcast COMMAND [OPTIONS]",
    "",
    "Commands:",
    ...commands,
    commandLine("help", HELP_SUMMARY),
    "",
    "Options:",
    ...optionLines("-h, --help", "Show this", width),
    ...optionLines("-V, --version", "Print the version", width),
    "",
    ...exampleLines([
      { line: "hushcast relay --interface 127.0.0.1", effect: "Run a relay on this machine" },
      {
        line: "hushcast chat --interface 127.0.0.1 --name ada",
        effect: "Talk, from as many terminals as you like",
      },
    ]),
    "",
    ...wrapText(
      "Each option can also be given by an environment variable, HUSHCAST_ and its name in " +
        "capitals: 'hushcast help COMMAND' shows it.",
      width,
    ),
  ]);
}

/**
 * What `hushcast COMMAND --help` prints.
 *
 * @param command The command.
 * @param columns Width of the terminal.
 * @returns Text with line feeds.
 */
export function commandHelp(command: CommandName, columns: number): string {
  const width = Math.min(columns, MAX_COLUMNS);
  const guide = COMMAND_GUIDES[command];
  return joinLines([
    `Usage: hushcast ${command} [OPTIONS] ${guide.arguments}`.trimEnd(),
    "",
    ...wrapText(guide.description, width),
    "",
    ...exampleLines(guide.examples),
    "",
    ...argumentLines(guide, width),
    ...settingsLines(COMMAND_SETTINGS[command], width),
    "",
    "Exit codes:",
    ...EXIT_CODE_LINES,
  ]);
}

function commandLine(name: string, summary: string): string {
  return `  ${name.padEnd(COMMAND_WIDTH)}${summary}`;
}

const EXIT_CODE_LINES: readonly string[] = [
  `  ${EXIT_CODE.done}    done`,
  `  ${EXIT_CODE.failed}    failed`,
  `  ${EXIT_CODE.usage}    wrong option, setting or argument`,
  `  ${EXIT_CODE.unreachable}    the relay or server could not be reached, or refused`,
  `  ${EXIT_CODE.interrupted}  interrupted`,
];

function exampleLines(examples: readonly Example[]): string[] {
  return ["Examples:", ...examples.flatMap(({ line, effect }) => [`  ${line}`, `      ${effect}`])];
}

/** Nothing for a command whose first argument is any text, or that takes none. */
function argumentLines({ firstArgument }: CommandGuide, columns: number): string[] {
  if (firstArgument?.kind !== "words") return [];
  const lines = firstArgument.words.flatMap(({ word, summary }) =>
    optionLines(word, summary, columns)
  );
  return ["Arguments:", ...lines, ""];
}

function settingsLines(settings: SettingsTable, columns: number): string[] {
  const rows: readonly Setting[] = Object.values(settings);
  const fileOnly = rows.filter((setting) => !takesFlag(setting));
  const lines = ["Options:"];
  for (const row of rows.filter(takesFlag)) lines.push(...settingLines(row, columns));
  lines.push(...optionLines("-h, --help", "Show this", columns));
  if (fileOnly.length > 0) lines.push("", "In the configuration file only:");
  for (const row of fileOnly) lines.push(...settingLines(row, columns));
  return lines;
}

function joinLines(lines: readonly string[]): string {
  return `${lines.join("\n")}\n`;
}
