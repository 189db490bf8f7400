import type { PathSetting } from "./setting.ts";

/** The file that a server's other settings may stand in. */
export const CONFIG_SETTING = {
  key: "config",
  kind: "path",
  place: "not in file",
  placeholder: "FILE",
  defaultText: "no file",
  help: "Configuration file: a JSON object of settings by their keys",
} as const satisfies PathSetting;
