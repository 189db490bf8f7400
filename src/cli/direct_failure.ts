import {
  DirectClientError,
  type DirectClientErrorCode,
} from "../client/direct/direct_client_error.ts";
import { EXIT_CODE } from "./exit_code.ts";
import { ExitCodeError } from "./exit_code_error.ts";

/** Failures of the client itself; all others mean that the server was not reached, or is another. */
const OWN_FAILURES: readonly DirectClientErrorCode[] = ["MESSAGE_TOO_LARGE", "CLIENT_CLOSED"];

/**
 * Gives a failure of the direct client its exit code, and a key that is not the pinned one the words
 * that lead out of it.
 *
 * @param error Anything that was thrown.
 * @returns An error with exit code 3 if the server could not be reached or has another key; else the
 *   same.
 */
export function directFailure(error: unknown): unknown {
  if (!(error instanceof DirectClientError) || OWN_FAILURES.includes(error.code)) return error;
  return new ExitCodeError(EXIT_CODE.unreachable, explain(error), { cause: error });
}

function explain({ code, message }: DirectClientError): string {
  switch (code) {
    case "SERVER_KEY_MISMATCH":
      return `${message}. Someone may be posing as the server. If you know why its key has ` +
        "changed, give the new one with --server-key";
    case "SERVER_SILENT":
      // What is stale the server drops without a word.
      return `${message}; does it run there, and do the clocks of both machines agree within a minute?`;
    default:
      return message;
  }
}
