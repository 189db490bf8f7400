import { type CommandDescription, CommandError } from "./command.ts";
import { splitArguments, splitCommandLine } from "./command_line.ts";
import type { JsonCommand, RequestId } from "./json_command.ts";

/** A command given as text: `kick_client pump-3 maintenance`. */
export interface TextCommand {
  /** Tells the forms apart. */
  readonly form: "text";
  /** Text has no place for an id. */
  readonly id: undefined;
  /** The command's name; empty for a blank line. */
  readonly name: string;
  /** The arguments, not split yet: how depends on the command. */
  readonly rest: string;
}

/** A command as it came, in either form. */
export type CommandRequest = TextCommand | JsonCommand;

/** What a reply says of the request that it answers. */
export interface RequestLabel {
  /** The id that the reply repeats, if the request had one. */
  readonly id: RequestId | undefined;
  /** The command's name; `undefined` when it could not be read. */
  readonly name: string | undefined;
}

/**
 * Reads a command in text form.
 *
 * @param line One line without its end.
 * @returns The command; its name is empty for a blank line.
 */
export function parseTextCommand(line: string): TextCommand {
  return { form: "text", id: undefined, ...splitCommandLine(line) };
}

/**
 * Gives the arguments of a request as its command wants them.
 *
 * In both forms the last argument takes what is left: in JSON form, arguments past the last one
 * are joined to it with a space, so that `["hello","all"]` broadcasts `hello all`.
 *
 * @param request The request.
 * @param command The command that it names.
 * @returns `minArgs` to `maxArgs` arguments.
 * @throws {CommandError} `BAD_ARGUMENTS` if there are too few or too many, `BAD_QUOTING` if a quote
 * is not closed.
 */
export function resolveArguments(
  request: CommandRequest,
  command: CommandDescription,
): readonly string[] {
  const { minArgs, maxArgs } = command;
  const args = request.form === "text"
    ? splitArguments(request.rest, maxArgs)
    : joinSurplus(request.args, maxArgs);
  if (args.length < minArgs || args.length > maxArgs) {
    throw new CommandError("BAD_ARGUMENTS", `Wrong number of arguments, usage: ${command.usage}`);
  }
  return args;
}

function joinSurplus(args: readonly string[], maxArgs: number): readonly string[] {
  if (args.length <= maxArgs || maxArgs === 0) return args;
  return [...args.slice(0, maxArgs - 1), args.slice(maxArgs - 1).join(" ")];
}
