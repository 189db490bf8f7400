import { isJsonObject } from "./json_value.ts";
import { tryParseJson } from "../settings/try_parse_json.ts";

/** What a client calls its request by; echoed in the reply. */
export type RequestId = number | string;

/** A command given as a JSON object: `{"id":7,"command":"kick_client","args":["pump-3"]}`. */
export interface JsonCommand {
  /** Tells the forms apart. */
  readonly form: "json";
  /** The id that the reply repeats, if it had one. */
  readonly id: RequestId | undefined;
  /** The command's name. */
  readonly name: string;
  /** The arguments, as many as there were. */
  readonly args: readonly string[];
}

/** Why a line is no JSON command. */
export interface JsonCommandProblem {
  /** Tells it from a command. */
  readonly form: "bad_json";
  /** The id that the reply repeats, if it could be read. */
  readonly id: RequestId | undefined;
  /** One line for the client. */
  readonly problem: string;
}

const MEMBERS: readonly string[] = ["id", "command", "args"];

/**
 * Reads a command in JSON form.
 *
 * Members of other names are refused rather than ignored, so that a misspelt `args` does not run
 * the command without them.
 *
 * @param line A line that begins with `{`.
 * @returns The command, or what is wrong with it. It never throws.
 */
export function parseJsonCommand(line: string): JsonCommand | JsonCommandProblem {
  const value = tryParseJson(line);
  if (!isJsonObject(value)) return problem(undefined, "the line is not a JSON object");
  const { id, command, args = [] } = value;
  if (id !== undefined && !isRequestId(id)) {
    return problem(undefined, "id must be a string, or a number that JSON carries exactly");
  }
  const stranger = Object.keys(value).find((member) => !MEMBERS.includes(member));
  if (stranger !== undefined) {
    return problem(id, `want the members ${MEMBERS.join(", ")}, got ${stranger}`);
  }
  if (typeof command !== "string") return problem(id, "command must be a string");
  if (!isStringArray(args)) return problem(id, "args must be an array of strings");
  return { form: "json", id, name: command, args };
}

function isRequestId(value: unknown): value is RequestId {
  if (typeof value === "string") return true;
  // Beyond 2^53 a number would come back as another one.
  return typeof value === "number" && Math.abs(value) <= Number.MAX_SAFE_INTEGER;
}

function isStringArray(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((element) => typeof element === "string");
}

function problem(id: RequestId | undefined, text: string): JsonCommandProblem {
  return { form: "bad_json", id, problem: `Cannot read JSON command: ${text}` };
}
