import { formatEndpoint } from "../session/endpoint.ts";
import { MAX_DURATION_DAYS } from "./duration.ts";
import { MAX_PORT } from "./parse_value.ts";
import type { Setting } from "./setting.ts";

/**
 * Says what a setting allows, for "expected ..." and for the README.
 *
 * @param setting A row of the table.
 * @returns Such as `a whole number of bytes from 576 to 65507`.
 */
export function describeAllowed(setting: Setting): string {
  switch (setting.kind) {
    case "string":
      return setting.expected ?? "text without control characters";
    case "client name":
      return "1 to 64 bytes without control characters, no address and no session id";
    case "path":
      return "a path";
    case "host":
      return "an IP address or a host name";
    case "interface":
      return "the IP address of a network interface, or the index of one for an IPv6 group; no name";
    case "endpoint":
      return `${placeholderOf(setting)} with a port from ${setting.minPort ?? 1} to ${MAX_PORT}, ` +
        "IPv6 in brackets";
    case "endpoints":
      return `1 to ${setting.max} of HOST[:PORT] with commas between, ports from 1 to ${MAX_PORT}, ` +
        "IPv6 in brackets";
    case "port":
      return `a port from ${setting.min} to ${MAX_PORT}`;
    case "integer":
      return `a whole number${unitOf(setting.unit)} from ${setting.min} to ${setting.max}`;
    case "seconds":
      return `${setting.whole ? "whole " : ""}seconds from ${setting.min} to ${setting.max}`;
    case "duration":
      return `a whole number and s, m, h, d or w, such as 12h or 7d, at most ${MAX_DURATION_DAYS}d`;
    case "boolean":
      return "true or false";
    case "choice":
      return `${setting.choices.slice(0, -1).join(", ")} or ${setting.choices.at(-1)}`;
    case "integers":
      return `a JSON object of whole numbers from ${setting.min} to ${setting.max}`;
    default:
      return setting satisfies never;
  }
}

/**
 * Says what holds when a setting is not given.
 *
 * @param setting A row of the table.
 * @returns The default with its unit, or the row's own words.
 */
export function describeDefault(setting: Setting): string {
  if (setting.defaultText !== undefined) return setting.defaultText;
  switch (setting.kind) {
    case "seconds":
      return setting.default === undefined ? "none" : `${setting.default} s`;
    case "endpoint":
      return setting.default === undefined ? "none" : formatEndpoint(setting.default);
    case "integers":
      return JSON.stringify(setting.default ?? {});
    default:
      return String(setting.default ?? "none");
  }
}

/**
 * The word that stands for the value in usage lines.
 *
 * @param setting A row of the table.
 * @returns Such as `SECONDS`, or an empty string for a boolean.
 */
export function placeholderOf(setting: Setting): string {
  if (setting.placeholder !== undefined) return setting.placeholder;
  switch (setting.kind) {
    case "boolean":
      return "";
    case "choice":
      return setting.choices.join("|");
    case "client name":
      return "NAME";
    case "endpoint":
      return "HOST[:PORT]";
    case "endpoints":
      return "HOST[:PORT][,...]";
    case "host":
      return "HOST";
    case "interface":
      return "IP";
    case "integer":
    case "port":
      return "N";
    case "seconds":
      return "SECONDS";
    case "duration":
      return "DURATION";
    case "string":
      return "TEXT";
    case "path":
      return "PATH";
    case "integers":
      return "OBJECT";
    default:
      return setting satisfies never;
  }
}

function unitOf(unit: string | undefined): string {
  return unit === undefined ? "" : ` of ${unit}`;
}
