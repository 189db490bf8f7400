import type { Setting } from "./setting.ts";

/**
 * The flag of a setting.
 *
 * @param setting A row of the table.
 * @returns The name without dashes, such as `client-timeout`.
 */
export function flagOf(setting: Setting): string {
  return setting.flag ?? setting.key.replaceAll("_", "-");
}

/**
 * The environment variable of a setting.
 *
 * @param setting A row of the table.
 * @returns Such as `HUSHCAST_CLIENT_TIMEOUT`.
 */
export function variableOf(setting: Setting): string {
  return `HUSHCAST_${setting.key.toUpperCase()}`;
}

/**
 * Whether a setting can be given by flag and environment variable.
 *
 * @param setting A row of the table.
 */
export function takesFlag(setting: Setting): boolean {
  return setting.place !== "file only";
}
