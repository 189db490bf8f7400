import { ACCESS_SETTINGS } from "./access_settings.ts";
import { FILE_SETTING } from "./file_setting.ts";
import { FINGERPRINT_SETTING } from "./fingerprint_setting.ts";
import { LOG_SETTINGS } from "./log_settings.ts";
import { MESSAGE_LIMIT_SETTINGS } from "./message_limit_settings.ts";
import { OUTPUT_SETTINGS } from "./output_settings.ts";
import { DATAGRAM_BUDGET_SETTING } from "./relay_settings.ts";
import type { SettingsTable } from "./setting.ts";
import { STATE_SETTING } from "./state_setting.ts";
import { MAX_RELAYS, RELAY_GROUP, RELAY_PORT } from "./well_known_addresses.ts";

/** What `chat`, `send` and `listen` have in common; `chat` has nothing more. */
export const CLIENT_SETTINGS = {
  relay: {
    key: "relay",
    kind: "endpoints",
    defaultPort: RELAY_PORT,
    max: MAX_RELAYS,
    defaultText: "found through the group",
    help: "Address of the relay, or several of a cluster to fail over; then no group is asked",
  },
  group: {
    key: "group",
    kind: "endpoint",
    defaultPort: RELAY_PORT,
    default: { hostname: RELAY_GROUP, port: RELAY_PORT },
    placeholder: "IP[:PORT]",
    help: "Multicast group in which a relay is looked for",
  },
  interface: {
    key: "interface",
    kind: "interface",
    defaultText: "the system's choice",
    help: "Address of the network interface by which datagrams leave, and multicast comes in",
  },
  name: {
    key: "name",
    kind: "client name",
    defaultText: "known by ip:port",
    help: "Name under which the other clients see this one",
  },
  identity: {
    ...FINGERPRINT_SETTING,
    key: "identity",
    pattern: /^SHA256:[A-Za-z0-9+/]{43}(,SHA256:[A-Za-z0-9+/]{43}){0,31}$/,
    expected: "SHA256: and 43 characters of base64, as hushcast identity prints it; or several " +
      "with commas between",
    placeholder: "SHA256:...[,...]",
    defaultText: "the identity seen first",
    help: "Fingerprint that any relay must have, or several of which it must have one",
  },
  ...ACCESS_SETTINGS,
  state: STATE_SETTING,
  timeoutMs: {
    key: "timeout",
    kind: "seconds",
    min: 0.1,
    max: 3600,
    default: 10,
    help: "Longest wait for the relay's answer",
  },
  reliable: {
    key: "reliable",
    kind: "boolean",
    default: false,
    help: "Send again what is lost, and take the messages of others in order and each once",
  },
  groupDelivery: {
    // Another key than that of the relay's setting, which is of another kind.
    key: "group_messages",
    flag: "group-delivery",
    kind: "boolean",
    default: false,
    help: "Take messages sealed once for all; every client that does could forge those of others",
  },
  datagramBudgetBytes: DATAGRAM_BUDGET_SETTING,
  ...MESSAGE_LIMIT_SETTINGS,
  logLevel: { ...LOG_SETTINGS.logLevel, default: "warn" },
  logFormat: LOG_SETTINGS.logFormat,
} as const satisfies SettingsTable;

/** The settings of `hushcast send`. */
export const SEND_SETTINGS = {
  ...CLIENT_SETTINGS,
  file: FILE_SETTING,
} as const satisfies SettingsTable;

/** The settings of `hushcast listen`. */
export const LISTEN_SETTINGS = {
  ...CLIENT_SETTINGS,
  ...OUTPUT_SETTINGS,
  replay: {
    key: "replay",
    kind: "integer",
    min: 1,
    max: Number.MAX_SAFE_INTEGER,
    unit: "messages",
    defaultText: "none",
    help: "Print first the last so many messages that the relay holds; implies --reliable",
  },
  since: {
    key: "since",
    kind: "duration",
    defaultText: "none",
    help: "Print first what was said so long before, as far as it is held; implies --reliable",
  },
} as const satisfies SettingsTable;
