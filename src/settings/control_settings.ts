import type { SettingsTable } from "./setting.ts";
import { CONTROL_HOST, CONTROL_PORT } from "./well_known_addresses.ts";

/**
 * The settings of `hushcast control`.
 *
 * Keys and environment variables are those of a server's control port, so that one
 * `HUSHCAST_CONTROL_PORT` serves both ends, and `HUSHCAST_PORT` stays the server's UDP port.
 */
export const CONTROL_SETTINGS = {
  host: {
    key: "control_host",
    flag: "host",
    kind: "host",
    default: CONTROL_HOST,
    help: "Address of the server's control port",
  },
  port: {
    key: "control_port",
    flag: "port",
    kind: "port",
    min: 1,
    default: CONTROL_PORT,
    help: "TCP port of the server's control port",
  },
  tokenFile: {
    key: "control_token_file",
    flag: "token-file",
    kind: "path",
    placeholder: "FILE",
    defaultText: "no token",
    help: "File with the control token",
  },
  ca: {
    key: "control_ca",
    flag: "ca",
    kind: "path",
    placeholder: "FILE",
    defaultText: "no TLS",
    help: "Speak TLS, and trust the certificates (PEM) in this file to vouch for the server",
  },
  json: {
    key: "json",
    kind: "boolean",
    default: false,
    help: "Print replies and log as one JSON object a line",
  },
} as const satisfies SettingsTable;
