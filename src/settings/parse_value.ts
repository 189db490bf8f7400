import { isIP } from "node:net";
import { type Endpoint, parseEndpoint } from "../session/endpoint.ts";
import { isClientName } from "../wire/client_name.ts";
import { parseDuration } from "./duration.ts";
import type {
  EndpointsSetting,
  IntegerSetting,
  PortSetting,
  SecondsSetting,
  Setting,
  SettingValue,
} from "./setting.ts";

type NumberSetting = IntegerSetting | PortSetting | SecondsSetting;

/** Words for a boolean in an environment variable, in lower case. */
const BOOLEAN_WORDS: ReadonlyMap<string, boolean> = new Map([
  ["true", true],
  ["1", true],
  ["yes", true],
  ["on", true],
  ["false", false],
  ["0", false],
  ["no", false],
  ["off", false],
]);

/** The largest port number. */
export const MAX_PORT = 0xffff;

/**
 * Reads the value of a flag or of an environment variable.
 *
 * @param setting The row it is for.
 * @param text What was given.
 * @returns The value (times as milliseconds), or `undefined` when the row does not allow it.
 */
export function valueFromText(setting: Setting, text: string): SettingValue | undefined {
  switch (setting.kind) {
    case "string":
      return isPlainText(text) && (setting.pattern?.test(text) ?? true) ? text : undefined;
    case "client name":
      return isClientName(text) ? text : undefined;
    case "path":
      return text !== "" && !text.includes("\0") ? text : undefined;
    case "host":
      return /^[\w.:%-]{1,253}$/.test(text) ? text : undefined;
    case "interface":
      return isIP(text) !== 0 || /^[1-9]\d{0,8}$/.test(text) ? text : undefined;
    case "endpoint":
      return isPlainText(text)
        ? parseEndpoint(text, setting.defaultPort, setting.minPort)
        : undefined;
    case "endpoints":
      return endpointsFromJson(setting, text);
    case "integer":
    case "port":
    case "seconds":
      return isNumeral(setting, text) ? valueFromNumber(setting, Number(text)) : undefined;
    case "duration":
      return parseDuration(text);
    case "boolean":
      return BOOLEAN_WORDS.get(text.toLowerCase());
    case "choice":
      return setting.choices.find((choice) => String(choice) === text);
    case "integers":
      return undefined;
    default:
      return setting satisfies never;
  }
}

/**
 * Reads a value of the configuration file, or a default of the table.
 *
 * @param setting The row it is for.
 * @param json The value as JSON has it; numbers and booleans in quotes are refused.
 * @returns The value (times as milliseconds), or `undefined` when the row does not allow it.
 */
export function valueFromJson(setting: Setting, json: unknown): SettingValue | undefined {
  switch (setting.kind) {
    case "integer":
    case "port":
    case "seconds":
      return typeof json === "number" ? valueFromNumber(setting, json) : undefined;
    case "boolean":
      return typeof json === "boolean" ? json : undefined;
    case "choice":
      return setting.choices.find((choice) => choice === json);
    case "endpoints":
      return endpointsFromJson(setting, json);
    case "integers":
      return integersFromJson(json, setting.min, setting.max);
    default:
      return typeof json === "string" ? valueFromText(setting, json) : undefined;
  }
}

/**
 * Finds what is wrong with a value that `valueFromText` or `valueFromJson` refused.
 *
 * @param setting The row it is for.
 * @param json What was given: text, or what JSON has.
 * @returns Of a list the first part that is not allowed; else, and when the list as a whole is not, all
 *   of it.
 */
export function refusedPart(setting: Setting, json: unknown): unknown {
  if (setting.kind !== "endpoints") return json;
  const bad = partsOf(json).find((part) => endpointOf(setting, part) === undefined);
  return bad ?? json;
}

function endpointsFromJson(
  setting: EndpointsSetting,
  json: unknown,
): readonly Endpoint[] | undefined {
  const parts = partsOf(json);
  const endpoints = parts.flatMap((part) => endpointOf(setting, part) ?? []);
  const isAllowed = parts.length >= 1 && parts.length <= setting.max;
  return isAllowed && endpoints.length === parts.length ? endpoints : undefined;
}

function endpointOf({ defaultPort }: EndpointsSetting, part: unknown): Endpoint | undefined {
  if (typeof part !== "string" || !isPlainText(part) || part.includes(",")) return undefined;
  return parseEndpoint(part, defaultPort);
}

/** A host has no comma, so that each part of a list can be one as well. */
function partsOf(json: unknown): readonly unknown[] {
  if (typeof json === "string") return json.split(",").map((part) => part.trim());
  return Array.isArray(json) ? json : [json];
}

function valueFromNumber(setting: NumberSetting, number: number): number | undefined {
  const max = setting.kind === "port" ? MAX_PORT : setting.max;
  if (isWhole(setting) && !Number.isInteger(number)) return undefined;
  if (!(number >= setting.min && number <= max)) return undefined;
  const value = setting.kind === "seconds" ? Math.round(number * 1000) : number;
  return value + 0; // makes 0 of -0, which prints and compares as its own number in places
}

/** Plain decimal numbers only: no exponent, no hexadecimal, no blanks, no `Infinity`. */
function isNumeral(setting: NumberSetting, text: string): boolean {
  return (isWhole(setting) ? /^[+-]?\d+$/ : /^[+-]?\d+(\.\d+)?$/).test(text);
}

function isWhole(setting: NumberSetting): boolean {
  return setting.kind !== "seconds" || setting.whole === true;
}

function integersFromJson(
  json: unknown,
  min: number,
  max: number,
): Readonly<Record<string, number>> | undefined {
  if (typeof json !== "object" || json === null || Array.isArray(json)) return undefined;
  const numbers = new Map<string, number>();
  const entries: [string, unknown][] = Object.entries(json);
  for (const [name, value] of entries) {
    if (typeof value !== "number" || !Number.isInteger(value)) return undefined;
    if (value < min || value > max) return undefined;
    numbers.set(name, value);
  }
  return Object.fromEntries(numbers);
}

function isPlainText(text: string): boolean {
  return text !== "" && !/[\p{Cc}\p{Cs}]/u.test(text);
}
