import type { PathSetting } from "./setting.ts";

/** The token file of a relay, which `hushcast token` writes. */
export const AUTH_TOKENS_SETTING = {
  key: "auth_tokens",
  kind: "path",
  placeholder: "FILE",
  defaultText: "anyone gets in",
  help: "Token file: only clients with one of its admission tokens get in; read again on change",
} as const satisfies PathSetting;
