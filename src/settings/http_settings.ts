import type { SettingsTable } from "./setting.ts";
import { HTTP_PORT } from "./well_known_addresses.ts";

/** Where a relay or a direct server shows its dashboard and its metrics. */
export const HTTP_SETTINGS = {
  http: {
    key: "http",
    kind: "endpoint",
    defaultPort: HTTP_PORT,
    minPort: 0,
    defaultText: "none",
    help:
      "Where to serve dashboard and metrics by HTTP; outside this machine it needs a control token",
  },
  httpNames: {
    key: "http_names",
    kind: "string",
    pattern: /^[\w.-]+(?:,[\w.-]+)*$/,
    expected: "host names with commas between them",
    placeholder: "NAMES",
    defaultText: "addresses only",
    help: "Host names by which browsers may ask for it, beside IP addresses and localhost",
  },
} as const satisfies SettingsTable;
