import { isIP } from "node:net";
import { join } from "node:path";
import { HushcastError } from "../errors.ts";
import type { Ban } from "../session/ban.ts";
import { sourceKey } from "../session/source_limiter.ts";
import { readStateFile, writeStateFile } from "../settings/state_file.ts";
import { tryParseJson } from "../settings/try_parse_json.ts";

const FILE_NAME = "bans.json";
const VERSION = 1;

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
   * Reads the bans; there are none when there is no file.
   *
   * @throws {StateFileError} If the file can't be read.
   * @throws {BansFileError} If it holds something else.
   */
  async read(): Promise<readonly Ban[]> {
    const bytes = await readStateFile(this.#path);
    if (bytes === undefined) return [];
    const bans = parseBans(new TextDecoder().decode(bytes));
    if (bans !== undefined) return bans;
    throw new BansFileError(
      `Cannot use ${this.#path}: it holds no list of bans; mend it, or move it away to lift them all`,
    );
  }

  /**
   * Writes the bans, after those of earlier calls.
   *
   * @param bans All of them.
   * @throws {StateFileError} If the file can't be written.
   */
  async write(bans: readonly Ban[]): Promise<void> {
    const bytes = new TextEncoder().encode(`${JSON.stringify(fileContent(bans), null, 2)}\n`);
    const write = () => writeStateFile(this.#path, bytes);
    this.#writing = this.#writing.then(write, write);
    await this.#writing;
  }
}

function fileContent(bans: readonly Ban[]): object {
  return {
    version: VERSION,
    bans: bans.map(({ kind, target, sinceUnixMs, untilUnixMs }) => ({
      [kind]: target,
      since: new Date(sinceUnixMs).toISOString(),
      until: untilUnixMs === undefined ? undefined : new Date(untilUnixMs).toISOString(),
    })),
  };
}

function parseBans(text: string): Ban[] | undefined {
  const content = fieldsOf(tryParseJson(text));
  if (content?.version !== VERSION || !Array.isArray(content.bans)) return undefined;
  const bans = content.bans.map(parseBan);
  return bans.every((ban) => ban !== undefined) ? bans : undefined;
}

function parseBan(value: unknown): Ban | undefined {
  const fields = fieldsOf(value);
  if (fields === undefined) return undefined;
  const kind = fields.ip === undefined ? "name" : "ip";
  const target = kind === "ip" ? addressOf(fields.ip) : fields.name;
  const sinceUnixMs = timeOf(fields.since);
  const untilUnixMs = timeOf(fields.until);
  if (typeof target !== "string" || target === "" || sinceUnixMs === undefined) return undefined;
  if (fields.until !== undefined && untilUnixMs === undefined) return undefined;
  return { kind, target, sinceUnixMs, untilUnixMs };
}

/** As `Ban` has it, in whatever spelling it stands there: of IPv6, the /64 lacks its end. */
function addressOf(value: unknown): string | undefined {
  const address = [`${value}`, `${value}::`].find((text) => isIP(text) !== 0);
  return address && sourceKey(address);
}

function timeOf(value: unknown): number | undefined {
  const unixMs = typeof value === "string" ? Date.parse(value) : NaN;
  return Number.isNaN(unixMs) ? undefined : unixMs;
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof value === "object" && value !== null ? { ...value } : undefined;
}
