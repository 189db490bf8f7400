import { AUTH_TOKENS_SETTING } from "./auth_tokens_setting.ts";
import type { SettingsTable } from "./setting.ts";
import { STATE_SETTING } from "./state_setting.ts";
import { RELAY_PORT } from "./well_known_addresses.ts";

/** Name of the token file within the state directory, where no other place is given. */
export const AUTH_TOKENS_FILE = "auth_tokens.json";

/** The settings of `hushcast token`. */
export const TOKEN_SETTINGS = {
  authTokens: {
    ...AUTH_TOKENS_SETTING,
    defaultText: `${AUTH_TOKENS_FILE} in the state directory`,
    help: "Token file, which the relay reads by the same option; made when missing",
  },
  expiresMs: {
    key: "expires",
    kind: "duration",
    defaultText: "never",
    help: "With add: time after which the token no longer counts",
  },
  invite: {
    key: "invite",
    kind: "endpoint",
    defaultPort: RELAY_PORT,
    defaultText: "the bare token",
    help: "With add: print an invitation to the relay at this address",
  },
  state: {
    ...STATE_SETTING,
    help: "Directory of the relay's identity key, and of the token file by default",
  },
  json: {
    key: "json",
    kind: "boolean",
    default: false,
    help: "With list: print one JSON object a line",
  },
} as const satisfies SettingsTable;
