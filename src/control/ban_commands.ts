import { HushcastError } from "../errors.ts";
import type { Ban } from "../session/ban.ts";
import { CommandError, type CommandReply, type ServerCommand } from "./command.ts";
import { quoteArgument } from "./command_line.ts";
import type { JsonObject } from "./json_value.ts";

/** The longest ban that is written as seconds: some 30 years. */
export const MAX_BAN_SECONDS = 1_000_000_000;

/** What these commands need of the relay. */
export interface BanAdmin {
  /**
   * Keeps an address or a name out, and ends the sessions that match. A ban that there is already
   * is replaced.
   *
   * @param target IP address or client name.
   * @param seconds How long; `undefined` for until `unban`.
   * @returns The ban as it holds now, once it is saved.
   * @throws {HushcastError} If it is neither, if there are too many, or if it can't be saved.
   */
  ban(target: string, seconds: number | undefined): Promise<Ban>;
  /**
   * Lifts a ban.
   *
   * @param target As it was given to `ban`, or as `listBans` shows it.
   * @returns Whether there was one, once that is saved.
   * @throws {HushcastError} If it can't be saved.
   */
  unban(target: string): Promise<boolean>;
  /** The bans that hold now. */
  listBans(): readonly Ban[];
}

const TARGET_DETAILS = [
  "IP is an IPv4 or IPv6 address; of IPv6, the whole /64 network counts. NAME is a client name.",
  'A name with spaces needs quotes: ban "pump 3" 3600',
];

const BAN: ServerCommand<BanAdmin> = {
  name: "ban",
  usage: "ban IP|NAME [seconds]",
  help: "Keep an address or a name out, and end its sessions",
  details: [...TARGET_DETAILS, "Without seconds it holds until unban. Bans outlast a restart."],
  minArgs: 1,
  maxArgs: 2,
  changesServer: true,
  run: async ([target = "", seconds], admin): Promise<CommandReply> => {
    const forSeconds = seconds === undefined ? undefined : readSeconds(seconds);
    const ban = await orBanFailed(admin.ban(target, forSeconds));
    return { lines: [`banned ${banLine(ban)}`], data: banJson(ban) };
  },
};

const UNBAN: ServerCommand<BanAdmin> = {
  name: "unban",
  usage: "unban IP|NAME",
  help: "Lift a ban",
  details: TARGET_DETAILS,
  minArgs: 1,
  maxArgs: 1,
  changesServer: true,
  run: async ([target = ""], admin): Promise<CommandReply> => {
    const isLifted = await orBanFailed(admin.unban(target));
    if (isLifted) return { lines: [`unbanned ${target}`], data: { unbanned: target } };
    throw new CommandError("NO_SUCH_BAN", `Nobody of this name or address is banned: ${target}`);
  },
};

const LIST_BANS: ServerCommand<BanAdmin> = {
  name: "list_bans",
  usage: "list_bans",
  help: "List the bans, one a line",
  minArgs: 0,
  maxArgs: 0,
  changesServer: false,
  run: (_args, admin) => {
    const bans = admin.listBans();
    return { lines: bans.map(banLine), data: bans.map(banJson) };
  },
};

/** The commands that keep clients out (PROTOCOL 1.9), in the order that `help` lists them. */
export const BAN_COMMANDS: readonly ServerCommand<BanAdmin>[] = [BAN, UNBAN, LIST_BANS];

/** What fails for a known cause is the operator's to know; what does not is a mistake of ours. */
async function orBanFailed<T>(done: Promise<T>): Promise<T> {
  try {
    return await done;
  } catch (cause) {
    if (!(cause instanceof HushcastError)) throw cause;
    throw new CommandError("BAN_FAILED", cause.message, { cause });
  }
}

function readSeconds(text: string): number {
  const seconds = /^\d{1,10}$/.test(text) ? Number(text) : 0;
  if (seconds >= 1 && seconds <= MAX_BAN_SECONDS) return seconds;
  const want = `want whole seconds from 1 to ${MAX_BAN_SECONDS}`;
  throw new CommandError("BAD_ARGUMENTS", `Cannot ban for ${text}: ${want}`);
}

function banLine(ban: Ban): string {
  const { kind, since, until = "unban" } = banJson(ban);
  return `${quoteArgument(ban.target)} kind=${kind} since=${since} until=${until}`;
}

function banJson({ kind, target, sinceUnixMs, untilUnixMs }: Ban): JsonObject {
  const since = new Date(sinceUnixMs).toISOString();
  if (untilUnixMs === undefined) return { target, kind, since };
  return { target, kind, since, until: new Date(untilUnixMs).toISOString() };
}
