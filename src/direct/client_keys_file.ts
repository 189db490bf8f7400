import { join } from "node:path";
import { formatEndpoint, parseEndpoint } from "../session/endpoint.ts";
import { readStateFile, writeStateFile } from "../settings/state_file.ts";
import type { ClientRecord } from "./client_record.ts";
import { DirectServerError } from "./direct_server_error.ts";
import { StoredRsaPublicKey } from "./stored_rsa_public_key.ts";
import { tryParseJson } from "../settings/try_parse_json.ts";

const FILE_NAME = "direct_clients.json";

/** A later version may write what this one can't read. */
const VERSION = 1;

const MIN_MODULUS_BITS = 2048;
const MAX_MODULUS_BITS = 8192;

/** The last moment that a `Date` can have; an operator is shown these times. */
const MAX_UNIX_MS = 8.64e15;

/** The clients' keys that outlive a restart: the file `direct_clients.json` of the state directory. */
export class ClientKeysFile {
  readonly #path: string;

  /** @param stateDirectory The state directory. */
  constructor(stateDirectory: string) {
    this.#path = join(stateDirectory, FILE_NAME);
  }

  /**
   * Reads it.
   *
   * @returns The records; none when there is no file.
   * @throws {StateFileError} If it can't be read.
   * @throws {DirectServerError} `CLIENTS_FILE` if it holds something else.
   */
  async read(): Promise<ClientRecord[]> {
    const bytes = await readStateFile(this.#path);
    if (bytes === undefined) return [];
    const records = decodeClientRecords(new TextDecoder().decode(bytes));
    if (records !== undefined) return records;
    throw new DirectServerError(
      "CLIENTS_FILE",
      `Cannot use ${this.#path}: it holds no client keys; restore it, or move it away`,
    );
  }

  /**
   * Writes it, as a whole.
   *
   * @throws {StateFileError} If it can't be written.
   */
  async write(records: readonly ClientRecord[]): Promise<void> {
    await writeStateFile(this.#path, new TextEncoder().encode(encodeClientRecords(records)));
  }
}

/**
 * Writes records as JSON.
 *
 * @param records Any records.
 * @returns The text of the file.
 */
export function encodeClientRecords(records: readonly ClientRecord[]): string {
  const clients = records.map((record) => ({
    address: formatEndpoint(record.endpoint),
    key: record.key.der.toBase64(),
    bits: record.key.modulusBits,
    since: record.sinceUnixMs,
    seen: record.lastSeenUnixMs,
    delivered: record.hasDelivered,
    hybrid: record.speaksHybrid,
  }));
  return `${JSON.stringify({ version: VERSION, clients })}\n`;
}

/**
 * Reads records from JSON.
 *
 * @param text Any text.
 * @returns The records, or `undefined` when it is no such file, or of another version.
 */
export function decodeClientRecords(text: string): ClientRecord[] | undefined {
  const file = parseObject(text);
  if (file?.version !== VERSION || !Array.isArray(file.clients)) return undefined;
  const records: ClientRecord[] = [];
  for (const client of file.clients) {
    const record = readRecord(client);
    if (record === undefined) return undefined;
    records.push(record);
  }
  return records;
}

function readRecord(client: unknown): ClientRecord | undefined {
  if (!isObject(client)) return undefined;
  const { address, key, bits, since, seen, delivered, hybrid } = client;
  const endpoint = typeof address === "string" ? parseEndpoint(address) : undefined;
  const der = typeof key === "string" ? decodeBase64(key) : undefined;
  if (endpoint === undefined || der === undefined) return undefined;
  if (!isModulusBits(bits) || !isTime(since) || !isTime(seen)) return undefined;
  return {
    endpoint,
    key: new StoredRsaPublicKey(der, bits),
    sinceUnixMs: since,
    lastSeenUnixMs: seen,
    hasDelivered: delivered === true,
    speaksHybrid: hybrid === true,
  };
}

function parseObject(text: string): Record<string, unknown> | undefined {
  const value = tryParseJson(text);
  return isObject(value) ? value : undefined;
}

function decodeBase64(text: string): Uint8Array<ArrayBuffer> | undefined {
  try {
    return Uint8Array.fromBase64(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

function isModulusBits(value: unknown): value is number {
  return typeof value === "number" && Number.isInteger(value) &&
    value >= MIN_MODULUS_BITS && value <= MAX_MODULUS_BITS;
}

function isTime(value: unknown): value is number {
  return typeof value === "number" && value >= 0 && value <= MAX_UNIX_MS;
}
