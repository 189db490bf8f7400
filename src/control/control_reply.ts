import { isJsonObject, type JsonObject, type JsonValue } from "./json_value.ts";

/** A reply as a client in JSON mode gets it. */
export type ControlReply =
  | {
    readonly ok: true;
    /** The lines for a person. */
    readonly lines: readonly string[];
    /** The same for a program, where the command has such. */
    readonly data: JsonValue | undefined;
    /** The whole object as it came. */
    readonly object: JsonObject;
  }
  | {
    readonly ok: false;
    /** Stable upper-case word. */
    readonly code: string;
    /** One line for a person. */
    readonly text: string;
    /** The whole object as it came. */
    readonly object: JsonObject;
  };

/**
 * Reads a reply.
 *
 * @param object A JSON object of `type` `reply`.
 * @returns The reply, or `undefined` when it has another form.
 */
export function readReply(object: JsonObject): ControlReply | undefined {
  const { ok, lines, data, error } = object;
  if (ok === true && isStringArray(lines)) return { ok, lines, data, object };
  if (ok !== false || !isJsonObject(error)) return undefined;
  const { code, text } = error;
  if (typeof code !== "string" || typeof text !== "string") return undefined;
  return { ok, code, text, object };
}

function isStringArray(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((element) => typeof element === "string");
}
