import fc from "fast-check";
import type { Setting, SettingValue } from "../../../src/settings/setting.ts";
import { isClientName } from "../../../src/wire/client_name.ts";
import { type Json, oddJson } from "./file_json_edits.ts";

/** A value that a setting allows, in each of its forms. */
export interface GoodValue {
  /** As a flag or a variable has it. */
  readonly text: string;
  /** As a configuration file has it. */
  readonly json: Json;
  /** As a command gets it. */
  readonly value: SettingValue;
}

const UNITS_MS = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 } as const;

const word = fc.stringMatching(/^[a-z][a-z0-9._-]{0,10}$/);
const host = fc.oneof(fc.ipV4(), fc.constantFrom("localhost", "relay.example"));
const port = fc.integer({ min: 1, max: 0xffff });

/**
 * Values that a setting allows.
 *
 * @param setting A row of the table.
 * @returns `undefined` for a row of which nobody but itself knows what it allows.
 */
export function goodValues(setting: Setting): fc.Arbitrary<GoodValue> | undefined {
  switch (setting.kind) {
    case "boolean":
      return fc.boolean().map(plain);
    case "integer":
      return fc.integer({ min: setting.min, max: setting.max }).map(plain);
    case "port":
      return fc.integer({ min: setting.min, max: 0xffff }).map(plain);
    case "seconds":
      return fc.integer({ min: Math.ceil(setting.min), max: Math.floor(setting.max) })
        .map((seconds) => ({ ...plain(seconds), value: seconds * 1_000 }));
    case "duration":
      return fc.tuple(fc.integer({ min: 1, max: 500 }), fc.constantFrom("s", "m", "h", "d", "w"))
        .map(([count, unit]) => ({ ...plain(`${count}${unit}`), value: count * UNITS_MS[unit] }));
    case "choice":
      return fc.constantFrom(...setting.choices).map(plain);
    case "client name":
      return fc.constantFrom("ada", "pump 3", "żółw").map(plain);
    case "endpoint":
      return fc.record({ hostname: host, port }).map(endpoint);
    case "endpoints":
      return fc.array(fc.record({ hostname: host, port }), { minLength: 1, maxLength: setting.max })
        .map(endpoints);
    case "string":
      return setting.pattern === undefined ? word.map(plain) : undefined;
    case "path":
      return word.map(plain);
    case "host":
      return host.map(plain);
    default:
      return undefined;
  }
}

function plain(value: string | number | boolean): GoodValue {
  return { text: String(value), json: value, value };
}

function endpoint(value: { hostname: string; port: number }): GoodValue {
  return { ...plain(`${value.hostname}:${value.port}`), value };
}

function endpoints(value: readonly { hostname: string; port: number }[]): GoodValue {
  const texts = value.map((one) => endpoint(one).text);
  return { text: texts.join(","), json: texts, value };
}

/** Texts that few settings allow. */
export const oddText: fc.Arbitrary<string> = fc.oneof(
  fc.string({ unit: "binary", maxLength: 40 }),
  fc.integer().map(String),
  fc.double().map(String),
  fc.constantFrom("-0", "1e3", "0x10", " 5", "5 ", "+5", "٣", "true", "TRUE", "no", "null", "[]"),
  fc.constantFrom("-", "--", "127.0.0.1", "::1", "[::1]:70000", "a:0", ":1", "a,,b", "a\nb", "\0"),
  fc.constantFrom("\u202e", "\u001b[2J", "0s", "99999999999w", "1.5h", "__proto__", "constructor"),
  fc.integer({ min: 60, max: 70_000 }).map((length) => "x".repeat(length)),
);

/** JSON that few settings allow; deep ones among it. */
export const oddSettingJson: fc.Arbitrary<Json> = fc.oneof(oddJson, oddText);

/** Whether a value is one that a row can give, told without the code that reads values. */
export function isPossible(setting: Setting, value: unknown): boolean {
  switch (setting.kind) {
    case "boolean":
      return typeof value === "boolean";
    case "integer":
      return isWhole(value, setting.min, setting.max);
    case "port":
      return isWhole(value, setting.min, 0xffff);
    case "seconds":
      return typeof value === "number" && value >= setting.min * 1_000 &&
        value <= setting.max * 1_000;
    case "duration":
      return isWhole(value, 1_000, 3_650 * UNITS_MS.d);
    case "choice":
      return setting.choices.some((choice) => choice === value);
    case "client name":
      return typeof value === "string" && isClientName(value);
    case "endpoint":
      return isEndpoint(value, setting.minPort ?? 1);
    case "endpoints":
      return Array.isArray(value) && value.length >= 1 && value.length <= setting.max &&
        value.every((one) => isEndpoint(one, 1));
    case "integers":
      return typeof value === "object" && value !== null &&
        Object.values(value).every((one) => isWhole(one, setting.min, setting.max));
    default:
      return typeof value === "string" && value !== "" && !value.includes("\0");
  }
}

function isWhole(value: unknown, min: number, max: number): boolean {
  return typeof value === "number" && Number.isInteger(value) && value >= min && value <= max;
}

function isEndpoint(value: unknown, minPort: number): boolean {
  if (typeof value !== "object" || value === null) return false;
  if (!("hostname" in value) || !("port" in value)) return false;
  return typeof value.hostname === "string" && /^[^\s\p{Cc}]+$/u.test(value.hostname) &&
    isWhole(value.port, minPort, 0xffff);
}
