import { isFingerprint } from "../crypto/identity.ts";
import { HushcastError } from "../errors.ts";
import { type Endpoint, formatEndpoint, parseEndpoint } from "../session/endpoint.ts";

/** The longest invitation, UTF-16 code units; the longest host and token take about half of it. */
export const MAX_INVITATION_LENGTH = 4_096;

/** The longest admission token that a client takes, bytes of UTF-8. */
export const MAX_ADMISSION_TOKEN_BYTES = 512;

/** Scheme, authority and query of RFC 3986; no user, path or fragment. */
const INVITATION = /^hushcast:\/\/(\[[^[\]]*\]|[^:/?#[\]@]*):(\d{1,5})\?([^#]*)$/i;

/** What one line tells a newcomer: where the relay is, which one it is, and how to get in. */
export interface Invitation {
  /** Address of the relay; the host may be a name. */
  readonly relay: Endpoint;
  /** Fingerprint `SHA256:...` of its identity. */
  readonly identity: string;
  /** Admission token, 1 to 512 bytes of UTF-8 without control characters. */
  readonly token: string;
}

/** Raised when a line is no invitation. It quotes nothing of the line. */
export class InvitationError extends HushcastError {
  /** Stable name of this error. */
  readonly code = "INVITATION_MALFORMED";
  /** The message without its beginning, for who can say where the line came from. */
  readonly reason: string;

  /** @param reason What is wrong with the line. */
  constructor(reason: string) {
    super(`Cannot read invitation: ${reason}`);
    this.reason = reason;
  }
}

/**
 * Writes an invitation as a URI that goes into one line.
 *
 * The fingerprint stands there as it is, to be compared with what `hushcast identity` prints; RFC
 * 3986 lets `+` and `/` stand in a query. Of a token, all is escaped that could mean something else.
 *
 * @param invitation What it tells.
 * @returns `hushcast://HOST:PORT?identity=SHA256:...&token=...`; it is as secret as the token.
 * @throws {TypeError} If `parseInvitation` would not give the same invitation back.
 */
export function formatInvitation({ relay, identity, token }: Invitation): string {
  const named = parseEndpoint(formatEndpoint(relay));
  if (named?.hostname !== relay.hostname || named.port !== relay.port) {
    throw new TypeError("Cannot write invitation: its relay is no HOST:PORT");
  }
  if (!isFingerprint(identity)) {
    throw new TypeError("Cannot write invitation: its identity is no fingerprint");
  }
  if (!isAdmissionToken(token)) {
    throw new TypeError(
      `Cannot write invitation: want a token of 1 to ${MAX_ADMISSION_TOKEN_BYTES} bytes`,
    );
  }
  const host = escapeAll(relay.hostname).replaceAll("%3A", ":");
  const authority = formatEndpoint({ hostname: host, port: relay.port });
  return `hushcast://${authority}?identity=${identity}&token=${escapeAll(token)}`;
}

/**
 * Reads an invitation.
 *
 * @param line The line without its end or blanks around it. A `+` is a `+`, escaped or not.
 * @returns What it tells.
 * @throws {InvitationError} If it is anything else, or a parameter is missing, unknown or there
 *   twice.
 */
export function parseInvitation(line: string): Invitation {
  if (line.length > MAX_INVITATION_LENGTH) {
    throw new InvitationError(
      `want at most ${MAX_INVITATION_LENGTH} characters, got ${line.length}`,
    );
  }
  const [, host, port, query] = INVITATION.exec(line) ?? [];
  if (host === undefined || port === undefined || query === undefined) {
    throw new InvitationError("want hushcast://HOST:PORT?identity=SHA256:...&token=...");
  }
  const relay = parseEndpoint(`${unescapeValue(host)}:${port}`);
  if (relay === undefined) throw new InvitationError("its address is no HOST:PORT");
  const parameters = parseQuery(query);
  const identity = parameters.get("identity");
  const token = parameters.get("token");
  if (identity === undefined) throw new InvitationError("it names no identity");
  if (!isFingerprint(identity)) {
    throw new InvitationError("its identity is no fingerprint SHA256:...");
  }
  if (token === undefined) {
    throw new InvitationError("it holds no token; did a shell cut it at the &?");
  }
  if (!isAdmissionToken(token)) {
    throw new InvitationError(
      `its token is not 1 to ${MAX_ADMISSION_TOKEN_BYTES} bytes of plain text`,
    );
  }
  return { relay, identity, token };
}

/**
 * Whether a text is meant as an invitation, and so may hold a token, wherever it stands.
 *
 * @param text Any text; nothing behind the scheme is looked at.
 */
export function isMeantAsInvitation(text: string): boolean {
  return /^\s*hushcast:/i.test(text);
}

/**
 * Whether a text can be an admission token.
 *
 * @param text Any text.
 * @returns True for 1 to 512 bytes of UTF-8 without control characters.
 */
export function isAdmissionToken(text: string): boolean {
  if (text === "" || /[\p{Cc}\p{Cs}]/u.test(text)) return false;
  return new TextEncoder().encode(text).byteLength <= MAX_ADMISSION_TOKEN_BYTES;
}

function parseQuery(query: string): ReadonlyMap<string, string> {
  const parameters = new Map<string, string>();
  for (const parameter of query.split("&")) {
    const [, name = "", value = ""] = /^(identity|token)=(.*)$/s.exec(parameter) ?? [];
    if (name === "") {
      throw new InvitationError("want the parameters identity and token, and no others");
    }
    if (parameters.has(name)) throw new InvitationError(`it gives ${name} twice`);
    parameters.set(name, unescapeValue(value));
  }
  return parameters;
}

/** Escapes all but letters, digits and `-._~`, which mean nothing else to anyone. */
function escapeAll(text: string): string {
  const escapeCharacter = (character: string) =>
    `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
  return encodeURIComponent(text).replaceAll(/[!'()*]/g, escapeCharacter);
}

function unescapeValue(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch (error) {
    if (!(error instanceof URIError)) throw error;
    throw new InvitationError("a % in it begins no escaped byte of UTF-8");
  }
}
