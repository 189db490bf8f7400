import { HushcastError } from "../errors.ts";
import type { JsonValue } from "./json_value.ts";

/**
 * What stands after `ERR`, and in `error.code` in JSON mode, when a line asks for what cannot be
 * done; docs/CONTROL.md lists these and the others.
 *
 * - `UNKNOWN_COMMAND`, `BAD_ARGUMENTS`, `BAD_QUOTING`, `BAD_JSON`: the line is wrong.
 * - `NO_SUCH_CLIENT`: the ID names no client.
 * - `NO_SUCH_BAN`: nobody of this name or address is banned.
 * - `BAN_FAILED`: what was to be banned is no address and no name, there are too many bans, or they
 *   can't be saved.
 * - `SEND_FAILED`: what was to be sent to a client could not be.
 * - `AUTH_REQUIRED`: the connection is not authorised.
 */
export type CommandErrorCode =
  | "UNKNOWN_COMMAND"
  | "BAD_ARGUMENTS"
  | "BAD_QUOTING"
  | "BAD_JSON"
  | "NO_SUCH_CLIENT"
  | "NO_SUCH_BAN"
  | "BAN_FAILED"
  | "SEND_FAILED"
  | "AUTH_REQUIRED";

/** A command that cannot be done: its code and text are what the client is told. */
export class CommandError extends HushcastError {
  /** What is printed after `ERR`. */
  readonly code: CommandErrorCode;

  /**
   * Makes the error.
   *
   * @param code What is printed after `ERR`.
   * @param message One line for a person; unsafe characters are escaped when it is written.
   * @param options `cause` when another error is wrapped; the client never sees it.
   */
  constructor(code: CommandErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** What a command that succeeded answers. */
export interface CommandReply {
  /** The lines for a person, without line ends; unsafe characters are escaped when written. */
  readonly lines: readonly string[];
  /** The same for a program: `data` of a reply in JSON mode. */
  readonly data?: JsonValue;
  /** Called once the reply is queued: the place for what ends the connection, such as `exit`. */
  readonly afterReply?: () => void;
}

/** How a command is called and explained. */
export interface CommandDescription {
  /** Lower-case words joined by underscores. */
  readonly name: string;
  /** The name with its arguments, such as `kick_client ID [reason]`. */
  readonly usage: string;
  /** What it does, in one line. */
  readonly help: string;
  /** More lines for `help COMMAND`. */
  readonly details?: readonly string[];
  /** The fewest arguments. */
  readonly minArgs: number;
  /** The most arguments; the last of them takes the rest of the line. */
  readonly maxArgs: number;
}

/** How a command that a server does is called, explained and logged. */
export interface ServerCommandDescription extends CommandDescription {
  /** Whether it changes the server: such commands are logged at level `info`, others at `debug`. */
  readonly changesServer: boolean;
}

/** A command of a kind of server, which is handed the server itself when it runs. */
export interface ServerCommand<Admin> extends ServerCommandDescription {
  /**
   * Does the command.
   *
   * @param args `minArgs` to `maxArgs` arguments.
   * @param admin The server.
   * @returns The reply.
   * @throws {CommandError} If it cannot be done; a promise is rejected with it.
   */
  run(args: readonly string[], admin: Admin): CommandReply | Promise<CommandReply>;
}

/** A command that knows its server, and does not need to know which connection it came on. */
export interface ControlCommand extends ServerCommandDescription {
  /**
   * Does the command.
   *
   * @param args `minArgs` to `maxArgs` arguments.
   * @returns The reply.
   * @throws {CommandError} If it cannot be done; a promise is rejected with it.
   */
  run(args: readonly string[]): CommandReply | Promise<CommandReply>;
}

/**
 * Gives commands the server that they work on.
 *
 * @param commands What its kind of server can be asked.
 * @param admin The server.
 * @returns A command object each, in the same order.
 */
export function commandsOf<Admin>(
  commands: readonly ServerCommand<Admin>[],
  admin: Admin,
): readonly ControlCommand[] {
  return commands.map((command) => ({ ...command, run: (args) => command.run(args, admin) }));
}
