import { type AdmissionToken, MAX_ADMISSION_TOKENS } from "../session/admission_tokens.ts";
import { tryParseJson } from "../settings/try_parse_json.ts";
import { isClientName } from "../wire/client_name.ts";

/** The only version there is of the form in which tokens are kept. */
const VERSION = 1;

const FILE_FIELDS: readonly string[] = ["version", "tokens"];
const TOKEN_FIELDS: readonly string[] = ["name", "sha256", "created", "expires"];
const SHA256_HEX = /^[0-9a-f]{64}$/i;
const ISO_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{3})?Z$/;

/** What a token file holds, or why it can't be used. */
export type ParsedAuthTokens =
  | { readonly ok: true; readonly tokens: readonly AdmissionToken[] }
  | {
    readonly ok: false;
    /** Ends a sentence that begins with the file; tokens are named by their place, from 1. */
    readonly reason: string;
  };

/** Why a token file can't be used; never leaves this module. */
class Refusal {
  readonly reason: string;

  constructor(reason: string) {
    this.reason = reason;
  }
}

/**
 * Reads the content of a token file: JSON `{"version":1,"tokens":[...]}`, a token an object of
 * `name`, `sha256` (hexadecimal), `created` and, perhaps, `expires` (ISO 8601, UTC).
 *
 * Fields that it does not know are refused: a misspelt `expires` would let its owner in for ever.
 *
 * @param text Any text.
 * @returns The tokens in the order of the file, or why there are none. The reason quotes nothing.
 */
export function parseAuthTokens(text: string): ParsedAuthTokens {
  const content = objectOf(tryParseJson(text));
  if (content === undefined) return { ok: false, reason: "it is no JSON object" };
  if (content.get("version") !== VERSION) {
    return { ok: false, reason: `its version is not ${VERSION}` };
  }
  const list = content.get("tokens");
  if (!Array.isArray(list) || hasOthers(content, FILE_FIELDS)) {
    return { ok: false, reason: "want a version, a list of tokens, and nothing else" };
  }
  if (list.length > MAX_ADMISSION_TOKENS) {
    return {
      ok: false,
      reason: `want at most ${MAX_ADMISSION_TOKENS} tokens, got ${list.length}`,
    };
  }
  return parseList(list);
}

/**
 * Writes the content of a token file.
 *
 * @param tokens The tokens.
 * @returns JSON for people to read, which ends with a line feed.
 */
export function formatAuthTokens(tokens: readonly AdmissionToken[]): string {
  const list = tokens.map(({ name, digest, createdUnixMs, expiresUnixMs }) => ({
    name,
    sha256: digest.toHex(),
    created: new Date(createdUnixMs).toISOString(),
    expires: expiresUnixMs === undefined ? undefined : new Date(expiresUnixMs).toISOString(),
  }));
  return `${JSON.stringify({ version: VERSION, tokens: list }, null, 2)}\n`;
}

function parseList(list: readonly unknown[]): ParsedAuthTokens {
  const tokens: AdmissionToken[] = [];
  const names = new Map<string, number>();
  const digests = new Map<string, number>();
  for (const [index, value] of list.entries()) {
    const place = index + 1;
    const token = parseToken(value);
    if (token instanceof Refusal) return { ok: false, reason: `token ${place}: ${token.reason}` };
    const sameName = names.get(token.name);
    const sameDigest = digests.get(token.digest.toHex());
    if (sameName !== undefined) return twice("name", sameName, place);
    if (sameDigest !== undefined) return twice("sha256", sameDigest, place);
    names.set(token.name, place);
    digests.set(token.digest.toHex(), place);
    tokens.push(token);
  }
  return { ok: true, tokens };
}

function parseToken(value: unknown): AdmissionToken | Refusal {
  const fields = objectOf(value);
  if (fields === undefined) return new Refusal("it is no object");
  if (hasOthers(fields, TOKEN_FIELDS)) {
    return new Refusal(`want no fields but ${TOKEN_FIELDS.join(", ")}`);
  }
  const name = fields.get("name");
  const sha256 = fields.get("sha256");
  if (typeof name !== "string" || !isClientName(name)) {
    return new Refusal("its name is no client name");
  }
  if (typeof sha256 !== "string" || !SHA256_HEX.test(sha256)) {
    return new Refusal("its sha256 is not 64 hexadecimal digits");
  }
  const createdUnixMs = timeOf(fields.get("created"));
  if (createdUnixMs === undefined) return new Refusal("its time created is no UTC time");
  const expiresUnixMs = timeOf(fields.get("expires"));
  if (fields.has("expires") && expiresUnixMs === undefined) {
    return new Refusal("the time when it expires is no UTC time");
  }
  return { name, digest: Uint8Array.fromHex(sha256), createdUnixMs, expiresUnixMs };
}

function twice(field: string, first: number, second: number): ParsedAuthTokens {
  return { ok: false, reason: `tokens ${first} and ${second} have the same ${field}` };
}

function timeOf(value: unknown): number | undefined {
  if (typeof value !== "string" || !ISO_TIME.test(value)) return undefined;
  const unixMs = Date.parse(value);
  if (Number.isNaN(unixMs)) return undefined;
  // The parser takes the 30th of February for the 2nd of March.
  return new Date(unixMs).toISOString().startsWith(value.slice(0, 19)) ? unixMs : undefined;
}

function objectOf(value: unknown): ReadonlyMap<string, unknown> | undefined {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
  return new Map(Object.entries(value));
}

function hasOthers(fields: ReadonlyMap<string, unknown>, known: readonly string[]): boolean {
  return [...fields.keys()].some((field) => !known.includes(field));
}
