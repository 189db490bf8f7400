import { CLIENT_SETTINGS, LISTEN_SETTINGS, SEND_SETTINGS } from "./client_settings.ts";
import { CONTROL_SETTINGS } from "./control_settings.ts";
import { DIRECT_SEND_SETTINGS } from "./direct_send_settings.ts";
import { DIRECT_SETTINGS } from "./direct_settings.ts";
import { IDENTITY_SETTINGS } from "./identity_settings.ts";
import { RELAY_SETTINGS } from "./relay_settings.ts";
import type { SettingsOfTable, SettingsTable } from "./setting.ts";
import { TOKEN_SETTINGS } from "./token_settings.ts";
import { TOP_SETTINGS } from "./top_settings.ts";

/** Every setting of every command; flags, variables, file keys, help and README come from here. */
export const COMMAND_SETTINGS = {
  relay: RELAY_SETTINGS,
  control: CONTROL_SETTINGS,
  top: TOP_SETTINGS,
  chat: CLIENT_SETTINGS,
  send: SEND_SETTINGS,
  listen: LISTEN_SETTINGS,
  token: TOKEN_SETTINGS,
  identity: IDENTITY_SETTINGS,
  direct: DIRECT_SETTINGS,
  "direct-send": DIRECT_SEND_SETTINGS,
  completions: {}, // its script is the same for everyone
} as const satisfies Readonly<Record<string, SettingsTable>>;

/** A command of hushcast, all but `help`. */
export type CommandName = keyof typeof COMMAND_SETTINGS;

/** The resolved settings of a command. */
export type SettingsOf<C extends CommandName> = SettingsOfTable<typeof COMMAND_SETTINGS[C]>;

/** What `hushcast relay` runs by. */
export type RelaySettings = SettingsOf<"relay">;

/** What `hushcast control` runs by. */
export type ControlSettings = SettingsOf<"control">;

/** What `hushcast top` runs by. */
export type TopSettings = SettingsOf<"top">;

/** What `hushcast chat` runs by, and every other client too. */
export type ChatSettings = SettingsOf<"chat">;

/** What `hushcast send` runs by. */
export type SendSettings = SettingsOf<"send">;

/** What `hushcast listen` runs by. */
export type ListenSettings = SettingsOf<"listen">;

/** What `hushcast token` runs by. */
export type TokenSettings = SettingsOf<"token">;

/** What `hushcast identity` runs by. */
export type IdentitySettings = SettingsOf<"identity">;

/** What `hushcast direct` runs by. */
export type DirectSettings = SettingsOf<"direct">;

/** What `hushcast direct-send` runs by. */
export type DirectSendSettings = SettingsOf<"direct-send">;

/**
 * Tells a command from any other word.
 *
 * @param word What stands first on the command line.
 */
export function isCommandName(word: string): word is CommandName {
  return Object.hasOwn(COMMAND_SETTINGS, word);
}
