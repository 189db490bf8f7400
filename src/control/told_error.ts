import { HushcastError } from "../errors.ts";
import { AUTH_TIMEOUT_MS } from "./authorisation.ts";
import { MAX_LINE_BYTES } from "./line_parser.ts";

/** An error as far as the client is told of it. */
export interface ToldError {
  /** Stable upper-case word; docs/CONTROL.md lists them. */
  readonly code: string;
  /** One line for a person; unsafe characters are escaped when it is written. */
  readonly message: string;
}

/** Answers a line whose bytes are no text. */
export const NOT_UTF8: ToldError = {
  code: "NOT_UTF8",
  message: "Cannot read command: it is not UTF-8",
};

/** Ends a connection: nobody knows where the next command begins. */
export const LINE_TOO_LONG: ToldError = {
  code: "LINE_TOO_LONG",
  message: `Cannot read command: it is longer than ${MAX_LINE_BYTES} bytes`,
};

/**
 * Ends a connection of a browser. A page from anywhere can make one send a request to 127.0.0.1, and
 * its body would be read as commands.
 */
export const NO_HTTP: ToldError = { code: "NO_HTTP", message: "This port does not speak HTTP" };

/** Answers a wrong token. */
export const AUTH_FAILED: ToldError = { code: "AUTH_FAILED", message: "Wrong token" };

/** Ends a connection that sends no token. */
export const AUTH_TIMEOUT: ToldError = {
  code: "AUTH_TIMEOUT",
  message: `No token within ${AUTH_TIMEOUT_MS / 1000} s`,
};

/**
 * Says of an error what the client may know. What went wrong inside is for the log, where the
 * shell, which ran the command, writes it.
 *
 * @param error Whatever a command threw.
 * @returns Code and message of a coded error, and `INTERNAL` for any other.
 */
export function toldError(error: unknown): ToldError {
  if (error instanceof HushcastError) return error;
  return { code: "INTERNAL", message: "The command failed, see the server's log" };
}
