import { HushcastError } from "../../errors.ts";

/** Why the file of a history can't be used; a code never changes its meaning. */
export type HistoryFileErrorCode =
  /** Another process, or another history of this one, has it open. */
  | "HISTORY_FILE_IN_USE"
  /** It is something else than a history of hushcast. */
  | "HISTORY_FILE_FOREIGN"
  /** A later version of hushcast has written it. */
  | "HISTORY_FILE_LATER"
  /** It was a history of hushcast, but a part of it is missing or wrong. */
  | "HISTORY_FILE_DAMAGED"
  /** It was sealed under another key. */
  | "HISTORY_FILE_OTHER_KEY"
  /** It is there, but the key that it was sealed under is not. */
  | "HISTORY_KEY_MISSING"
  /** The file of the key holds something else. */
  | "HISTORY_KEY_MALFORMED"
  /** The system does not let us open or write it. */
  | "HISTORY_FILE_UNUSABLE";

/** Raised when the file of a history, or that of its key, can't be used. The file is as it was. */
export class HistoryFileError extends HushcastError {
  /**
   * Makes the error.
   *
   * @param code Why.
   * @param message One line that names the file and says what to do.
   * @param options `cause` when another error is wrapped.
   */
  constructor(
    override readonly code: HistoryFileErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
