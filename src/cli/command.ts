import type { CommandName, SettingsOf } from "../settings/command_settings.ts";
import type { CliIo } from "./cli_io.ts";
import type { ExitCode } from "./exit_code.ts";

/** What a command is run with. */
export interface CommandContext<C extends CommandName> {
  /** Its settings, resolved and checked. */
  readonly settings: SettingsOf<C>;
  /** Arguments that are no flags; no more than the command's guide allows. */
  readonly positionals: readonly string[];
  /** Input, outputs and signal of the process. */
  readonly io: CliIo;
}

/** The module of a command, `src/cli/<command>.ts` with `_` for `-`. */
export interface CommandModule<C extends CommandName> {
  /**
   * Runs the command to its end, or until `context.io.signal` aborts.
   *
   * It opens nothing that outlives it, writes to the outputs of `context.io` only, and does not
   * print the errors that it throws.
   *
   * @param context Settings, positionals and the process.
   * @returns The exit code.
   * @throws {UsageError} If the positionals are wrong: one line and exit code 2.
   * @throws {ExitCodeError} For one line and the exit code that it carries.
   * @throws {HushcastError} For one line and exit code 1.
   */
  run(context: CommandContext<C>): Promise<ExitCode>;
}

/** How to get the module of each command; only the one that runs is loaded. */
export type CommandLoaders = {
  readonly [C in CommandName]: () => Promise<CommandModule<C>>;
};
