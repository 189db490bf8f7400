import { nearestName } from "../settings/nearest_name.ts";
import {
  type CommandDescription,
  CommandError,
  type CommandReply,
  type ControlCommand,
} from "./command.ts";
import { CONNECTION_COMMANDS, type ConnectionCommand } from "./connection_commands.ts";
import type { JsonObject } from "./json_value.ts";

/** How `help` is called and explained. */
export const HELP_DESCRIPTION: CommandDescription = {
  name: "help",
  usage: "help [COMMAND]",
  help: "List the commands, or explain one",
  minArgs: 0,
  maxArgs: 1,
};

/** The command about the commands. Everybody may give it. */
export interface HelpCommand extends CommandDescription {
  /**
   * Tells of the commands.
   *
   * @param args The name of one of them, or nothing.
   * @returns The reply.
   * @throws {CommandError} `UNKNOWN_COMMAND` if there is none of that name.
   */
  run(args: readonly string[]): CommandReply;
}

/** A command, and whether it is done by the server, by the connection, or by the table itself. */
export type KnownCommand =
  | { readonly scope: "server"; readonly command: ControlCommand }
  | { readonly scope: "connection"; readonly command: ConnectionCommand }
  | { readonly scope: "table"; readonly command: HelpCommand };

/** All commands by name, with `help` about them. */
export class CommandTable {
  readonly #commands = new Map<string, KnownCommand>();

  /**
   * Gathers the commands.
   *
   * @param serverCommands The commands beside those about the connection.
   * @param connectionCommands Those about the connection; none where there is nothing that lasts.
   * @throws {TypeError} If two commands have the same name.
   */
  constructor(
    serverCommands: readonly ControlCommand[],
    connectionCommands: readonly ConnectionCommand[] = CONNECTION_COMMANDS,
  ) {
    for (const command of serverCommands) this.#add({ scope: "server", command });
    for (const command of connectionCommands) this.#add({ scope: "connection", command });
    this.#add({ scope: "table", command: this.#helpCommand() });
  }

  /** The names of all commands. */
  get names(): readonly string[] {
    return [...this.#commands.keys()];
  }

  /** The error for a name that no command has. */
  unknown(name: string): CommandError {
    const near = nearestName(name, this.names);
    const hint = near === undefined ? "try help" : `did you mean ${near}?`;
    return new CommandError("UNKNOWN_COMMAND", `No such command: ${name}; ${hint}`);
  }

  /**
   * Finds a command.
   *
   * @param name Its name, in lower case.
   * @returns The command, or `undefined` when there is none.
   */
  find(name: string): KnownCommand | undefined {
    return this.#commands.get(name);
  }

  #add(known: KnownCommand): void {
    const { name } = known.command;
    if (this.#commands.has(name)) throw new TypeError(`Cannot add command ${name}: it exists`);
    this.#commands.set(name, known);
  }

  #helpCommand(): HelpCommand {
    return {
      ...HELP_DESCRIPTION,
      run: ([name]) => name === undefined ? this.#list() : this.#explain(name),
    };
  }

  #list(): CommandReply {
    const commands = [...this.#commands.values()].map(({ command }) => command);
    const width = Math.max(...commands.map(({ usage }) => usage.length));
    return {
      lines: commands.map(({ usage, help }) => `${usage.padEnd(width)}  ${help}`),
      data: commands.map(explanation),
    };
  }

  #explain(name: string): CommandReply {
    const command = this.find(name)?.command;
    if (command === undefined) {
      throw this.unknown(name);
    }
    const { usage, help, details = [] } = command;
    return { lines: [usage, help, ...details], data: explanation(command) };
  }
}

function explanation({ name, usage, help, details }: CommandDescription): JsonObject {
  return { name, usage, help, details };
}
