import { assertEquals } from "@std/assert";
import { resolveSettings } from "../../src/settings/resolve_settings.ts";
import { assertSettingsError } from "../support/assert_settings_error.ts";
import { fakeSettingsEnvironment } from "../support/fake_settings_environment.ts";

function resolve(flags: Record<string, string>, variables: Record<string, string> = {}) {
  const environment = fakeSettingsEnvironment({ variables });
  return resolveSettings("direct", { flags: new Map(Object.entries(flags)), environment });
}

Deno.test("DIRECT_SETTINGS keep nothing on disk and leave the control port open by default", () => {
  assertEquals(resolve({}), {
    bind: "0.0.0.0",
    port: 47710,
    maxFragmentBytes: 490,
    rsaBits: 4096,
    state: undefined,
    clientTimeoutMs: 3_600_000,
    maxClients: 10_000,
    fragmentTimeoutMs: 10_000,
    maxMessageAgeMs: 60_000,
    maxMessageBytes: 1024 ** 2,
    maxTransferBytes: 64 * 1024 ** 2,
    controlHost: "127.0.0.1",
    controlPort: undefined,
    controlTokenFile: undefined,
    controlCert: undefined,
    controlKey: undefined,
    http: undefined,
    httpNames: undefined,
    json: false,
    count: undefined,
    logLevel: "info",
    logFormat: "text",
    logFile: undefined,
    logFileMaxBytes: 10_485_760,
    logFileBackups: 5,
    config: undefined,
  });
});

Deno.test("DIRECT_SETTINGS take the state directory from its variable", () => {
  assertEquals(resolve({}, { HUSHCAST_STATE: "/var/lib/x" }).state, "/var/lib/x");
});

const bounds: { flag: string; good: string[]; bad: string[] }[] = [
  { flag: "rsa-bits", good: ["2048", "3072", "4096"], bad: ["1024", "8192"] },
  { flag: "client-timeout", good: ["1", "31536000"], bad: ["0", "31536001", "1.5"] },
  { flag: "max-fragment-size", good: ["64", "65501"], bad: ["63", "65502"] },
  { flag: "max-transfer", good: ["1", "1073741824"], bad: ["0", "1073741825", "64MiB"] },
  { flag: "max-clients", good: ["1", "1000000"], bad: ["0", "1000001"] },
  { flag: "control-port", good: ["0", "65535"], bad: ["-1", "65536"] },
  { flag: "count", good: ["1"], bad: ["0"] },
];

for (const { flag, good, bad } of bounds) {
  Deno.test(`DIRECT_SETTINGS take --${flag} ${good.join(", ")} and not ${bad.join(", ")}`, () => {
    for (const value of good) resolve({ [flag]: value });
    for (const value of bad) {
      assertSettingsError(() => resolve({ [flag]: value }), "SETTINGS_BAD_VALUE", [
        `--${flag}`,
        value,
      ]);
    }
  });
}
