import { parseEndpoint } from "../../session/endpoint.ts";
import { clientNameOf, fieldsOf, listOf, textOf, unixMsOf } from "./json_fields.ts";
import { MAX_SUPERSEDED } from "./located_client.ts";
import type { RosterChange, ToldClient } from "./presence_message.ts";

const SESSION_ID = /^[0-9a-f]{16}$/;
const INSTANCE = /^[0-9a-f]{32}$/;
const REASON = /^[a-z_]{1,32}$/;

/** The longest `ip:port` with a zone that is taken, UTF-16 units. */
const MAX_ADDRESS_UNITS = 100;

/** A session id, or `undefined`. */
export function sessionIdOf(value: unknown): string | undefined {
  return textOf(value, SESSION_ID);
}

/** A client as JSON; its id follows from the rest. */
export function clientToJson(client: ToldClient): object {
  const { sessionId, name, instance, address, sinceUnixMs, token, supersedes } = client;
  return {
    session: sessionId,
    name,
    instance,
    address,
    since: sinceUnixMs,
    token,
    supersedes: supersedes.length > 0 ? supersedes : undefined,
  };
}

/** Reads a client; `undefined` for what is none. */
export function parseClient(value: unknown): ToldClient | undefined {
  const fields = fieldsOf(value);
  const sessionId = sessionIdOf(fields?.session);
  const address = addressOf(fields?.address);
  const sinceUnixMs = unixMsOf(fields?.since);
  const supersedes = sessionIdsOf(fields?.supersedes ?? []);
  if (sessionId === undefined || address === undefined) return undefined;
  if (sinceUnixMs === undefined || supersedes === undefined) return undefined;
  const name = clientNameOf(fields?.name);
  const instance = textOf(fields?.instance, INSTANCE);
  const token = clientNameOf(fields?.token);
  const isOdd = [[fields?.name, name], [fields?.instance, instance], [fields?.token, token]]
    .some(([given, read]) => given !== undefined && read === undefined);
  if (isOdd) return undefined;
  return {
    sessionId,
    id: name ?? address,
    name,
    instance,
    address,
    sinceUnixMs,
    token,
    supersedes,
  };
}

/** A change of a roster as JSON. */
export function changeToJson(change: RosterChange): object {
  switch (change.type) {
    case "joined":
      return { type: "joined", client: clientToJson(change.client) };
    case "left":
      return { type: "left", session: change.sessionId, reason: change.reason };
    case "moved":
      return { type: "moved", session: change.sessionId, address: change.address };
    default:
      return change satisfies never;
  }
}

/** Reads a change of a roster; `undefined` for what is none. */
export function parseChange(value: unknown): RosterChange | undefined {
  const fields = fieldsOf(value);
  if (fields?.type === "joined") {
    const client = parseClient(fields.client);
    return client && { type: "joined", client };
  }
  const sessionId = sessionIdOf(fields?.session);
  if (sessionId === undefined) return undefined;
  if (fields?.type === "left") {
    // Whoever reads it has to know that the client is gone, whatever the reason is called some day.
    return { type: "left", sessionId, reason: textOf(fields.reason, REASON) ?? "left" };
  }
  const address = fields?.type === "moved" ? addressOf(fields.address) : undefined;
  return address === undefined ? undefined : { type: "moved", sessionId, address };
}

function addressOf(value: unknown): string | undefined {
  if (typeof value !== "string" || value.length > MAX_ADDRESS_UNITS) return undefined;
  return parseEndpoint(value) === undefined ? undefined : value;
}

function sessionIdsOf(value: unknown): string[] | undefined {
  const sessionIds = listOf(value, MAX_SUPERSEDED)?.map(sessionIdOf);
  return sessionIds?.every((sessionId) => sessionId !== undefined) ? sessionIds : undefined;
}
