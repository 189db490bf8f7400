import { describeError } from "../observe/describe_error.ts";
import type { EventLogger } from "../observe/event_logger.ts";
import { CommandError, type ControlCommand } from "./command.ts";
import type { CommandOutcome } from "./connection_effect.ts";

/** Where a command came from, and where the log of it goes. */
export interface CommandOrigin {
  /** The way by which it came; the log's messages begin with it. */
  readonly port: "control" | "http";
  /** `ip:port` of who gave it. */
  readonly address: string;
  /** Where it is logged. */
  readonly logger: EventLogger;
}

/**
 * Does a command of a server and logs that it was done: its name, but not its arguments.
 *
 * @param command The command.
 * @param args As many arguments as it takes.
 * @param origin Where it came from.
 * @returns What became of it. The promise is never rejected: what went wrong inside is in the log.
 */
export async function runCommand(
  command: ControlCommand,
  args: readonly string[],
  origin: CommandOrigin,
): Promise<CommandOutcome> {
  const { port, address, logger } = origin;
  const outcome = await outcomeOf(command, args, origin);
  const level = command.changesServer ? "info" : "debug";
  logger[level](`${port} command`, { command: command.name, address, done: outcome.isDone });
  return outcome;
}

async function outcomeOf(
  command: ControlCommand,
  args: readonly string[],
  { port, address, logger }: CommandOrigin,
): Promise<CommandOutcome> {
  try {
    return { isDone: true, reply: await command.run(args) };
  } catch (error) {
    if (!(error instanceof CommandError)) {
      const fields = { command: command.name, address, error: describeError(error) };
      logger.error(`${port} command failed`, fields);
    }
    return { isDone: false, error };
  }
}
