import { concat } from "@std/bytes";
import fc from "fast-check";
import { quoteArgument } from "../../../src/control/command_line.ts";
import { byteEdits, editBytes } from "./file_byte_edits.ts";
import { ODD_KEYS, oddJson } from "./file_json_edits.ts";

/** The token of a control port that has one. */
export const CONTROL_TOKEN = "open sesame";

const COMMANDS = [
  "help",
  "list_clients",
  "get_client",
  "kick_client",
  "get_stats",
  "broadcast",
  "ban",
  "unban",
  "list_bans",
  "rotate_keys",
  "logs",
  "log_level",
  "mode",
  "auth",
  "quit",
] as const;

const argument = fc.oneof(
  fc.constantFrom(
    "pump-3",
    "127.0.0.1:5000",
    "json",
    "text",
    "on",
    "off",
    "debug",
    "3600",
    "0",
    "-1",
  ),
  fc.constantFrom(
    '"',
    '"a',
    'a"b',
    '""',
    '"a b"',
    "\\",
    '"\\"',
    "\t",
    "\u0000",
    "\u202e",
    "\ufeff",
  ),
  fc.string({ unit: "binary", maxLength: 20 }),
  fc.string({ unit: "binary", maxLength: 20 }).map(quoteArgument),
  fc.constantFrom(...ODD_KEYS),
);

const name = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom<string>(...COMMANDS) },
  { weight: 1, arbitrary: argument },
);

const textLine = fc.tuple(
  name,
  fc.array(argument, { maxLength: 4 }),
  fc.constantFrom(" ", "\t", "  "),
)
  .map(([command, args, blank]) => [command, ...args].join(blank));

const jsonLine = fc.record({
  id: fc.oneof(fc.integer(), fc.string(), oddJson),
  command: fc.oneof({ weight: 5, arbitrary: name }, { weight: 1, arbitrary: oddJson }),
  args: fc.oneof({ weight: 5, arbitrary: fc.array(argument, { maxLength: 4 }) }, {
    weight: 1,
    arbitrary: oddJson,
  }),
}, { requiredKeys: [] }).map((command) => JSON.stringify(command));

const LONGEST = 4_096;
const longLine = fc.tuple(
  fc.constantFrom("x", "é", "[", " ", '{"id":'),
  fc.integer({ min: -3, max: 3 }),
)
  .map(([text, near]) => {
    const bytes = new TextEncoder().encode(text).byteLength;
    return text.repeat(Math.ceil((LONGEST + near) / bytes));
  });

const strangeLine = fc.oneof(
  longLine,
  fc.constantFrom("", " ", "\t", "GET / HTTP/1.1", "POST /x HTTP/1.0", "mode json", "mode text"),
  fc.constantFrom(`auth ${CONTROL_TOKEN}`, `auth "${CONTROL_TOKEN}"`, "auth wrong", "auth"),
  fc.constant(`{"id":1,"command":${"[".repeat(1_500)}`),
);

/** One line as it goes over the wire, with its end; perhaps with a few bytes changed. */
export const wireLine: fc.Arbitrary<Uint8Array> = fc.tuple(
  fc.oneof(
    { weight: 5, arbitrary: textLine },
    { weight: 4, arbitrary: jsonLine },
    { weight: 2, arbitrary: strangeLine },
  ),
  fc.constantFrom("\n", "\r\n"),
  byteEdits,
).map(([line, end, edits]) => {
  // Most changes are within the line; one that adds or takes away an end makes two lines, or half a one.
  const bytes = editBytes(new TextEncoder().encode(line), edits);
  return concat([bytes, new TextEncoder().encode(end)]);
});

/** What a server must do with what it was sent, told by the slow way. */
export interface ControlExpectation {
  /** How many replies there are. */
  readonly replies: number;
  /** Whether the connection ends before the end of the stream. */
  readonly isEnded: boolean;
}

/**
 * Tells how many replies a connection without a token gives.
 *
 * @param bytes All that was sent.
 */
export function expectReplies(bytes: Uint8Array): ControlExpectation {
  let replies = 0;
  for (let start = 0; start <= bytes.byteLength;) {
    const end = bytes.indexOf(0x0a, start);
    const isWhole = end >= 0;
    const raw = bytes.subarray(start, isWhole ? end : bytes.byteLength);
    const line = raw.at(-1) === 0x0d ? raw.subarray(0, -1) : raw;
    if (line.byteLength > LONGEST) return { replies: replies + 1, isEnded: true };
    if (!isWhole) break;
    start = end + 1;
    const text = textOf(line);
    if (text === undefined || /[^ \t]/.test(text)) replies++;
    if (text !== undefined && isLast(text)) return { replies, isEnded: true };
  }
  return { replies, isEnded: false };
}

function isLast(text: string): boolean {
  return /^[A-Z]+ \S+ HTTP\/\d/.test(text) || /^[ \t]*quit[ \t]*$/.test(text);
}

function textOf(line: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(line);
  } catch {
    return undefined;
  }
}
