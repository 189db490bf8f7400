import type { SettingsTable } from "./setting.ts";

/** How received messages are printed, and how many. */
export const OUTPUT_SETTINGS = {
  json: {
    key: "json",
    kind: "boolean",
    default: false,
    help: "Print one JSON object a line, joins and leaves included",
  },
  count: {
    key: "count",
    kind: "integer",
    min: 1,
    max: Number.MAX_SAFE_INTEGER,
    unit: "messages",
    defaultText: "no end",
    help: "End after so many messages",
  },
} as const satisfies SettingsTable;
