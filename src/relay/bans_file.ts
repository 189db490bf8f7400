import { isIP } from "node:net";
import { join } from "node:path";
import { HushcastError } from "../errors.ts";
import type { Ban, LiftedBan } from "../session/ban.ts";
import type { BanTarget } from "../session/ban_list.ts";
import { sourceKey } from "../session/source_limiter.ts";
import { readStateFile, writeStateFile } from "../settings/state_file.ts";
import { tryParseJson } from "../settings/try_parse_json.ts";

const FILE_NAME = "bans.json";
const VERSION = 1;

/** The end of the year 9999: behind later times there may be none by which a decision is dated after them. */
const MAX_UNIX_MS = Date.UTC(10_000, 0) - 1;

/** What a relay keeps of bans. */
export interface KeptBans {
  /** Those that hold, unless their time is over. */
  readonly bans: readonly Ban[];
  /** Those that were lifted: a relay of a cluster keeps them, for the others that have not heard of it. */
  readonly lifted: readonly LiftedBan[];
}

/** Raised when the file of bans holds something else. */
export class BansFileError extends HushcastError {
  readonly code = "BANS_FILE";
}

/**
 * The bans of a relay in its state directory: the file `bans.json`, mode 0600.
 *
 * One that can't be read as such stops the start: going on without it would let everyone in again
 * who is kept out.
 */
export class BansFile {
  readonly #path: string;
  #writing: Promise<void> = Promise.resolve();

  /** @param stateDirectory The state directory. */
  constructor(stateDirectory: string) {
    this.#path = join(stateDirectory, FILE_NAME);
  }

  /** Where it is. */
  get path(): string {
    return this.#path;
  }

  /**
   * Reads the bans and those that were lifted; there are none when there is no file.
   *
   * @throws {StateFileError} If the file can't be read.
   * @throws {BansFileError} If it holds something else.
   */
  async read(): Promise<KeptBans> {
    const bytes = await readStateFile(this.#path);
    if (bytes === undefined) return { bans: [], lifted: [] };
    const kept = parseContent(new TextDecoder().decode(bytes));
    if (kept !== undefined) return kept;
    throw new BansFileError(
      `Cannot use ${this.#path}: it holds no list of bans; mend it, or move it away to lift them all`,
    );
  }

  /**
   * Writes the bans, after those of earlier calls.
   *
   * @param bans All of them.
   * @param lifted Those of which is kept that they were lifted; without any, the file is as relays
   *   without a cluster write it.
   * @throws {StateFileError} If the file can't be written.
   */
  async write(bans: readonly Ban[], lifted: readonly LiftedBan[] = []): Promise<void> {
    const content = fileContent({ bans, lifted });
    const bytes = new TextEncoder().encode(`${JSON.stringify(content, null, 2)}\n`);
    const write = () => writeStateFile(this.#path, bytes);
    this.#writing = this.#writing.then(write, write);
    await this.#writing;
  }
}

function fileContent({ bans, lifted }: KeptBans): object {
  const liftings = lifted.map(({ kind, target, liftedUnixMs }) => ({
    [kind]: target,
    lifted: new Date(liftedUnixMs).toISOString(),
  }));
  return {
    version: VERSION,
    bans: bans.map(({ kind, target, sinceUnixMs, untilUnixMs }) => ({
      [kind]: target,
      since: new Date(sinceUnixMs).toISOString(),
      until: untilUnixMs === undefined ? undefined : new Date(untilUnixMs).toISOString(),
    })),
    lifted: liftings.length > 0 ? liftings : undefined,
  };
}

function parseContent(text: string): KeptBans | undefined {
  const content = fieldsOf(tryParseJson(text));
  if (content?.version !== VERSION) return undefined;
  const bans = listOf(content.bans, parseBan);
  const lifted = listOf(content.lifted ?? [], parseLifted);
  return bans && lifted && { bans, lifted };
}

function listOf<T>(value: unknown, parse: (item: unknown) => T | undefined): T[] | undefined {
  if (!Array.isArray(value)) return undefined;
  const items = value.map(parse);
  return items.every((item) => item !== undefined) ? items : undefined;
}

function parseBan(value: unknown): Ban | undefined {
  const fields = fieldsOf(value);
  const target = targetOf(fields);
  const sinceUnixMs = timeOf(fields?.since);
  const untilUnixMs = timeOf(fields?.until);
  if (target === undefined || sinceUnixMs === undefined) return undefined;
  if (fields?.until !== undefined && untilUnixMs === undefined) return undefined;
  return { ...target, sinceUnixMs, untilUnixMs };
}

function parseLifted(value: unknown): LiftedBan | undefined {
  const fields = fieldsOf(value);
  const target = targetOf(fields);
  const liftedUnixMs = timeOf(fields?.lifted);
  return target && liftedUnixMs !== undefined ? { ...target, liftedUnixMs } : undefined;
}

function targetOf(fields: Readonly<Record<string, unknown>> | undefined): BanTarget | undefined {
  const kind = fields?.ip === undefined ? "name" : "ip";
  const target = kind === "ip" ? addressOf(fields?.ip) : fields?.name;
  return typeof target === "string" && target !== "" ? { kind, target } : undefined;
}

/** As `Ban` has it, in whatever spelling it stands there: of IPv6, the /64 lacks its end. */
function addressOf(value: unknown): string | undefined {
  if (typeof value !== "string") return undefined;
  const address = [value, `${value}::`].find((text) => isIP(text) !== 0);
  return address && sourceKey(address);
}

function timeOf(value: unknown): number | undefined {
  const unixMs = typeof value === "string" ? Date.parse(value) : NaN;
  return unixMs <= MAX_UNIX_MS ? unixMs : undefined;
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof value === "object" && value !== null ? { ...value } : undefined;
}
