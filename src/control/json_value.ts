/** Anything that JSON can say. */
export type JsonValue =
  | string
  | number
  | boolean
  | null
  | readonly JsonValue[]
  | JsonObject;

/** A JSON object; a member that is `undefined` is left out when it is written. */
export interface JsonObject {
  /** A member by its name. */
  readonly [name: string]: JsonValue | undefined;
}

/**
 * Tells a JSON object from every other JSON value.
 *
 * @param value What `JSON.parse` returned, or any other value.
 * @returns Whether it is an object that is neither an array nor null.
 */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
