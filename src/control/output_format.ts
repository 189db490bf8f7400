import { escapeUnprintable, stringifyPrintable } from "../observe/printable_text.ts";
import type { CommandReply } from "./command.ts";
import type { RequestLabel } from "./command_request.ts";
import type { ControlEvent } from "./control_event.ts";
import type { JsonObject } from "./json_value.ts";
import type { LogEntry } from "./log_source.ts";

/** The first line of every connection, in either mode (PROTOCOL 1.9). */
export const GREETING = "# hushcast control 1";

/** How a connection writes what it has to say. All lines are without their ends. */
export interface OutputFormat {
  /** Its name in the command `mode`. */
  readonly mode: OutputMode;
  /** The lines of a reply. */
  reply(request: RequestLabel, reply: CommandReply): readonly string[];
  /** The line of a command that failed, or of an error that no command caused. */
  error(request: RequestLabel | undefined, code: string, text: string): string;
  /** The line of a log entry. */
  log(entry: LogEntry): string;
  /** The line of an event, or `undefined` where this mode has none. */
  event(event: ControlEvent): string | undefined;
  /** The line that stands where `count` log lines and events were lost. */
  describeLoss(count: number): string;
}

/** The modes of the command `mode`. */
export type OutputMode = "text" | "json";

const textFormat: OutputFormat = {
  mode: "text",
  reply: (_request, { lines }) => [...lines.map((line) => `= ${escapeUnprintable(line)}`), "OK"],
  error: (_request, code, text) => `ERR ${code} ${escapeUnprintable(text)}`,
  log: (entry) => {
    const line = escapeUnprintable(entry.text());
    return REPLY_LIKE.test(line) ? ` ${line}` : line;
  },
  event: () => undefined,
  describeLoss: (count) => `# ${count} log line${count === 1 ? "" : "s"} dropped`,
};

// What a log line must not begin with, or a client could take it for a part of a reply.
const REPLY_LIKE = /^(?:[#=] |OK$|ERR )/;

const jsonFormat: OutputFormat = {
  mode: "json",
  reply: (request, { lines, data }) => [
    stringifyPrintable({ ...replyHead(request), ok: true, lines, data }),
  ],
  error: (request, code, text) =>
    stringifyPrintable({ ...replyHead(request), ok: false, error: { code, text } }),
  log: (entry) => stringifyPrintable({ type: "log", ...entry.json() }),
  event: (event) => stringifyPrintable({ type: "event", ...event }),
  describeLoss: (count) => stringifyPrintable({ type: "event", event: "log_lines_dropped", count }),
};

/** The format of each mode. */
export const OUTPUT_FORMATS: Readonly<Record<OutputMode, OutputFormat>> = {
  text: textFormat,
  json: jsonFormat,
};

function replyHead(request: RequestLabel | undefined): JsonObject {
  return { type: "reply", id: request?.id, command: request?.name };
}
