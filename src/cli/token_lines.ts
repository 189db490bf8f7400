import { escapeUnprintable, stringifyPrintable } from "../observe/printable_text.ts";
import { type AdmissionToken, isExpired } from "../session/admission_tokens.ts";

/**
 * Shows tokens to a person: name, when made, and until when good, in columns.
 *
 * @param tokens The tokens.
 * @param nowUnixMs Wall-clock time.
 * @returns A line each, without line feeds.
 */
export function tokenLines(tokens: readonly AdmissionToken[], nowUnixMs: number): string[] {
  const names = tokens.map(({ name }) => escapeUnprintable(name));
  const width = Math.max(...names.map((name) => [...name].length));
  return tokens.map((token, index) => {
    const name = names[index] ?? "";
    const padding = " ".repeat(width - [...name].length);
    return `${name}${padding}  ${timeText(token.createdUnixMs)}  ${expiryText(token, nowUnixMs)}`;
  });
}

/**
 * Shows a token to a program.
 *
 * @param token The token.
 * @param nowUnixMs Wall-clock time.
 * @returns A JSON object on one line: `name`, `created`, `expires` (`null` for never), `expired`.
 */
export function tokenJson(token: AdmissionToken, nowUnixMs: number): string {
  const { name, createdUnixMs, expiresUnixMs } = token;
  return stringifyPrintable({
    name,
    created: timeText(createdUnixMs),
    expires: expiresUnixMs === undefined ? null : timeText(expiresUnixMs),
    expired: isExpired(token, nowUnixMs),
  });
}

function expiryText(token: AdmissionToken, nowUnixMs: number): string {
  if (token.expiresUnixMs === undefined) return "never";
  return isExpired(token, nowUnixMs) ? "expired" : timeText(token.expiresUnixMs);
}

/** Whole seconds, rounded down: a token is never said to last longer than it does. */
function timeText(unixMs: number): string {
  return new Date(unixMs).toISOString().replace(/\.\d+Z$/, "Z");
}
