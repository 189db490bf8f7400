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
  historyMessages: 4_096,
  historyBytes: 64 * 1024 * 1024,
  rsaConcurrency: 1,
  cookieThreshold: 64,
  authTokens: undefined,
  bans: [],
  groupDelivery: { mode: "off" },
};
