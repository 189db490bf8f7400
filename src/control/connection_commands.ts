import type { LevelName } from "@std/log";
import { LOG_LEVEL_CHOICES, parseLogLevel } from "../observe/log_level.ts";
import { type CommandDescription, CommandError, type CommandReply } from "./command.ts";
import type { OutputMode } from "./output_format.ts";

/** What a command can do to the connection that it came on. */
export interface ConnectionControl {
  /** Turns this connection's log stream on or off. */
  setLogs(on: boolean): void;
  /** Sets the least severe level of this connection's log stream. */
  setLogLevel(level: LevelName): void;
  /** Sets how this connection writes, from the reply on. */
  setMode(mode: OutputMode): void;
  /**
   * Checks a token.
   *
   * @returns The reply, or `undefined` when the connection answers in its own time.
   */
  authorise(token: string): CommandReply | undefined;
  /** Ends the connection once the reply and all before it was written. */
  end(): void;
}

/** A command about the connection that it came on. */
export interface ConnectionCommand extends CommandDescription {
  /** Whether the connection has to be authorised first. */
  readonly needsAuthorisation: boolean;
  /**
   * Does the command.
   *
   * @param args `minArgs` to `maxArgs` arguments.
   * @param connection The connection.
   * @returns The reply, or `undefined` when the connection answers in its own time.
   * @throws {CommandError} If it cannot be done.
   */
  run(args: readonly string[], connection: ConnectionControl): CommandReply | undefined;
}

/** The commands of PROTOCOL 1.9 that are about the connection itself, but for `help`. */
export const CONNECTION_COMMANDS: readonly ConnectionCommand[] = [
  {
    name: "logs",
    usage: "logs on|off",
    help: "Turn the log stream of this connection on or off",
    details: ["Events of JSON mode (joined, left) come either way."],
    minArgs: 1,
    maxArgs: 1,
    needsAuthorisation: true,
    run: ([state = ""], connection) => {
      if (state !== "on" && state !== "off") throw wantOneOf(["on", "off"], state);
      connection.setLogs(state === "on");
      return { lines: [`logs ${state}`] };
    },
  },
  {
    name: "log_level",
    usage: "log_level LEVEL",
    help: "Set the level of this connection's log stream",
    details: [
      `LEVEL is ${LOG_LEVEL_CHOICES.join(", ")}. Other connections and the log itself stay.`,
    ],
    minArgs: 1,
    maxArgs: 1,
    needsAuthorisation: true,
    run: ([name = ""], connection) => {
      const level = parseLogLevel(name);
      if (level === undefined) throw wantOneOf(LOG_LEVEL_CHOICES, name);
      connection.setLogLevel(level);
      return { lines: [`log level ${level.toLowerCase()}`] };
    },
  },
  {
    name: "mode",
    usage: "mode text|json",
    help: "Set how this connection writes, for a person or for a program",
    details: ["The reply to this command is written in the new mode already."],
    minArgs: 1,
    maxArgs: 1,
    needsAuthorisation: true,
    run: ([mode = ""], connection) => {
      if (mode !== "text" && mode !== "json") throw wantOneOf(["text", "json"], mode);
      connection.setMode(mode);
      return { lines: [`mode ${mode}`] };
    },
  },
  {
    name: "auth",
    usage: "auth TOKEN",
    help: "Authorise this connection",
    details: ["A wrong token is answered late, and the third one ends the connection."],
    minArgs: 1,
    maxArgs: 1,
    needsAuthorisation: false,
    run: ([token = ""], connection) => connection.authorise(token),
  },
  {
    name: "quit",
    usage: "quit",
    help: "End this connection",
    minArgs: 0,
    maxArgs: 0,
    needsAuthorisation: false,
    run: (_args, connection) => {
      connection.end();
      return { lines: [] };
    },
  },
];

function wantOneOf(words: readonly string[], got: string): CommandError {
  return new CommandError("BAD_ARGUMENTS", `Want one of ${words.join(", ")}, got ${got}`);
}
