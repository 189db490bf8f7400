import { COMMAND_SETTINGS, type CommandName } from "../settings/command_settings.ts";
import { describeAllowed, describeDefault, placeholderOf } from "../settings/describe_setting.ts";
import type { Setting, SettingsTable } from "../settings/setting.ts";
import { flagOf, takesFlag, variableOf } from "../settings/setting_names.ts";
import { COMMAND_GUIDES } from "./command_guides.ts";
import { COMMAND_NAMES } from "./help.ts";
import { wrapText } from "./wrap_text.ts";

/** Commands that share most of their settings share a table; `completions` has no settings. */
const GROUPS: readonly (readonly CommandName[])[] = [
  ["relay"],
  ["control", "top"],
  ["chat", "send", "listen"],
  ["token"],
  ["identity"],
  ["direct"],
  ["direct-send"],
];

/** As `deno.json` sets it for `deno fmt`. */
const LINE_WIDTH = 100;

const ORDER = "A flag wins over its environment variable, that over the configuration file, and " +
  "that over the default. In the file a setting's key is its variable in lower case without " +
  '`HUSHCAST_`: `--client-timeout 30` is `{ "client_timeout": 30 }`.';

/**
 * Prints the commands and settings as the README shows them.
 *
 * @returns Markdown: a table of the commands, then a heading and a table for each group of them, in
 *   the layout of `deno fmt`, with a blank line at either end.
 */
export function settingsMarkdown(): string {
  const order = wrapText(ORDER, LINE_WIDTH).join("\n");
  return `\n${[commandsMarkdown(), `${order}\n`, ...GROUPS.map(groupMarkdown)].join("\n")}\n`;
}

function commandsMarkdown(): string {
  const rows = COMMAND_NAMES.map((name) => {
    const { arguments: positionals, summary } = COMMAND_GUIDES[name];
    return [code(`hushcast ${name} [OPTIONS] ${positionals}`.trimEnd()), summary];
  });
  return tableOf(["Command", "What it does"], rows);
}

function groupMarkdown(commands: readonly CommandName[]): string {
  const takers = new Map<Setting, CommandName[]>();
  for (const command of commands) {
    const table: SettingsTable = COMMAND_SETTINGS[command];
    for (const setting of Object.values(table)) {
      takers.set(setting, [...takers.get(setting) ?? [], command]);
    }
  }
  const rows = Array.from(takers, ([setting, some]) => {
    const only = some.length < commands.length ? ` (only ${listOf(some)})` : "";
    return settingCells(setting, only);
  });
  return `### ${listOf(commands)}\n\n${
    tableOf(["Option", "Variable", "Default", "Allowed", "What it sets"], rows)
  }`;
}

function settingCells(setting: Setting, only: string): string[] {
  return [
    takesFlag(setting) ? code(optionOf(setting)) : `${code(setting.key)} in the file`,
    takesFlag(setting) ? code(variableOf(setting)) : "none",
    describeDefault(setting),
    describeAllowed(setting),
    setting.help + only,
  ];
}

function optionOf(setting: Setting): string {
  const flag = flagOf(setting);
  if (setting.kind === "boolean") return setting.default ? `--no-${flag}` : `--${flag}`;
  // A bar would end the table's cell, even within code; the column "Allowed" lists the choices.
  const placeholder = setting.kind === "choice" ? "VALUE" : placeholderOf(setting);
  return `--${flag} ${placeholder}`;
}

function tableOf(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = header.map((title, column) =>
    Math.max(title.length, ...rows.map((cells) => (cells[column] ?? "").length))
  );
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(" | ")} |\n`;
  const rule = widths.map((width) => "-".repeat(width));
  return [header, rule, ...rows].map(line).join("");
}

function listOf(commands: readonly CommandName[]): string {
  const names = commands.map(code);
  return names.length < 2 ? names.join("") : `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
}

function code(text: string): string {
  return `\`${text}\``;
}
