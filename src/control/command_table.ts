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

/** A command, and whether it is done by the server or by the connection. */
export type KnownCommand =
  | { readonly scope: "server"; readonly command: ControlCommand }
  | { readonly scope: "connection"; readonly command: ConnectionCommand };

/** All commands by name, with `help` about them. */
export class CommandTable {
  readonly #commands = new Map<string, KnownCommand>();

  /**
   * Gathers the commands.
   *
   * @param serverCommands The commands beside those about the connection.
   * @throws {TypeError} If two commands have the same name.
   */
  constructor(serverCommands: readonly ControlCommand[]) {
    for (const command of serverCommands) this.#add({ scope: "server", command });
    for (const command of [...CONNECTION_COMMANDS, this.#helpCommand()]) {
      this.#add({ scope: "connection", command });
    }
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

  #helpCommand(): ConnectionCommand {
    return {
      ...HELP_DESCRIPTION,
      needsAuthorisation: false,
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
      throw new CommandError("UNKNOWN_COMMAND", `No such command, try help: ${name}`);
    }
    const { usage, help, details = [] } = command;
    return { lines: [usage, help, ...details], data: explanation(command) };
  }
}

function explanation({ name, usage, help, details }: CommandDescription): JsonObject {
  return { name, usage, help, details };
}
