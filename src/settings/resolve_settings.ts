import { COMMAND_SETTINGS, type CommandName, type SettingsOf } from "./command_settings.ts";
import type { FlagValues } from "./command_line.ts";
import { type ConfigEntries, readConfigFile } from "./config_file.ts";
import { describeAllowed } from "./describe_setting.ts";
import { refusedPart, valueFromJson, valueFromText } from "./parse_value.ts";
import { escapeUnprintable } from "../observe/printable_text.ts";
import { quote } from "./quote.ts";
import type { Setting, SettingsTable, SettingValue } from "./setting.ts";
import { flagOf, takesFlag, variableOf } from "./setting_names.ts";
import { SettingsError } from "./settings_error.ts";
import type { SettingsEnvironment } from "./settings_environment.ts";
import { defaultStateDirectory } from "./state_directory.ts";

/** Where the settings of a run come from. */
export interface SettingsSources {
  /** What the command line gave; wins over all others. */
  readonly flags: FlagValues;
  /** Environment variables, which win over the configuration file, and the file's reader. */
  readonly environment: SettingsEnvironment;
}

/** A value as it was given, and the name of the place. */
interface Given {
  readonly value: SettingValue | undefined;
  readonly source: string;
  readonly shown: string;
}

/**
 * Resolves the settings of a command: flag, else environment variable, else configuration file,
 * else default.
 *
 * @param command The command.
 * @param sources Flags, environment and files.
 * @returns A checked value for each row of the command's table, seconds as milliseconds.
 * @throws {SettingsError} If a value is not allowed, the configuration file can't be used, or a
 *   default can't be found on this system.
 */
export function resolveSettings<C extends CommandName>(
  command: C,
  sources: SettingsSources,
): SettingsOf<C> {
  const settings = resolveTable(COMMAND_SETTINGS[command], sources);
  // Checked: each property comes from `valueFromText` or `valueFromJson` of the row of that name,
  // which give the row's `ValueOf`; TypeScript can't follow this through the loop over the rows.
  return settings as SettingsOf<C>;
}

/**
 * Resolves any table; what {@linkcode resolveSettings} does for the table of a command.
 *
 * @param table The rows.
 * @param sources Flags, environment and files.
 * @returns The values by the names of their rows, `undefined` where nothing is given.
 * @throws {SettingsError} As `resolveSettings`.
 */
export function resolveTable(
  table: SettingsTable,
  sources: SettingsSources,
): Readonly<Record<string, SettingValue | undefined>> {
  const config = readConfig(table, sources);
  const resolve = (setting: Setting) => resolveSetting(setting, sources, config);
  return Object.fromEntries(
    Object.entries(table).map(([name, setting]) => [name, resolve(setting)]),
  );
}

interface Config {
  readonly path: string;
  readonly entries: ConfigEntries;
}

const NO_CONFIG: Config = { path: "", entries: new Map() };

/** The table's row `config`, if it has one, says which file to read. */
function readConfig(table: SettingsTable, sources: SettingsSources): Config {
  const path = table.config && resolveSetting(table.config, sources, NO_CONFIG);
  if (typeof path !== "string") return NO_CONFIG;
  const read = (path: string) => sources.environment.readTextFile(path);
  return { path, entries: readConfigFile(path, read, table) };
}

function resolveSetting(
  setting: Setting,
  sources: SettingsSources,
  config: Config,
): SettingValue | undefined {
  const given = fromFlag(setting, sources.flags) ??
    fromVariable(setting, sources.environment) ??
    fromConfig(setting, config);
  if (given === undefined) return defaultOf(setting, sources.environment);
  if (given.value !== undefined) return given.value;
  const shown = setting.secret ? "the value" : given.shown;
  throw new SettingsError(
    "SETTINGS_BAD_VALUE",
    `Cannot use ${shown} for ${given.source}: expected ${describeAllowed(setting)}`,
  );
}

function fromFlag(setting: Setting, flags: FlagValues): Given | undefined {
  const given = flags.get(flagOf(setting));
  if (given === undefined) return undefined;
  const text = String(given);
  return {
    value: valueFromText(setting, text),
    source: `--${flagOf(setting)}`,
    shown: showJson(refusedPart(setting, text)),
  };
}

function fromVariable(setting: Setting, environment: SettingsEnvironment): Given | undefined {
  if (!takesFlag(setting)) return undefined;
  const text = environment.variable(variableOf(setting));
  if (text === undefined || text === "") return undefined;
  const shown = showJson(refusedPart(setting, text));
  return { value: valueFromText(setting, text), source: variableOf(setting), shown };
}

function fromConfig(setting: Setting, { path, entries }: Config): Given | undefined {
  if (!entries.has(setting.key)) return undefined;
  const json = entries.get(setting.key);
  return {
    value: valueFromJson(setting, json),
    source: `${setting.key} in ${escapeUnprintable(path)}`,
    shown: showJson(refusedPart(setting, json)),
  };
}

/** Objects and lists are only named: they may be long, or too deep for `JSON.stringify`. */
function showJson(json: unknown): string {
  if (typeof json === "string") return quote(json);
  if (Array.isArray(json)) return "a list";
  return typeof json === "object" && json !== null ? "an object" : String(json);
}

function defaultOf(setting: Setting, environment: SettingsEnvironment): SettingValue | undefined {
  if (setting.kind === "path" && setting.defaultFrom === "state directory") {
    const directory = defaultStateDirectory(environment);
    if (directory !== undefined) return directory;
    throw new SettingsError(
      "SETTINGS_NO_DEFAULT",
      `Cannot find a default for --${flagOf(setting)}: no home directory is set`,
    );
  }
  return setting.kind === "seconds" && setting.default !== undefined
    ? setting.default * 1000
    : setting.default;
}
