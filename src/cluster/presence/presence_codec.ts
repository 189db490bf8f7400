import { tryParseJson } from "../../settings/try_parse_json.ts";
import { banToJson, parseBanRecord } from "./ban_json.ts";
import {
  changeToJson,
  clientToJson,
  parseChange,
  parseClient,
  sessionIdOf,
} from "./client_json.ts";
import { countOf, type Fields, fieldsOf, listOf, proseOf, textOf } from "./json_fields.ts";
import {
  MAX_BANS_IN_MESSAGE,
  MAX_CLIENTS_IN_MESSAGE,
  MAX_PRESENCE_BYTES,
  MAX_RELAY_CLIENTS,
  MAX_TEXT_UNITS,
  type PresenceMessage,
} from "./presence_message.ts";

/** Parts of a roster, at most: more than all clients need that are known of. */
const MAX_PARTS = 1_024;

const RELAY_NAME = /^[^\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}\p{Cs}]{1,100}$/u;
const DIGEST = /^[0-9a-f]{16}$/;

/** Whether a relay can be called so: 1 to 100 characters, none of which steers a terminal. */
export function isRelayName(text: string): boolean {
  return RELAY_NAME.test(text);
}

/**
 * Writes a message, as JSON in UTF-8: what a later version adds to it, an earlier one passes over.
 *
 * @param message One within the bounds of `presence_message.ts`.
 * @returns Less than `MAX_PRESENCE_BYTES`.
 */
export function encodePresence(message: PresenceMessage): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(JSON.stringify(jsonOf(message)));
}

/**
 * Reads a message.
 *
 * @param payload Any bytes at all.
 * @returns The message, or `undefined` for one that this version does not know or that breaks a bound.
 */
export function decodePresence(payload: Uint8Array): PresenceMessage | undefined {
  if (payload.byteLength > MAX_PRESENCE_BYTES) return undefined;
  const fields = fieldsOf(tryParseJson(new TextDecoder().decode(payload)));
  return fields && parseMessage(fields);
}

function jsonOf(message: PresenceMessage): object {
  switch (message.kind) {
    case "changes":
      return {
        ...message,
        changes: message.changes.map((change) => change === undefined ? {} : changeToJson(change)),
      };
    case "roster":
      return {
        ...message,
        clients: message.clients.map((client) => client === undefined ? {} : clientToJson(client)),
      };
    case "bans":
      return { ...message, records: message.records.map(banToJson) };
    default:
      return message;
  }
}

function parseMessage(fields: Fields): PresenceMessage | undefined {
  switch (fields.kind) {
    case "beat":
      return parseBeat(fields);
    case "changes":
      return parseChanges(fields);
    case "roster":
      return parseRoster(fields);
    case "ask": {
      const of = sessionIdOf(fields.of);
      return of === undefined ? undefined : { kind: "ask", of };
    }
    case "goodbye":
      return { kind: "goodbye" };
    case "bans":
      return parseBans(fields);
    default:
      return parseRequest(fields);
  }
}

function parseBeat(fields: Fields): PresenceMessage | undefined {
  const name = textOf(fields.name, RELAY_NAME);
  const version = countOf(fields.version);
  const count = countOf(fields.count);
  const bans = textOf(fields.bans, DIGEST);
  if (name === undefined || version === undefined) return undefined;
  if (count === undefined || bans === undefined) return undefined;
  return { kind: "beat", name, version, count, bans, greets: fields.greets === true };
}

function parseChanges(fields: Fields): PresenceMessage | undefined {
  const first = countOf(fields.first);
  const changes = listOf(fields.changes, MAX_CLIENTS_IN_MESSAGE);
  if (first === undefined || first < 1 || changes === undefined) return undefined;
  return { kind: "changes", first, changes: changes.map(parseChange) };
}

function parseRoster(fields: Fields): PresenceMessage | undefined {
  const name = textOf(fields.name, RELAY_NAME);
  const version = countOf(fields.version);
  const parts = countOf(fields.parts, MAX_PARTS);
  const part = countOf(fields.part, MAX_PARTS);
  const clients = listOf(fields.clients, MAX_CLIENTS_IN_MESSAGE);
  if (name === undefined || version === undefined || clients === undefined) return undefined;
  if (part === undefined || parts === undefined || part >= parts) return undefined;
  return { kind: "roster", name, version, part, parts, clients: clients.map(parseClient) };
}

function parseBans(fields: Fields): PresenceMessage | undefined {
  const digest = textOf(fields.digest, DIGEST);
  const records = listOf(fields.records, MAX_BANS_IN_MESSAGE)?.map(parseBanRecord);
  if (digest === undefined || records === undefined) return undefined;
  return { kind: "bans", digest, records: records.filter((record) => record !== undefined) };
}

function parseRequest(fields: Fields): PresenceMessage | undefined {
  const request = countOf(fields.request);
  if (request === undefined) return undefined;
  if (fields.kind === "broadcast") {
    const text = proseOf(fields.text, MAX_TEXT_UNITS);
    return text === undefined ? undefined : { kind: "broadcast", request, text };
  }
  const to = sessionIdOf(fields.to);
  if (to === undefined) return undefined;
  switch (fields.kind) {
    case "kick": {
      const sessionId = sessionIdOf(fields.sessionId);
      const reason = proseOf(fields.reason, MAX_TEXT_UNITS);
      if (sessionId === undefined || reason === undefined) return undefined;
      return { kind: "kick", to, request, sessionId, reason };
    }
    case "kicked":
      return { kind: "kicked", to, request, isDone: fields.isDone === true };
    case "told": {
      const clients = countOf(fields.clients, MAX_RELAY_CLIENTS);
      return clients === undefined ? undefined : { kind: "told", to, request, clients };
    }
    default:
      return undefined;
  }
}
