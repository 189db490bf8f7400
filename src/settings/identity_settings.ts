import type { SettingsTable } from "./setting.ts";
import { STATE_SETTING } from "./state_setting.ts";

/** The settings of `hushcast identity`. */
export const IDENTITY_SETTINGS = {
  state: STATE_SETTING,
  json: {
    key: "json",
    kind: "boolean",
    default: false,
    help: "Print a JSON object in place of the bare fingerprint",
  },
} as const satisfies SettingsTable;
