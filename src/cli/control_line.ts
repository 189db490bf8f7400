import { isJsonObject } from "../control/json_value.ts";
import { escapeUnprintable } from "../observe/printable_text.ts";
import { tryParseJson } from "../settings/try_parse_json.ts";

/** A line from the server, as a session shows it. */
export interface ControlLine {
  /** What a person should see of it, if anything; safe to print, whoever sent the line. */
  readonly text: string | undefined;
  /** Whether it belongs to a reply, or to the stream of log lines and events. */
  readonly origin: "reply" | "stream";
  /** How the command went, on the line that ends its reply. */
  readonly outcome: "done" | "refused" | undefined;
}

/**
 * Reads a line from the server, in either mode.
 *
 * @param line The line without its end.
 * @returns What it means.
 * @see PROTOCOL 1.9
 */
export function readControlLine(line: string): ControlLine {
  const { text, ...meaning } = meaningOf(line);
  // A server of ours has escaped it already. What else listens there must not drive the terminal.
  return { text: text && escapeUnprintable(text), ...meaning };
}

function meaningOf(line: string): ControlLine {
  if (line.startsWith("= ")) return { text: line.slice(2), origin: "reply", outcome: undefined };
  if (line === "OK") return { text: undefined, origin: "reply", outcome: "done" };
  if (line.startsWith("ERR ")) {
    const [, code = "", ...words] = line.split(" ");
    return { text: `error: ${words.join(" ")} (${code})`, origin: "reply", outcome: "refused" };
  }
  const isOk = line.startsWith("{") ? readOk(line) : undefined;
  if (isOk === undefined) return { text: line, origin: "stream", outcome: undefined };
  return { text: line, origin: "reply", outcome: isOk ? "done" : "refused" };
}

/** Whether a JSON reply is good; `undefined` when the line is no reply. */
function readOk(line: string): boolean | undefined {
  const value = tryParseJson(line);
  return isJsonObject(value) && value.type === "reply" ? value.ok === true : undefined;
}
