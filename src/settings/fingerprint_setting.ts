import type { StringSetting } from "./setting.ts";

/** What all fingerprints of keys have in common (PROTOCOL 1.3). */
export const FINGERPRINT_SETTING = {
  kind: "string",
  pattern: /^SHA256:[A-Za-z0-9+/]{43}$/,
  placeholder: "SHA256:...",
} as const satisfies Partial<StringSetting>;
