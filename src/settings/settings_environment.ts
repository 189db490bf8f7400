/** What the settings need of the process; tests hand in their own. */
export interface SettingsEnvironment {
  /** Operating system as `Deno.build.os` names it; it decides the default state directory. */
  readonly os: string;

  /**
   * Looks up an environment variable.
   *
   * @param name Such as `HUSHCAST_PORT`.
   * @returns Its value, or `undefined` when it is not set.
   */
  variable(name: string): string | undefined;

  /**
   * Reads the configuration file.
   *
   * @param path Relative to the working directory, or absolute.
   * @returns The whole file as text.
   * @throws {Error} If the file is missing or can't be read.
   */
  readTextFile(path: string): string;
}
