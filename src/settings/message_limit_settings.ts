import type { SettingsTable } from "./setting.ts";

/** Limits of messages, which servers and clients keep alike (PROTOCOL 1.5, 1.6, 2.3). */
export const MESSAGE_LIMIT_SETTINGS = {
  fragmentTimeoutMs: {
    key: "fragment_timeout",
    kind: "seconds",
    min: 0.1,
    max: 3600,
    default: 10,
    help: "Time after its last new fragment in which an unfinished message is kept",
  },
  maxMessageAgeMs: {
    key: "max_message_age",
    kind: "seconds",
    min: 0,
    max: 86_400,
    whole: true,
    default: 60,
    help: "Age past which a message is dropped as stale; 0 turns the check off",
  },
  maxMessageBytes: {
    key: "max_message",
    kind: "integer",
    min: 1,
    max: 64 * 1024 ** 2,
    unit: "bytes",
    default: 1024 ** 2,
    help: "Largest message that is sent or put together from fragments",
  },
} as const satisfies SettingsTable;
