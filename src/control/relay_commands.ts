import { andThen } from "./and_then.ts";
import { BAN_COMMANDS, type BanAdmin } from "./ban_commands.ts";
import {
  clientCommands,
  exitCommand,
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

/** What the control port needs of the relay. */
export interface RelayAdmin extends ServerAdmin, BanAdmin {
  /**
   * Sends SERVER_NOTICE to every client.
   *
   * @returns How many clients that were.
   */
  broadcast(text: string): number | Promise<number>;
  /**
   * Makes a new RSA key; sessions go on.
   *
   * @returns The new key's `SHA256:...` fingerprint.
   */
  rotateKeys(): Promise<string>;
}

const RELAY_WORDING: ServerWording = {
  server: "relay",
  idDetails: "ID is the client's name, its ip:port, or its session id in hex.",
  noSuchClient: "No client has this name, address or session",
  listHelp: "List the registered clients, one a line",
  listDetails: [
    "Each line gives the client's id and address, then its session, since when it is registered,",
    "how long it has been silent, and messages and bytes each way as seen from the relay.",
  ],
  kickHelp: "End a client's session; it is told the reason",
  kickDetails: ['A name with spaces needs quotes: kick_client "pump 3" maintenance'],
};

const BROADCAST: ServerCommand<RelayAdmin> = {
  name: "broadcast",
  usage: "broadcast TEXT",
  help: "Send a notice to every client",
  minArgs: 1,
  maxArgs: 1,
  changesServer: true,
  run: ([text = ""], admin) => {
    if (text === "") throw new CommandError("BAD_ARGUMENTS", "Cannot broadcast an empty text");
    return andThen(admin.broadcast(text), (clients) => ({
      lines: [`sent to ${clients} client${clients === 1 ? "" : "s"}`],
      data: { clients },
    }));
  },
};

const ROTATE_KEYS: ServerCommand<RelayAdmin> = {
  name: "rotate_keys",
  usage: "rotate_keys",
  help: "Make a new RSA key; sessions go on",
  minArgs: 0,
  maxArgs: 0,
  changesServer: true,
  run: async (_args, admin): Promise<CommandReply> => {
    const key = await admin.rotateKeys();
    return { lines: [`key ${key}`], data: { key } };
  },
};

/** The commands that look at a relay or change it, in the order that `help` lists them. */
export const RELAY_COMMANDS: readonly ServerCommand<RelayAdmin>[] = [
  ...clientCommands(RELAY_WORDING),
  BROADCAST,
  ...BAN_COMMANDS,
  ROTATE_KEYS,
  exitCommand(RELAY_WORDING),
];

/**
 * The commands that look at the relay or change it (PROTOCOL 1.9).
 *
 * @param admin The relay.
 * @returns One command object each, in the order that `help` lists them.
 */
export function relayCommands(admin: RelayAdmin): readonly ControlCommand[] {
  return commandsOf(RELAY_COMMANDS, admin);
}
