import type { HistoryLimits, HistoryStore } from "../history/history.ts";
import { MemoryHistory } from "../history/memory_history.ts";
import type { EventLogger } from "../observe/event_logger.ts";
import type { RelaySettings } from "../settings/command_settings.ts";
import type { TlvTypes } from "../wire/tlv_types.ts";
import { UsageError } from "./usage_error.ts";

/** Those by which it is decided. */
type PlaceSettings = Pick<
  HistorySettings,
  "history" | "historyMessages" | "historyBytes" | "cluster"
>;

/** The settings that say where messages are kept. */
export type HistorySettings = Pick<
  RelaySettings,
  "history" | "historyMessages" | "historyBytes" | "historyAgeMs" | "cluster" | "state"
>;

const SQLITE = "sqlite:";

/**
 * Works out where messages are kept.
 *
 * @returns What is kept in a file has a path.
 * @throws {UsageError} If settings exclude each other.
 */
export function historyPlace(
  { history, historyMessages, historyBytes, cluster }: PlaceSettings,
): { readonly kind: "memory" | "nats" } | { readonly kind: "sqlite"; readonly path: string } {
  if (cluster === undefined && history === "nats") {
    throw new UsageError("--history nats needs --cluster, which names the NATS servers");
  }
  if (cluster !== undefined && history !== undefined && history !== "nats") {
    throw new UsageError(
      `--history ${history} and --cluster exclude each other: relays that work as one have one history, in NATS`,
    );
  }
  if (cluster !== undefined && (historyMessages === 0 || historyBytes === 0)) {
    throw new UsageError(
      "--cluster needs a history: --history-messages and --history-bytes above 0",
    );
  }
  if (cluster !== undefined) return { kind: "nats" };
  if (history?.startsWith(SQLITE)) return { kind: "sqlite", path: history.slice(SQLITE.length) };
  return { kind: "memory" };
}

/** The bounds of a history. */
export function historyLimits(settings: HistorySettings): HistoryLimits {
  return {
    maxMessages: settings.historyMessages,
    maxBytes: settings.historyBytes,
    maxAgeMs: settings.historyAgeMs,
  };
}

/**
 * Opens the history of a relay that works alone.
 *
 * @param settings Where it is, and its bounds.
 * @param types The type table in use.
 * @param logger Told what is odd about it.
 * @returns The history, owned by the caller.
 * @throws {HistoryFileError | StateFileError} If its file or its key can't be used.
 */
export async function openOwnHistory(
  settings: HistorySettings,
  types: TlvTypes,
  logger: EventLogger,
): Promise<HistoryStore> {
  const place = historyPlace(settings);
  const limits = historyLimits(settings);
  if (place.kind !== "sqlite") {
    const seriesId = crypto.getRandomValues(new Uint8Array(8));
    return new MemoryHistory({ types, limits, seriesId });
  }
  // Only now: a relay that keeps nothing on disk need not load a database.
  const { SqliteHistory } = await import("../history/sqlite/sqlite_history.ts");
  return await SqliteHistory.open({
    path: place.path,
    keyDirectory: settings.state,
    types,
    limits,
    logger,
  });
}
