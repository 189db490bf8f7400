import { CLIENT_SORT_KEYS } from "../watch/client_order.ts";
import { CONTROL_SETTINGS } from "./control_settings.ts";
import type { SettingsTable } from "./setting.ts";

/** The settings of `hushcast top`: where the server is, as for `hushcast control`, and the view. */
export const TOP_SETTINGS = {
  host: CONTROL_SETTINGS.host,
  port: CONTROL_SETTINGS.port,
  tokenFile: CONTROL_SETTINGS.tokenFile,
  ca: CONTROL_SETTINGS.ca,
  intervalMs: {
    key: "interval",
    kind: "seconds",
    min: 0.2,
    max: 60,
    default: 1,
    help: "Time between two looks at the server, which rates are worked out over",
  },
  sort: {
    key: "sort",
    kind: "choice",
    choices: CLIENT_SORT_KEYS,
    default: "messages-in",
    help: "What clients are sorted by; names from A, rates and idle times from the largest",
  },
  isReversed: {
    key: "reverse",
    kind: "boolean",
    default: false,
    help: "Sort the other way round",
  },
  filter: {
    key: "filter",
    kind: "string",
    placeholder: "TEXT",
    defaultText: "all clients",
    help: "Show only clients that have this text in their id, address, session, key or token",
  },
  isOnce: {
    key: "once",
    kind: "boolean",
    default: false,
    help: "Print two looks as plain text and end, as without a terminal",
  },
  json: {
    ...CONTROL_SETTINGS.json,
    help: "As --once, but print one JSON object",
  },
} as const satisfies SettingsTable;
