import type { CommandTable } from "../control/command_table.ts";
import { CommandError, type CommandReply } from "../control/command.ts";
import type { RequestLabel } from "../control/command_request.ts";
import type { CommandOutcome } from "../control/connection_effect.ts";
import { interpretJson, type RequestMeaning } from "../control/interpret_line.ts";
import { OUTPUT_FORMATS } from "../control/output_format.ts";
import { runCommand } from "../control/run_command.ts";
import { toldError } from "../control/told_error.ts";
import type { EventLogger } from "../observe/event_logger.ts";
import { type HttpReply, jsonReply } from "./http_reply.ts";
import type { HttpRoute, RouteCall } from "./http_route.ts";

/** What commands need. */
export interface CommandContext {
  /** The commands, without those about a connection. */
  readonly commands: CommandTable;
  /** Where they are logged. */
  readonly logger: EventLogger;
}

type CommandMeaning = Extract<RequestMeaning, { kind: "command" }>;

/**
 * The commands of the control port, one a request, in the form of its JSON mode.
 *
 * @param context What they need.
 */
export function commandRoute(context: CommandContext): HttpRoute {
  return {
    method: "POST",
    path: "/api/command",
    guard: "data",
    contentType: "application/json",
    answer: (call) => answerCommand(call, context),
  };
}

async function answerCommand(
  { text, request: { peer } }: RouteCall,
  { commands, logger }: CommandContext,
): Promise<HttpReply> {
  const meaning = interpretJson(text, { commands, isAuthorised: true });
  if (meaning.kind === "refused") return failure(meaning.request, meaning.error);
  const outcome = await doCommand(meaning, peer, logger);
  if (!outcome.isDone) return failure(meaning.request, outcome.error);
  return success(meaning.request, outcome.reply);
}

function doCommand(
  { known, args }: CommandMeaning,
  address: string,
  logger: EventLogger,
): CommandOutcome | Promise<CommandOutcome> {
  switch (known.scope) {
    case "server":
      return runCommand(known.command, args, { port: "http", address, logger });
    case "table":
      return explain(() => known.command.run(args));
    case "connection":
      throw new TypeError(`Cannot do ${known.command.name}: there is no connection`);
    default:
      return known satisfies never;
  }
}

function explain(help: () => CommandReply): CommandOutcome {
  try {
    return { isDone: true, reply: help() };
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    return { isDone: false, error };
  }
}

function success(request: RequestLabel, reply: CommandReply): HttpReply {
  const [json = ""] = OUTPUT_FORMATS.json.reply(request, reply);
  const { afterReply } = reply;
  return { ...jsonReply(200, json), ...(afterReply !== undefined && { afterReply }) };
}

function failure(request: RequestLabel, error: unknown): HttpReply {
  const { code, message } = toldError(error);
  return jsonReply(statusOf(code), OUTPUT_FORMATS.json.error(request, code, message));
}

function statusOf(code: string): number {
  if (code === "UNKNOWN_COMMAND" || code.startsWith("BAD_")) return 400;
  if (code.startsWith("NO_SUCH_")) return 404;
  if (code === "BAN_FAILED" || code === "SEND_FAILED") return 409;
  return 500;
}
