import { HushcastError } from "../errors.ts";
import {
  clientCommands,
  exitCommand,
  noSuchClient,
  type ServerAdmin,
  type ServerWording,
} from "./client_commands.ts";
import {
  CommandError,
  type CommandReply,
  commandsOf,
  type ControlCommand,
  type ServerCommand,
} from "./command.ts";

/** What the control port needs of the direct server. */
export interface DirectAdmin extends ServerAdmin {
  /**
   * Sends a message to one client, encrypted for its key. Clients do not acknowledge it.
   *
   * @param id The client's `ip:port`, or the fingerprint of its key.
   * @param text The message; it is sent as UTF-8.
   * @returns The client's `ip:port`, once the message has left.
   * @throws {HushcastError} With code `NO_SUCH_CLIENT` if there is none, any other code if the
   *   message can't be sent.
   */
  sendTo(id: string, text: string): Promise<string>;
}

const DIRECT_WORDING: ServerWording = {
  server: "direct server",
  idDetails: "ID is the client's ip:port, or the fingerprint of its key.",
  noSuchClient: "No client has this address or key",
  listHelp: "List the clients whose keys are known, one a line",
  listDetails: [
    "Each line gives the client's id and address, then its key's fingerprint, since when that is",
    "known, how long it has been silent, and messages and bytes each way as seen from the server.",
  ],
  kickHelp: "Forget a client's key; the reason goes to the log",
  kickDetails: ["The client is not told, and is known again when it sends its key again."],
};

const SEND: ServerCommand<DirectAdmin> = {
  name: "send",
  usage: "send ID TEXT",
  help: "Send a message to one client",
  details: [
    DIRECT_WORDING.idDetails,
    "The reply says that the message has left; clients do not acknowledge it.",
  ],
  minArgs: 2,
  maxArgs: 2,
  changesServer: true,
  run: async ([id = "", text = ""], admin): Promise<CommandReply> => {
    if (text === "") throw new CommandError("BAD_ARGUMENTS", "Cannot send an empty text");
    const address = await sendTo(admin, id, text);
    return { lines: [`sent to ${address}`], data: { address } };
  },
};

/** The commands that look at a direct server or change it, in the order that `help` lists them. */
export const DIRECT_COMMANDS: readonly ServerCommand<DirectAdmin>[] = [
  ...clientCommands(DIRECT_WORDING),
  SEND,
  exitCommand(DIRECT_WORDING),
];

/**
 * The commands that look at the direct server or change it.
 *
 * @param admin The direct server.
 * @returns One command object each, in the order that `help` lists them.
 */
export function directCommands(admin: DirectAdmin): readonly ControlCommand[] {
  return commandsOf(DIRECT_COMMANDS, admin);
}

/** What fails for a known cause is the operator's to know; what does not is a mistake of ours. */
async function sendTo(admin: DirectAdmin, id: string, text: string): Promise<string> {
  try {
    return await admin.sendTo(id, text);
  } catch (cause) {
    if (!(cause instanceof HushcastError)) throw cause;
    if (cause.code === "NO_SUCH_CLIENT") throw noSuchClient(id, DIRECT_WORDING);
    throw new CommandError("SEND_FAILED", cause.message, { cause });
  }
}
