import { resolveSettings } from "../../src/settings/resolve_settings.ts";
import { assertSettingsError } from "../support/assert_settings_error.ts";
import { settingsSources } from "../support/settings_sources.ts";

const bounds: { flag: string; good: string[]; bad: string[] }[] = [
  { flag: "port", good: ["0", "65535"], bad: ["-1", "65536"] },
  { flag: "control-port", good: ["0", "65535"], bad: ["-1", "65536"] },
  { flag: "client-timeout", good: ["1", "65535"], bad: ["0", "65536", "1.5"] },
  { flag: "fragment-timeout", good: ["0.1", "3600"], bad: ["0.09", "3600.1"] },
  { flag: "max-message-age", good: ["0", "86400"], bad: ["-1", "86401", "0.5"] },
  { flag: "max-message", good: ["1", "67108864"], bad: ["0", "67108865"] },
  { flag: "max-clients", good: ["1", "1000000"], bad: ["0", "1000001"] },
  { flag: "rsa-bits", good: ["2048", "3072", "4096"], bad: ["1024", "8192"] },
  { flag: "datagram-budget", good: ["576", "65507"], bad: ["575", "65508"] },
  { flag: "log-level", good: ["debug", "critical"], bad: ["trace", "INFO"] },
  { flag: "log-format", good: ["text", "json"], bad: ["xml"] },
  { flag: "log-file-max-bytes", good: ["1024", "1099511627776"], bad: ["1023", "1099511627777"] },
  { flag: "log-file-backups", good: ["1", "100"], bad: ["0", "101"] },
  { flag: "group", good: ["239.1.2.3", "not an address"], bad: ["a\nb"] },
];

for (const { flag, good, bad } of bounds) {
  Deno.test(`resolveSettings() keeps the bounds of --${flag}`, () => {
    for (const value of good) resolveSettings("relay", settingsSources({ [flag]: value }));
    for (const value of bad) {
      assertSettingsError(
        () => resolveSettings("relay", settingsSources({ [flag]: value })),
        "SETTINGS_BAD_VALUE",
        [`--${flag}`, "expected"],
      );
    }
  });
}

const clientBounds: { flag: string; good: string[]; bad: string[] }[] = [
  { flag: "relay", good: ["h", "h:1", "[::1]:5"], bad: ["h:0", "h:65536", ":5"] },
  { flag: "group", good: ["239.1.2.3", "[ff15::1]:5"], bad: ["239.1.2.3:0"] },
  { flag: "name", good: ["a", "ä".repeat(32)], bad: ["a\x1b[2J", "ä".repeat(33)] },
  {
    flag: "identity",
    good: [`SHA256:${"A".repeat(43)}`],
    bad: [`SHA256:${"A".repeat(42)}`, `SHA256:${"A".repeat(43)}=`, `MD5:${"A".repeat(43)}`],
  },
  { flag: "timeout", good: ["0.1", "3600"], bad: ["0", "3601"] },
  { flag: "count", good: ["1", "9007199254740991"], bad: ["0", "9007199254740992", "1.5"] },
];

for (const { flag, good, bad } of clientBounds) {
  Deno.test(`resolveSettings() keeps the bounds of listen --${flag}`, () => {
    for (const value of good) resolveSettings("listen", settingsSources({ [flag]: value }));
    for (const value of bad) {
      assertSettingsError(
        () => resolveSettings("listen", settingsSources({ [flag]: value })),
        "SETTINGS_BAD_VALUE",
        [`--${flag}`, "expected"],
      );
    }
  });
}
