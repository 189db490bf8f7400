import type { PathSetting } from "./setting.ts";

/** The directory of what outlives a run: the identity key and the known relays. */
export const STATE_SETTING = {
  key: "state",
  kind: "path",
  directory: true,
  defaultFrom: "state directory",
  defaultText: "$XDG_STATE_HOME/hushcast, or the platform's equal",
  placeholder: "DIR",
  help: "Directory of the identity key and the known relays",
} as const satisfies PathSetting;
