import { CommandError } from "./command.ts";
import {
  type CommandRequest,
  parseTextCommand,
  type RequestLabel,
  resolveArguments,
} from "./command_request.ts";
import type { CommandTable, KnownCommand } from "./command_table.ts";
import { parseJsonCommand } from "./json_command.ts";
import type { OutputMode } from "./output_format.ts";

/** What a line asks for. */
export type LineMeaning =
  /** Nothing: the line is blank. */
  | { readonly kind: "blank" }
  /** A command that can be done. */
  | {
    readonly kind: "command";
    readonly request: RequestLabel;
    readonly known: KnownCommand;
    readonly args: readonly string[];
  }
  /** Something that is refused. */
  | { readonly kind: "refused"; readonly request: RequestLabel; readonly error: CommandError };

/** What the meaning of a line depends on. */
export interface LineContext {
  /** All commands of the server. */
  readonly commands: CommandTable;
  /** JSON commands are read in JSON mode alone. */
  readonly mode: OutputMode;
  /** Whether every command may be given. */
  readonly isAuthorised: boolean;
}

/**
 * Finds out what a line from a client asks for. It never throws.
 *
 * @param line The line, without its end.
 * @param context What it depends on.
 * @returns Its meaning.
 */
export function interpretLine(line: string, context: LineContext): LineMeaning {
  const isJson = context.mode === "json" && line.trimStart().startsWith("{");
  const request = isJson ? parseJsonCommand(line) : parseTextCommand(line);
  if (request.form === "bad_json") {
    const error = new CommandError("BAD_JSON", request.problem);
    return { kind: "refused", request: { id: request.id, name: undefined }, error };
  }
  if (request.form === "text" && request.name === "") return { kind: "blank" };
  return interpretRequest(request, context);
}

function interpretRequest(request: CommandRequest, context: LineContext): LineMeaning {
  // Without the arguments, which may hold a token.
  const label: RequestLabel = { id: request.id, name: request.name };
  try {
    const known = findCommand(request.name, context);
    const args = resolveArguments(request, known.command);
    return { kind: "command", request: label, known, args };
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    return { kind: "refused", request: label, error };
  }
}

function findCommand(name: string, { commands, isAuthorised }: LineContext): KnownCommand {
  const known = commands.find(name);
  const needsAuthorisation = known?.scope !== "connection" || known.command.needsAuthorisation;
  if (needsAuthorisation && !isAuthorised) {
    throw new CommandError("AUTH_REQUIRED", "Send auth TOKEN first");
  }
  if (known !== undefined) return known;
  const hint = name.startsWith("{") ? "JSON needs mode json" : "try help";
  throw new CommandError("UNKNOWN_COMMAND", `No such command, ${hint}: ${name}`);
}
