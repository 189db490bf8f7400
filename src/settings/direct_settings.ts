import { CONFIG_SETTING } from "./config_setting.ts";
import { CONTROL_PORT_SETTINGS } from "./control_port_settings.ts";
import { HTTP_SETTINGS } from "./http_settings.ts";
import { LOG_SETTINGS } from "./log_settings.ts";
import { MESSAGE_LIMIT_SETTINGS } from "./message_limit_settings.ts";
import { OUTPUT_SETTINGS } from "./output_settings.ts";
import type { IntegerSetting, SettingsTable } from "./setting.ts";
import { CONTROL_PORT, DIRECT_PORT } from "./well_known_addresses.ts";

/** What the fragments of both ends have in common: their header takes 6 bytes (PROTOCOL 2.1). */
export const DIRECT_FRAGMENT_SETTING = {
  key: "max_fragment_size",
  kind: "integer",
  min: 64,
  max: 65_501,
  unit: "bytes",
} as const satisfies Partial<IntegerSetting>;

/** The bounds of a message that goes as several hybrid messages; both ends hold it whole. */
export const MAX_TRANSFER_SETTING = {
  key: "max_transfer",
  kind: "integer",
  min: 1,
  max: 1024 ** 3,
  unit: "bytes",
  default: 64 * 1024 ** 2,
} as const satisfies Partial<IntegerSetting>;

const NETWORK_SETTINGS = {
  bind: {
    key: "bind",
    kind: "host",
    default: "0.0.0.0",
    placeholder: "IP",
    help: "Local address of the UDP socket",
  },
  port: {
    key: "port",
    kind: "port",
    min: 0,
    default: DIRECT_PORT,
    help: "UDP port; 0 picks a free one",
  },
  maxFragmentBytes: {
    ...DIRECT_FRAGMENT_SETTING,
    default: 490,
    help: "Payload of each fragment of an answer that is longer than 1,200 bytes",
  },
} as const satisfies SettingsTable;

const KEY_SETTINGS = {
  rsaBits: {
    key: "rsa_bits",
    kind: "choice",
    choices: [2048, 3072, 4096],
    default: 4096,
    help: "Length of the RSA key, where one is made",
  },
  // Not the state directory of the platform: what is kept there would outlive a run unasked.
  state: {
    key: "state",
    kind: "path",
    directory: true,
    placeholder: "DIR",
    defaultText: "nothing is kept",
    help: "Directory in which the RSA key and the clients' keys are kept",
  },
  clientTimeoutMs: {
    key: "client_timeout",
    kind: "seconds",
    min: 1,
    max: 31_536_000,
    whole: true,
    default: 3600,
    help: "Silence after which a client's key is dropped",
  },
  maxClients: {
    key: "max_clients",
    kind: "integer",
    min: 1,
    max: 1_000_000,
    unit: "clients",
    default: 10_000,
    help: "Client keys kept at once; for one more, that of the longest silence is dropped",
  },
} as const satisfies SettingsTable;

/** The settings of `hushcast direct`. */
export const DIRECT_SETTINGS = {
  ...NETWORK_SETTINGS,
  ...KEY_SETTINGS,
  ...MESSAGE_LIMIT_SETTINGS,
  maxTransferBytes: {
    ...MAX_TRANSFER_SETTING,
    help: "Largest message that is put together from several hybrid messages",
  },
  ...CONTROL_PORT_SETTINGS,
  ...HTTP_SETTINGS,
  // Without a default, so that a relay and a direct server run side by side as they are, and yet a
  // port that was asked for is never exchanged for another one.
  controlPort: {
    key: "control_port",
    kind: "port",
    min: 0,
    defaultText: `${CONTROL_PORT}, or a free one when that is taken`,
    help: "TCP port of the control port; 0 picks a free one",
  },
  ...OUTPUT_SETTINGS,
  ...LOG_SETTINGS,
  config: CONFIG_SETTING,
} as const satisfies SettingsTable;
