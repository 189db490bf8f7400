import type { StatisticsTree } from "../observe/statistics_tree.ts";
import type { ClientSummary } from "../session/client_summary.ts";
import { andThen } from "./and_then.ts";
import { clientDetails, clientJson, clientLine } from "./client_summary.ts";
import { CommandError, type ServerCommand } from "./command.ts";
import { statisticsLines } from "./statistics.ts";

/** What the control port needs of any server. */
export interface ServerAdmin {
  /** All clients. */
  listClients(): readonly ClientSummary[];
  /**
   * Finds one client.
   *
   * @param id One of the forms that `ServerWording` names.
   */
  findClient(id: string): ClientSummary | undefined;
  /**
   * Removes a client.
   *
   * @param id As for `findClient`.
   * @param reason Why, in words for a person.
   * @returns Whether there was such a client.
   */
  kickClient(id: string, reason: string): boolean | Promise<boolean>;
  /** All counters, and the uptime. */
  stats(): StatisticsTree;
  /** Begins the clean shutdown and returns at once. */
  shutdown(reason: string): void;
}

/** What the commands that all servers have say of a server, where servers differ. */
export interface ServerWording {
  /** What it is called within a sentence, such as `relay`. */
  readonly server: string;
  /** What an ID can be, as a sentence. */
  readonly idDetails: string;
  /** The refusal of an ID, to which the ID is appended. */
  readonly noSuchClient: string;
  /** What `list_clients` does. */
  readonly listHelp: string;
  /** What a line of `list_clients` gives. */
  readonly listDetails: readonly string[];
  /** What `kick_client` does. */
  readonly kickHelp: string;
  /** What else is to be known of `kick_client`. */
  readonly kickDetails: readonly string[];
}

/** The reason of a kick when the operator names none. */
export const DEFAULT_KICK_REASON = "Kicked by the operator";

/**
 * The commands about clients and counters that all servers have.
 *
 * @param wording What they say of the server.
 * @returns One command object each, in the order that `help` lists them.
 */
export function clientCommands(wording: ServerWording): readonly ServerCommand<ServerAdmin>[] {
  return [listClients(wording), getClient(wording), kickClient(wording), getStats(wording)];
}

/**
 * The command that ends a server.
 *
 * @param wording What it says of the server.
 */
export function exitCommand({ server }: ServerWording): ServerCommand<ServerAdmin> {
  return {
    name: "exit",
    usage: "exit",
    help: `Shut the ${server} down cleanly`,
    minArgs: 0,
    maxArgs: 0,
    changesServer: true,
    run: (_args, admin) => ({
      lines: ["shutting down"],
      afterReply: () => admin.shutdown("Shut down by the operator"),
    }),
  };
}

/**
 * Refuses an ID.
 *
 * @param id What the operator gave.
 * @param wording How it is said.
 */
export function noSuchClient(id: string, { noSuchClient }: ServerWording): CommandError {
  return new CommandError("NO_SUCH_CLIENT", `${noSuchClient}: ${id}`);
}

function listClients(wording: ServerWording): ServerCommand<ServerAdmin> {
  return {
    name: "list_clients",
    usage: "list_clients",
    help: wording.listHelp,
    details: wording.listDetails,
    minArgs: 0,
    maxArgs: 0,
    changesServer: false,
    run: (_args, admin) => {
      const clients = admin.listClients();
      return { lines: clients.map(clientLine), data: clients.map(clientJson) };
    },
  };
}

function getClient(wording: ServerWording): ServerCommand<ServerAdmin> {
  return {
    name: "get_client",
    usage: "get_client ID",
    help: "Show one client, a value a line",
    details: [wording.idDetails],
    minArgs: 1,
    maxArgs: 1,
    changesServer: false,
    run: ([id = ""], admin) => {
      const client = admin.findClient(id);
      if (client === undefined) throw noSuchClient(id, wording);
      return { lines: clientDetails(client), data: clientJson(client) };
    },
  };
}

function kickClient(wording: ServerWording): ServerCommand<ServerAdmin> {
  return {
    name: "kick_client",
    usage: "kick_client ID [reason]",
    help: wording.kickHelp,
    details: [wording.idDetails, ...wording.kickDetails],
    minArgs: 1,
    maxArgs: 2,
    changesServer: true,
    run: ([id = "", reason = DEFAULT_KICK_REASON], admin) =>
      andThen(admin.kickClient(id, reason), (isKicked) => {
        if (!isKicked) throw noSuchClient(id, wording);
        return { lines: [`kicked ${id}`], data: { kicked: id } };
      }),
  };
}

function getStats({ server }: ServerWording): ServerCommand<ServerAdmin> {
  return {
    name: "get_stats",
    usage: "get_stats",
    help: `Show the ${server}'s counters, a name and a value a line`,
    minArgs: 0,
    maxArgs: 0,
    changesServer: false,
    run: (_args, admin) => {
      const statistics = admin.stats();
      return { lines: statisticsLines(statistics), data: statistics };
    },
  };
}
