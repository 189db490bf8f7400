import { CommandError, type CommandReply, type ControlCommand } from "./command.ts";
import type { ClientSummary } from "../session/client_summary.ts";
import { clientDetails, clientJson, clientLine } from "./client_summary.ts";
import { statisticsLines, type StatisticsTree } from "./statistics.ts";

/** What the control port needs of the relay. Nothing here waits for the network. */
export interface RelayAdmin {
  /** All registered clients. */
  listClients(): readonly ClientSummary[];
  /**
   * Finds one client.
   *
   * @param id A client's name, its `ip:port`, or its session id in hex.
   */
  findClient(id: string): ClientSummary | undefined;
  /**
   * Ends a client's session.
   *
   * @param id As for `findClient`.
   * @param reason Told to the client and to the others.
   * @returns Whether there was such a client.
   */
  kickClient(id: string, reason: string): boolean;
  /** All counters, and `uptime_ms`. */
  stats(): StatisticsTree;
  /**
   * Sends SERVER_NOTICE to every client.
   *
   * @returns How many clients that were.
   */
  broadcast(text: string): number;
  /**
   * Makes a new RSA key; sessions go on.
   *
   * @returns The new key's `SHA256:...` fingerprint.
   */
  rotateKeys(): Promise<string>;
  /** Begins the clean shutdown and returns at once. */
  shutdown(reason: string): void;
}

/** The reason that a kicked client is given when the operator names none. */
export const DEFAULT_KICK_REASON = "Kicked by the operator";

/**
 * The commands that look at the relay or change it (PROTOCOL 1.9).
 *
 * @param admin The relay.
 * @returns One command object each, in the order that `help` lists them.
 */
export function relayCommands(admin: RelayAdmin): readonly ControlCommand[] {
  return [
    listClients(admin),
    getClient(admin),
    kickClient(admin),
    getStats(admin),
    broadcast(admin),
    rotateKeys(admin),
    exit(admin),
  ];
}

const ID_DETAILS: readonly string[] = [
  "ID is the client's name, its ip:port, or its session id in hex.",
];

function listClients(admin: RelayAdmin): ControlCommand {
  return {
    name: "list_clients",
    usage: "list_clients",
    help: "List the registered clients, one a line",
    details: [
      "Each line gives the client's id and address, then its session, since when it is registered,",
      "how long it has been silent, and messages and bytes each way as seen from the relay.",
    ],
    minArgs: 0,
    maxArgs: 0,
    changesRelay: false,
    run: () => {
      const clients = admin.listClients();
      return { lines: clients.map(clientLine), data: clients.map(clientJson) };
    },
  };
}

function getClient(admin: RelayAdmin): ControlCommand {
  return {
    name: "get_client",
    usage: "get_client ID",
    help: "Show one client, a value a line",
    details: ID_DETAILS,
    minArgs: 1,
    maxArgs: 1,
    changesRelay: false,
    run: ([id = ""]) => {
      const client = admin.findClient(id);
      if (client === undefined) throw noSuchClient(id);
      return { lines: clientDetails(client), data: clientJson(client) };
    },
  };
}

function kickClient(admin: RelayAdmin): ControlCommand {
  return {
    name: "kick_client",
    usage: "kick_client ID [reason]",
    help: "End a client's session; it is told the reason",
    details: [...ID_DETAILS, 'A name with spaces needs quotes: kick_client "pump 3" maintenance'],
    minArgs: 1,
    maxArgs: 2,
    changesRelay: true,
    run: ([id = "", reason = DEFAULT_KICK_REASON]) => {
      if (!admin.kickClient(id, reason)) throw noSuchClient(id);
      return { lines: [`kicked ${id}`], data: { kicked: id } };
    },
  };
}

function getStats(admin: RelayAdmin): ControlCommand {
  return {
    name: "get_stats",
    usage: "get_stats",
    help: "Show the relay's counters, a name and a value a line",
    minArgs: 0,
    maxArgs: 0,
    changesRelay: false,
    run: () => {
      const statistics = admin.stats();
      return { lines: statisticsLines(statistics), data: statistics };
    },
  };
}

function broadcast(admin: RelayAdmin): ControlCommand {
  return {
    name: "broadcast",
    usage: "broadcast TEXT",
    help: "Send a notice to every client",
    minArgs: 1,
    maxArgs: 1,
    changesRelay: true,
    run: ([text = ""]) => {
      if (text === "") throw new CommandError("BAD_ARGUMENTS", "Cannot broadcast an empty text");
      const clients = admin.broadcast(text);
      return { lines: [`sent to ${clients} client${clients === 1 ? "" : "s"}`], data: { clients } };
    },
  };
}

function rotateKeys(admin: RelayAdmin): ControlCommand {
  return {
    name: "rotate_keys",
    usage: "rotate_keys",
    help: "Make a new RSA key; sessions go on",
    minArgs: 0,
    maxArgs: 0,
    changesRelay: true,
    run: async (): Promise<CommandReply> => {
      const key = await admin.rotateKeys();
      return { lines: [`key ${key}`], data: { key } };
    },
  };
}

function exit(admin: RelayAdmin): ControlCommand {
  return {
    name: "exit",
    usage: "exit",
    help: "Shut the relay down cleanly",
    minArgs: 0,
    maxArgs: 0,
    changesRelay: true,
    run: () => ({
      lines: ["shutting down"],
      afterReply: () => admin.shutdown("Shut down by the operator"),
    }),
  };
}

function noSuchClient(id: string): CommandError {
  return new CommandError("NO_SUCH_CLIENT", `No client has this name, address or session: ${id}`);
}
