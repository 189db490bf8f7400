import type { CommandDescription } from "./command.ts";
import { HELP_DESCRIPTION } from "./command_table.ts";
import { CONNECTION_COMMANDS } from "./connection_commands.ts";
import { DIRECT_COMMANDS } from "./direct_commands.ts";
import { RELAY_COMMANDS } from "./relay_commands.ts";

/**
 * Every command that some control port knows, once each: those of a relay, those that only a direct
 * server has, then those about the connection. What both servers have is in the relay's words.
 */
export const COMMAND_DESCRIPTIONS: readonly CommandDescription[] = [
  ...RELAY_COMMANDS,
  ...DIRECT_COMMANDS.filter(({ name }) => !RELAY_COMMANDS.some((other) => other.name === name)),
  ...CONNECTION_COMMANDS,
  HELP_DESCRIPTION,
];
