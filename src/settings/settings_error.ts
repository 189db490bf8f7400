import { HushcastError } from "../errors.ts";

/** What can be wrong with a flag, an environment variable or the configuration file. */
export type SettingsErrorCode =
  | "SETTINGS_UNKNOWN_OPTION"
  | "SETTINGS_MISSING_VALUE"
  | "SETTINGS_BAD_VALUE"
  | "SETTINGS_UNKNOWN_KEY"
  | "SETTINGS_FILE_UNREADABLE"
  | "SETTINGS_FILE_MALFORMED"
  | "SETTINGS_NO_DEFAULT";

/** Raised when the settings that a person gave can't be used; one line that names the place. */
export class SettingsError extends HushcastError {
  /** What is wrong; see {@linkcode SettingsErrorCode}. */
  readonly code: SettingsErrorCode;

  /**
   * Makes the error; its message is shown to a person.
   *
   * @param code What is wrong.
   * @param message One line that names the flag, variable, key or file.
   * @param options `cause` when another error is wrapped.
   */
  constructor(code: SettingsErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
