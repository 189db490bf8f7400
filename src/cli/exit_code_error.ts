import { HushcastError } from "../errors.ts";
import type { ExitCode } from "./exit_code.ts";

/** Raised by a command that failed in a way with an exit code of its own. */
export class ExitCodeError extends HushcastError {
  /** Stable name of this failure. */
  readonly code = "COMMAND_FAILED";
  /** What the process exits with. */
  readonly exitCode: ExitCode;

  /**
   * Makes the error; its message is shown to a person.
   *
   * @param exitCode What the process exits with.
   * @param message One line for standard error.
   * @param options `cause` when another error is wrapped.
   */
  constructor(exitCode: ExitCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.exitCode = exitCode;
  }
}
