import { isClientName } from "../../wire/client_name.ts";

/** An object that was read from JSON, of which nothing is known. */
export type Fields = Readonly<Record<string, unknown>>;

/** The end of the year 9999: later times have another form in ISO 8601, or none at all. */
const MAX_UNIX_MS = Date.UTC(9999, 11, 31);

/**
 * The members of a JSON object.
 *
 * @param value What `JSON.parse` gave.
 * @returns A copy without prototype, so that no member comes from anywhere else; `undefined` for what
 *   is no object.
 */
export function fieldsOf(value: unknown): Fields | undefined {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
  return Object.assign(Object.create(null), value);
}

/** A text that a pattern matches, or `undefined`. */
export function textOf(value: unknown, pattern: RegExp): string | undefined {
  return typeof value === "string" && pattern.test(value) ? value : undefined;
}

/** A text of at most `maxUnits` UTF-16 units, or `undefined`. */
export function proseOf(value: unknown, maxUnits: number): string | undefined {
  return typeof value === "string" && value.length <= maxUnits && value.isWellFormed()
    ? value
    : undefined;
}

/** A whole number from 0 to `max`, or `undefined`. */
export function countOf(value: unknown, max: number = Number.MAX_SAFE_INTEGER): number | undefined {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0 && value <= max
    ? value
    : undefined;
}

/** A time in Unix milliseconds that a calendar has, or `undefined`. */
export function unixMsOf(value: unknown): number | undefined {
  const isTime = typeof value === "number" && value >= 0 && value <= MAX_UNIX_MS;
  return isTime ? value : undefined;
}

/** A client name, or `undefined`. */
export function clientNameOf(value: unknown): string | undefined {
  return typeof value === "string" && isClientName(value) ? value : undefined;
}

/** A list of at most `max` items, or `undefined`. */
export function listOf(value: unknown, max: number): readonly unknown[] | undefined {
  return Array.isArray(value) && value.length <= max ? value : undefined;
}
