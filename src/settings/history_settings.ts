import type { SettingsTable } from "./setting.ts";

/** What a relay keeps of what was said, and where. */
export const HISTORY_SETTINGS = {
  history: {
    key: "history",
    kind: "string",
    pattern: /^(?:memory|nats|sqlite:.+)$/,
    expected: "memory, sqlite:PATH or nats",
    placeholder: "WHERE",
    defaultText: "memory, or nats in a cluster",
    help: "Where messages are kept to be sent again: memory, sqlite:PATH, or nats with --cluster",
  },
  historyMessages: {
    key: "history_messages",
    kind: "integer",
    min: 0,
    max: 10_000_000,
    unit: "messages",
    default: 4_096,
    help: "Messages kept to be sent again to reliable clients that missed them",
  },
  historyBytes: {
    key: "history_bytes",
    kind: "integer",
    min: 0,
    max: 1_099_511_627_776,
    unit: "bytes",
    default: 67_108_864,
    help: "Bytes of those messages; the oldest are forgotten first",
  },
  historyAgeMs: {
    key: "history_age",
    kind: "duration",
    defaultText: "any age",
    help: "Age beyond which messages are forgotten",
  },
} as const satisfies SettingsTable;
