import { assertEquals } from "@std/assert";
import { CLIENT_SETTINGS, LISTEN_SETTINGS } from "../../src/settings/client_settings.ts";
import {
  describeAllowed,
  describeDefault,
  placeholderOf,
} from "../../src/settings/describe_setting.ts";
import { RELAY_SETTINGS } from "../../src/settings/relay_settings.ts";
import type { Setting } from "../../src/settings/setting.ts";
import { TOKEN_SETTINGS } from "../../src/settings/token_settings.ts";

const table: { setting: Setting; allowed: string; byDefault: string; placeholder: string }[] = [
  {
    setting: RELAY_SETTINGS.port,
    allowed: "a port from 0 to 65535",
    byDefault: "47700",
    placeholder: "N",
  },
  {
    setting: RELAY_SETTINGS.datagramBudgetBytes,
    allowed: "a whole number of bytes from 576 to 65507",
    byDefault: "1200",
    placeholder: "N",
  },
  {
    setting: CLIENT_SETTINGS.relay,
    allowed: "1 to 16 of HOST[:PORT] with commas between, ports from 1 to 65535, IPv6 in brackets",
    byDefault: "found through the group",
    placeholder: "HOST[:PORT][,...]",
  },
  {
    setting: RELAY_SETTINGS.fragmentTimeoutMs,
    allowed: "seconds from 0.1 to 3600",
    byDefault: "10 s",
    placeholder: "SECONDS",
  },
  {
    setting: RELAY_SETTINGS.rsaBits,
    allowed: "2048, 3072 or 4096",
    byDefault: "2048",
    placeholder: "2048|3072|4096",
  },
  {
    setting: RELAY_SETTINGS.multicast,
    allowed: "true or false",
    byDefault: "true",
    placeholder: "",
  },
  {
    setting: RELAY_SETTINGS.logFile,
    allowed: "a path",
    byDefault: "no file",
    placeholder: "FILE",
  },
  {
    setting: CLIENT_SETTINGS.group,
    allowed: "IP[:PORT] with a port from 1 to 65535, IPv6 in brackets",
    byDefault: "239.255.77.77:47700",
    placeholder: "IP[:PORT]",
  },
  {
    setting: TOKEN_SETTINGS.expiresMs,
    allowed: "a whole number and s, m, h, d or w, such as 12h or 7d, at most 3650d",
    byDefault: "never",
    placeholder: "DURATION",
  },
  {
    setting: LISTEN_SETTINGS.json,
    allowed: "true or false",
    byDefault: "false",
    placeholder: "",
  },
];

for (const { setting, allowed, byDefault, placeholder } of table) {
  Deno.test(`describeAllowed(), describeDefault() and placeholderOf() tell ${setting.key}`, () => {
    assertEquals(describeAllowed(setting), allowed);
    assertEquals(describeDefault(setting), byDefault);
    assertEquals(placeholderOf(setting), placeholder);
  });
}
