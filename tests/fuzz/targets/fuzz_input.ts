/** What stands for a value that JSON has no word for, by the one key of an object. */
const TAGS: readonly string[] = ["hex", "bigint", "number", "undefined", "object"];

/** What JSON can hold. */
type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/**
 * Writes an input of a fuzz target as text, to be kept in a file.
 *
 * Bytes become `{"hex": "00ff"}`, big integers `{"bigint": "7"}`, and what else JSON can't say
 * something alike.
 *
 * @param input Arrays, plain objects, `Uint8Array`, strings, numbers, big integers, booleans, `null`
 *   and `undefined`; nothing else.
 * @returns JSON on several lines, with a line feed at its end.
 * @throws {TypeError} If the input holds anything else, such as a function or a Map.
 */
export function encodeInput(input: unknown): string {
  return `${JSON.stringify(toJson(input), null, 2)}\n`;
}

/**
 * Reads what `encodeInput()` wrote.
 *
 * @throws {SyntaxError} If it is not JSON, or bytes in it are not hexadecimal.
 */
export function decodeInput(text: string): unknown {
  return fromJson(JSON.parse(text));
}

function toJson(value: unknown): Json {
  switch (typeof value) {
    case "string":
    case "boolean":
      return value;
    case "number":
      return Number.isFinite(value) && !Object.is(value, -0) ? value : tagged("number", value);
    case "bigint":
      return { bigint: `${value}` };
    case "undefined":
      return { undefined: true };
    case "object":
      return objectToJson(value);
    default:
      throw new TypeError(`Cannot keep an input that holds a ${typeof value}`);
  }
}

function tagged(tag: string, value: number): Json {
  return { [tag]: Object.is(value, -0) ? "-0" : `${value}` };
}

function objectToJson(value: object | null): Json {
  if (value === null) return null;
  if (value instanceof Uint8Array) return { hex: value.toHex() };
  if (Array.isArray(value)) return value.map(toJson);
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== null && prototype !== Object.prototype) {
    throw new TypeError(`Cannot keep an input that holds a ${value.constructor.name}`);
  }
  const entries = Object.entries(value).map(([key, item]) => [key, toJson(item)] as const);
  const plain = Object.fromEntries(entries);
  return isTagged(plain) ? { object: plain } : plain;
}

function fromJson(json: Json): unknown {
  if (typeof json !== "object" || json === null) return json;
  if (isList(json)) return json.map(fromJson);
  const [[tag, value] = ["", null]] = Object.entries(json);
  if (!isTagged(json)) return plainFromJson(json);
  switch (tag) {
    case "hex":
      return Uint8Array.fromHex(`${value}`);
    case "bigint":
      return BigInt(`${value}`);
    case "number":
      return Number(value);
    case "undefined":
      return undefined;
    default:
      return plainFromJson(value);
  }
}

/** Not by assignment: a key may be `__proto__`. */
function plainFromJson(json: Json): unknown {
  const entries = Object.entries(json ?? {});
  return Object.fromEntries(entries.map(([key, item]) => [key, fromJson(item)]));
}

function isTagged(json: { readonly [key: string]: Json }): boolean {
  const [key = "", ...others] = Object.keys(json);
  return others.length === 0 && TAGS.includes(key);
}

function isList(json: Json): json is readonly Json[] {
  return Array.isArray(json);
}
