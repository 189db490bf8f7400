import { AUTH_TOKENS_SETTING } from "./auth_tokens_setting.ts";
import { CLUSTER_SETTINGS } from "./cluster_settings.ts";
import { CONFIG_SETTING } from "./config_setting.ts";
import { CONTROL_PORT_SETTINGS } from "./control_port_settings.ts";
import { HISTORY_SETTINGS } from "./history_settings.ts";
import { HTTP_SETTINGS } from "./http_settings.ts";
import { LOG_SETTINGS } from "./log_settings.ts";
import { MESSAGE_LIMIT_SETTINGS } from "./message_limit_settings.ts";
import type { SettingsTable } from "./setting.ts";
import { STATE_SETTING } from "./state_setting.ts";
import { RELAY_GROUP, RELAY_PORT } from "./well_known_addresses.ts";

/** UDP payload bytes a datagram may have; the bounds and the default are those of PROTOCOL 1.1. */
export const DATAGRAM_BUDGET_SETTING = {
  key: "datagram_budget",
  kind: "integer",
  min: 576,
  max: 65_507,
  unit: "bytes",
  default: 1200,
  help: "Largest UDP payload that is sent; longer messages are cut into fragments",
} as const;

const NETWORK_SETTINGS = {
  // A group that is no multicast address is found out on joining it, which is a failure (exit code
  // 1) and no wrong usage, so the table takes any text.
  group: {
    key: "group",
    kind: "string",
    default: RELAY_GROUP,
    placeholder: "IP",
    help: "Multicast group in which clients find the relay",
  },
  port: {
    key: "port",
    kind: "port",
    min: 0,
    default: RELAY_PORT,
    help: "UDP port of multicast and unicast alike; 0 picks a free one",
  },
  bind: {
    key: "bind",
    kind: "host",
    default: "0.0.0.0",
    placeholder: "IP",
    help: "Local address of the UDP socket",
  },
  interface: {
    key: "interface",
    kind: "interface",
    defaultText: "the system's choice",
    help: "Address of the network interface on which the group is joined",
  },
  multicast: {
    key: "multicast",
    kind: "boolean",
    default: true,
    help: "Join the group, or serve only clients that know the relay's address",
  },
  groupDelivery: {
    key: "group_delivery",
    kind: "choice",
    choices: ["off", "unicast", "multicast"],
    default: "off",
    help: "Seal each message once for all clients that ask for it, and send it in this way",
  },
  groupDeliveryPort: {
    key: "group_delivery_port",
    kind: "port",
    min: 0,
    default: 0,
    defaultText: "one above the UDP port",
    help: "UDP port of the group to which such messages go by multicast",
  },
  datagramBudgetBytes: DATAGRAM_BUDGET_SETTING,
} as const satisfies SettingsTable;

const LIMIT_SETTINGS = {
  // At most what a u16 of REGISTRATION_ACCEPTED can tell the client (PROTOCOL 1.2).
  clientTimeoutMs: {
    key: "client_timeout",
    kind: "seconds",
    min: 1,
    max: 65_535,
    whole: true,
    default: 60,
    help: "Silence after which a client is removed",
  },
  ...MESSAGE_LIMIT_SETTINGS,
  maxClients: {
    key: "max_clients",
    kind: "integer",
    min: 1,
    max: 1_000_000,
    unit: "clients",
    default: 10_000,
    help: "Clients registered at once; one more is rejected",
  },
  cookieThreshold: {
    key: "cookie_threshold",
    kind: "integer",
    min: 0,
    max: 1_024,
    unit: "registrations",
    default: 64,
    help:
      "Registrations waiting for RSA beyond which newcomers must prove their address; 0 for always",
  },
  rsaBits: {
    key: "rsa_bits",
    kind: "choice",
    choices: [2048, 3072, 4096],
    default: 2048,
    help: "Length of the RSA key that is made at each start",
  },
} as const satisfies SettingsTable;

/** The settings of `hushcast relay`. */
export const RELAY_SETTINGS = {
  ...NETWORK_SETTINGS,
  ...CONTROL_PORT_SETTINGS,
  ...HTTP_SETTINGS,
  state: STATE_SETTING,
  authTokens: AUTH_TOKENS_SETTING,
  ...LIMIT_SETTINGS,
  ...HISTORY_SETTINGS,
  ...CLUSTER_SETTINGS,
  ...LOG_SETTINGS,
  config: CONFIG_SETTING,
  tlvTypes: {
    key: "tlv_types",
    kind: "integers",
    place: "file only",
    min: 0,
    max: 0xffff,
    default: {},
    defaultText: "the numbers of PROTOCOL.md",
    help: "Type numbers by TLV name, for a deployment that grew up with other numbers",
  },
} as const satisfies SettingsTable;
