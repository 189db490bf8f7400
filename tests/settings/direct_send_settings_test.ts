import { assertEquals } from "@std/assert";
import { resolveSettings } from "../../src/settings/resolve_settings.ts";
import { assertSettingsError } from "../support/assert_settings_error.ts";
import { fakeSettingsEnvironment } from "../support/fake_settings_environment.ts";
import { fingerprint } from "../support/fingerprints.ts";

function resolve(flags: Record<string, string>) {
  const environment = fakeSettingsEnvironment();
  return resolveSettings("direct-send", { flags: new Map(Object.entries(flags)), environment });
}

Deno.test("DIRECT_SEND_SETTINGS name no server and no key by default", () => {
  assertEquals(resolve({}), {
    server: undefined,
    serverKey: undefined,
    key: undefined,
    plainRsa: false,
    file: undefined,
    interface: undefined,
    timeoutMs: 10_000,
    maxFragmentBytes: 1194,
    maxTransferBytes: 64 * 1024 ** 2,
    logLevel: "warn",
    logFormat: "text",
  });
});

for (
  const [given, hostname, port] of [
    ["192.0.2.7", "192.0.2.7", 47710],
    ["server.example:5000", "server.example", 5000],
    ["[::1]", "::1", 47710],
  ] as const
) {
  Deno.test(`DIRECT_SEND_SETTINGS read --server ${given}`, () => {
    assertEquals(resolve({ server: given }).server, { hostname, port });
  });
}

Deno.test("DIRECT_SEND_SETTINGS take a fingerprint as --server-key, and nothing else", () => {
  assertEquals(resolve({ "server-key": fingerprint(3) }).serverKey, fingerprint(3));
  for (const value of ["SHA256:abc", fingerprint(3).slice(7), `${fingerprint(3)}=`]) {
    assertSettingsError(() => resolve({ "server-key": value }), "SETTINGS_BAD_VALUE", [
      "--server-key",
      "hushcast direct",
    ]);
  }
});

for (const [size, isGood] of [[63, false], [64, true], [65_501, true], [65_502, false]] as const) {
  Deno.test(`DIRECT_SEND_SETTINGS ${isGood ? "take" : "refuse"} fragments of ${size} bytes`, () => {
    const flags = { "max-fragment-size": `${size}` };
    if (isGood) assertEquals(resolve(flags).maxFragmentBytes, size);
    else assertSettingsError(() => resolve(flags), "SETTINGS_BAD_VALUE", ["--max-fragment-size"]);
  });
}
