import type { PathSetting } from "./setting.ts";

/** The file that a command sends in place of TEXT or lines. */
export const FILE_SETTING = {
  key: "file",
  kind: "path",
  placeholder: "FILE",
  defaultText: "TEXT, or standard input",
  help: "File that is sent as one message",
} as const satisfies PathSetting;
