import { didYouMean } from "./did_you_mean.ts";
import { nearestName } from "./nearest_name.ts";
import { systemReason } from "../observe/system_reason.ts";
import { escapeUnprintable } from "../observe/printable_text.ts";
import { quote } from "./quote.ts";
import type { SettingsTable } from "./setting.ts";
import { SettingsError } from "./settings_error.ts";

/** The settings of a configuration file by their keys, not yet checked. */
export type ConfigEntries = ReadonlyMap<string, unknown>;

/**
 * Reads a configuration file: a JSON object of settings by their keys.
 *
 * @param path The file.
 * @param readTextFile Reads it; throws an `Error` when it can't.
 * @param settings The settings that may stand in it.
 * @returns What it says; of a key that stands twice, the last.
 * @throws {SettingsError} If the file can't be read, is no JSON object or has an unknown key.
 */
export function readConfigFile(
  path: string,
  readTextFile: (path: string) => string,
  settings: SettingsTable,
): ConfigEntries {
  const json = parseConfig(path, readConfig(path, readTextFile));
  if (typeof json !== "object" || json === null || Array.isArray(json)) {
    throw new SettingsError(
      "SETTINGS_FILE_MALFORMED",
      `Cannot use configuration file ${quote(path)}: it is no JSON object`,
    );
  }
  const entries: ConfigEntries = new Map(Object.entries(json));
  rejectUnknownKeys(path, entries, settings);
  return entries;
}

function readConfig(path: string, readTextFile: (path: string) => string): string {
  try {
    return readTextFile(path);
  } catch (cause) {
    throw new SettingsError(
      "SETTINGS_FILE_UNREADABLE",
      `Cannot read configuration file ${quote(path)}: ${reasonOf(cause)}`,
      { cause },
    );
  }
}

function parseConfig(path: string, text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, "")); // editors on Windows like to begin files with a BOM
  } catch (cause) {
    throw new SettingsError(
      "SETTINGS_FILE_MALFORMED",
      `Cannot parse configuration file ${quote(path)}: it is no JSON${placeOf(cause)}`,
      { cause },
    );
  }
}

function rejectUnknownKeys(path: string, entries: ConfigEntries, settings: SettingsTable): void {
  const known = Object.values(settings)
    .filter(({ place }) => place !== "not in file")
    .map(({ key }) => key);
  for (const key of entries.keys()) {
    if (known.includes(key)) continue;
    const hint = didYouMean(nearestName(key, known));
    throw new SettingsError(
      "SETTINGS_UNKNOWN_KEY",
      `Unknown key ${quote(key)} in configuration file ${quote(path)}${hint}`,
    );
  }
}

/** Where it stops being JSON. The rest of the message quotes the file, which may be another: a secret. */
function placeOf(cause: unknown): string {
  const place = cause instanceof Error ? /line \d+ column \d+/.exec(cause.message) : null;
  return place === null ? "" : ` at ${place[0]}`;
}

function reasonOf(cause: unknown): string {
  return escapeUnprintable(systemReason(cause));
}
