import { describeAllowed, describeDefault, placeholderOf } from "../settings/describe_setting.ts";
import type { Setting } from "../settings/setting.ts";
import { flagOf, takesFlag, variableOf } from "../settings/setting_names.ts";
import { wrapText } from "./wrap_text.ts";

/** Where the explanations begin; longer options stand on a line of their own. */
const TEXT_COLUMN = 30;

/** Narrower explanations are no use, whatever the terminal says. */
const MIN_TEXT_WIDTH = 30;

/** Kinds whose placeholder does not say what is allowed. */
const KINDS_WITH_BOUNDS: readonly Setting["kind"][] = [
  "integer",
  "seconds",
  "duration",
  "port",
  "integers",
  "client name",
];

/**
 * The option as a usage line writes it.
 *
 * @param setting A row of the table that takes a flag.
 * @returns Such as `--client-timeout SECONDS` or `--multicast, --no-multicast`.
 */
export function usageOf(setting: Setting): string {
  const flag = `--${flagOf(setting)}`;
  if (setting.kind !== "boolean") return `${flag} ${placeholderOf(setting)}`;
  return setting.default ? `${flag}, --no-${flagOf(setting)}` : flag;
}

/**
 * A line or more of `--help` for one setting.
 *
 * @param setting A row of the table.
 * @param columns Width of the terminal.
 * @returns Lines without line feeds: the option, what it does, default, range and variable.
 */
export function settingLines(setting: Setting, columns: number): string[] {
  const option = takesFlag(setting) ? usageOf(setting) : setting.key;
  return optionLines(option, `${setting.help} [${notesOf(setting).join("; ")}]`, columns);
}

/**
 * A line or more of `--help`: what to write on the left, what it does on the right.
 *
 * @param option What to write.
 * @param text What it does.
 * @param columns Width of the terminal.
 * @returns Lines without line feeds.
 */
export function optionLines(option: string, text: string, columns: number): string[] {
  const width = Math.max(MIN_TEXT_WIDTH, columns - TEXT_COLUMN);
  const lines = wrapText(text, width).map((line) => " ".repeat(TEXT_COLUMN) + line);
  const left = `  ${option}`;
  if (left.length + 2 > TEXT_COLUMN) return [left, ...lines];
  const [first = "", ...rest] = lines;
  return [left + first.slice(left.length), ...rest];
}

/** Ranges only where neither the option's own form nor the flag says them. */
function notesOf(setting: Setting): string[] {
  const notes = [`default: ${describeDefault(setting)}`];
  if (KINDS_WITH_BOUNDS.includes(setting.kind)) {
    notes.push(describeAllowed(setting));
  } else if (setting.kind === "choice" && setting.placeholder !== undefined) {
    notes.push(describeAllowed(setting));
  }
  if (takesFlag(setting)) notes.push(variableOf(setting));
  return notes;
}
