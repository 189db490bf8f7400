import type { ControlReply } from "../../control/control_reply.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../../control/json_value.ts";
import { ControlClientError } from "../../control/control_client_error.ts";
import type { StatisticsTree } from "../../observe/statistics_tree.ts";
import type { ClientRow } from "../../watch/client_row.ts";

/** What a server says of itself at one moment. */
export interface TopSample {
  /** When it was read, monotonic milliseconds. */
  readonly atMs: number;
  /** The same, Unix milliseconds. */
  readonly unixMs: number;
  /** What `get_stats` gives. */
  readonly statistics: StatisticsTree;
  /** What `list_clients` gives. */
  readonly clients: readonly ClientRow[];
}

/** A moment by both clocks. */
export type TopMoment = Pick<TopSample, "atMs" | "unixMs">;

/** How deep counters are nested at most; servers have two levels. */
const MAX_DEPTH = 8;

/**
 * Reads the replies of a server. What has not the expected form is left out of clients and counters.
 *
 * @param replies.statistics The reply to `get_stats`.
 * @param replies.clients The reply to `list_clients`.
 * @param moment When they came.
 * @throws {ControlClientError} `CONTROL_REFUSED` or `CONTROL_NOT_SPOKEN`, if one is no reply to it.
 */
export function readTopSample(
  replies: Readonly<Record<"statistics" | "clients", ControlReply>>,
  moment: TopMoment,
): TopSample {
  const statistics = dataOf(replies.statistics);
  const clients = dataOf(replies.clients);
  if (!isJsonObject(statistics) || !Array.isArray(clients)) {
    throw new ControlClientError(
      "CONTROL_NOT_SPOKEN",
      "Cannot read control port: it gives no counters or clients",
    );
  }
  return {
    ...moment,
    statistics: readCounters(statistics),
    clients: clients.flatMap((client: JsonValue) => readClient(client, moment) ?? []),
  };
}

function dataOf(reply: ControlReply): JsonValue | undefined {
  if (reply.ok) return reply.data;
  const { code, text } = reply;
  throw new ControlClientError("CONTROL_REFUSED", `Server refused: ${text} (${code})`, {
    serverCode: code,
  });
}

function readCounters(object: JsonObject, depth = 1): StatisticsTree {
  const entries: [string, number | StatisticsTree][] = [];
  for (const [name, value] of Object.entries(object)) {
    if (isFiniteNumber(value)) entries.push([name, value]);
    if (isJsonObject(value) && depth < MAX_DEPTH) {
      entries.push([name, readCounters(value, depth + 1)]);
    }
  }
  // fromEntries, because an assignment would take a counter "__proto__" for something else.
  return Object.fromEntries(entries);
}

function readClient(value: JsonValue, { unixMs }: TopMoment): ClientRow | undefined {
  if (!isJsonObject(value)) return undefined;
  const { id, address, session, key, token, since } = value;
  if (typeof id !== "string" || typeof address !== "string") return undefined;
  // A client of another relay of the cluster: what it sends and gets is known there alone.
  if (value.relay !== undefined) return undefined;
  const sinceMs = typeof since === "string" ? Date.parse(since) : NaN;
  return {
    id,
    address,
    ...(typeof session === "string" && { session }),
    ...(typeof key === "string" && { key }),
    ...(typeof token === "string" && { token }),
    since_ms: Number.isNaN(sinceMs) ? unixMs : sinceMs,
    last_seen_ms: unixMs - numberOf(value.idle_ms),
    messages_in: numberOf(value.messages_in),
    messages_out: numberOf(value.messages_out),
    bytes_in: numberOf(value.bytes_in),
    bytes_out: numberOf(value.bytes_out),
  };
}

function numberOf(value: JsonValue | undefined): number {
  return isFiniteNumber(value) ? value : 0;
}

/** JSON has no infinity, but reads `1e999` as one; differences of two such are no number at all. */
function isFiniteNumber(value: JsonValue | undefined): value is number {
  return typeof value === "number" && Number.isFinite(value);
}
