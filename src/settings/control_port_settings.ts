import type { SettingsTable } from "./setting.ts";
import { CONTROL_HOST, CONTROL_PORT } from "./well_known_addresses.ts";

/** Where a relay or a direct server listens for its operators, and what these have to show. */
export const CONTROL_PORT_SETTINGS = {
  controlHost: {
    key: "control_host",
    kind: "host",
    default: CONTROL_HOST,
    help: "Address of the control port; one outside this machine needs a control token",
  },
  controlPort: {
    key: "control_port",
    kind: "port",
    min: 0,
    default: CONTROL_PORT,
    help: "TCP port of the control port; 0 picks a free one",
  },
  controlTokenFile: {
    key: "control_token_file",
    kind: "path",
    placeholder: "FILE",
    defaultText: "no token",
    help: "File with the token that operators must give first",
  },
  controlCert: {
    key: "control_cert",
    kind: "path",
    placeholder: "FILE",
    defaultText: "no TLS",
    help: "Certificate (PEM) with which the control port speaks TLS",
  },
  controlKey: {
    key: "control_key",
    kind: "path",
    placeholder: "FILE",
    defaultText: "no TLS",
    help: "Private key (PEM) of that certificate",
  },
} as const satisfies SettingsTable;
