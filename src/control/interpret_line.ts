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
  | RequestMeaning;

/** What a request asks for. */
export type RequestMeaning =
  /** A command that can be done. */
  | {
    readonly kind: "command";
    readonly request: RequestLabel;
    readonly known: KnownCommand;
    readonly args: readonly string[];
  }
  /** Something that is refused. */
  | { readonly kind: "refused"; readonly request: RequestLabel; readonly error: CommandError };

/** What the meaning of a request depends on. */
export interface RequestContext {
  /** All commands of the server. */
  readonly commands: CommandTable;
  /** Whether every command may be given. */
  readonly isAuthorised: boolean;
}

/** What the meaning of a line depends on. */
export interface LineContext extends RequestContext {
  /** JSON commands are read in JSON mode alone. */
  readonly mode: OutputMode;
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
  if (isJson) return interpretJson(line, context);
  const request = parseTextCommand(line);
  return request.name === "" ? { kind: "blank" } : interpretRequest(request, context);
}

/**
 * Finds out what a text asks for that can only be a command in JSON form. It never throws.
 *
 * @param text Any text.
 * @param context What its meaning depends on.
 * @returns Its meaning.
 */
export function interpretJson(text: string, context: RequestContext): RequestMeaning {
  const request = parseJsonCommand(text);
  if (request.form === "json") return interpretRequest(request, context);
  const error = new CommandError("BAD_JSON", request.problem);
  return { kind: "refused", request: { id: request.id, name: undefined }, error };
}

function interpretRequest(request: CommandRequest, context: RequestContext): RequestMeaning {
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

function findCommand(name: string, { commands, isAuthorised }: RequestContext): KnownCommand {
  const known = commands.find(name);
  if (!isAuthorised && needsAuthorisation(known)) {
    throw new CommandError("AUTH_REQUIRED", "Send auth TOKEN first");
  }
  if (known !== undefined) return known;
  if (!name.startsWith("{")) throw commands.unknown(name);
  throw new CommandError("UNKNOWN_COMMAND", `No such command, JSON needs mode json: ${name}`);
}

// A name that nobody knows does as well: strangers learn nothing of what there is.
function needsAuthorisation(known: KnownCommand | undefined): boolean {
  if (known?.scope === "connection") return known.command.needsAuthorisation;
  return known?.scope !== "table";
}
