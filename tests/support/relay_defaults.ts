import type { HistoryLimits } from "../../src/history/history.ts";
import { MemoryHistory } from "../../src/history/memory_history.ts";
import type { RelayOptions } from "../../src/relay/relay_options.ts";
import { DEFAULT_TLV_TYPES } from "../../src/wire/tlv_types.ts";

/** Everything that a relay core is told, but for its randomness: the defaults of the settings. */
export const RELAY_DEFAULTS: Omit<RelayOptions, "randomBytes"> = {
  types: DEFAULT_TLV_TYPES,
  clientTimeoutMs: 60_000,
  fragmentTimeoutMs: 10_000,
  maxMessageAgeSeconds: 60,
  maxMessageBytes: 1024 * 1024,
  maxClients: 10_000,
  budgetBytes: 1_200,
  rsaConcurrency: 1,
  cookieThreshold: 64,
  authTokens: undefined,
  bans: [],
  groupDelivery: { mode: "off" },
};

/** The bounds of a history: the defaults of the settings. */
export const HISTORY_DEFAULTS: HistoryLimits = {
  maxMessages: 4_096,
  maxBytes: 64 * 1024 * 1024,
  maxAgeMs: undefined,
};

/**
 * A history in memory.
 *
 * @param limits What differs from the defaults.
 * @param seriesId 8 bytes.
 */
export function memoryHistory(
  limits: Partial<HistoryLimits> = {},
  seriesId: Uint8Array = new Uint8Array(8).fill(0x5e),
): MemoryHistory {
  const types = DEFAULT_TLV_TYPES;
  return new MemoryHistory({ types, limits: { ...HISTORY_DEFAULTS, ...limits }, seriesId });
}
