import { DIRECT_FRAGMENT_SETTING, MAX_TRANSFER_SETTING } from "./direct_settings.ts";
import { FILE_SETTING } from "./file_setting.ts";
import { FINGERPRINT_SETTING } from "./fingerprint_setting.ts";
import { LOG_SETTINGS } from "./log_settings.ts";
import type { SettingsTable } from "./setting.ts";
import { DIRECT_PORT } from "./well_known_addresses.ts";

/** The settings of `hushcast direct-send`. */
export const DIRECT_SEND_SETTINGS = {
  // No default: a message must not go to whoever listens where nobody told it to go.
  server: {
    key: "server",
    kind: "endpoint",
    defaultPort: DIRECT_PORT,
    defaultText: "none, it has to be given",
    help: "Address of the direct server",
  },
  serverKey: {
    ...FINGERPRINT_SETTING,
    key: "server_key",
    expected: "SHA256: and 43 characters of base64, as hushcast direct prints it",
    defaultText: "any key",
    help: "Fingerprint that the server's RSA key must have",
  },
  key: {
    key: "key",
    kind: "path",
    placeholder: "FILE",
    defaultText: "a new key each time, and no signature",
    help: "This sender's RSA key as PEM, which signs its messages; made when missing",
  },
  plainRsa: {
    key: "plain_rsa",
    kind: "boolean",
    default: false,
    help: "Send RSA blocks alone, for a server that knows no hybrid messages",
  },
  file: FILE_SETTING,
  interface: {
    key: "interface",
    kind: "interface",
    defaultText: "the system's choice",
    help: "Address of the network interface from which datagrams are sent",
  },
  timeoutMs: {
    key: "timeout",
    kind: "seconds",
    min: 0.1,
    max: 3600,
    default: 10,
    help: "Longest wait for the server's answer",
  },
  maxFragmentBytes: {
    ...DIRECT_FRAGMENT_SETTING,
    default: 1194,
    help: "Payload of each fragment of a message; a datagram has 6 bytes more",
  },
  maxTransferBytes: {
    ...MAX_TRANSFER_SETTING,
    help: "Largest message that is sent",
  },
  logLevel: { ...LOG_SETTINGS.logLevel, default: "warn" },
  logFormat: LOG_SETTINGS.logFormat,
} as const satisfies SettingsTable;
