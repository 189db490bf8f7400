import { assertEquals, assertFalse, assertThrows } from "@std/assert";
import { resolveSettings, resolveTable } from "../../src/settings/resolve_settings.ts";
import type { SettingsTable } from "../../src/settings/setting.ts";
import { SettingsError, type SettingsErrorCode } from "../../src/settings/settings_error.ts";
import { assertSettingsError } from "../support/assert_settings_error.ts";
import type { FakeEnvironmentContents } from "../support/fake_settings_environment.ts";
import { settingsSources, withConfigFile } from "../support/settings_sources.ts";

const blamed: {
  flags?: Record<string, string>;
  contents?: FakeEnvironmentContents;
  message: string;
  code?: SettingsErrorCode;
}[] = [
  {
    flags: { "client-timeout": "0" },
    message: 'Cannot use "0" for --client-timeout: expected whole seconds from 1 to 65535',
  },
  {
    contents: { variables: { HOME: "/h", HUSHCAST_CLIENT_TIMEOUT: "soon" } },
    message:
      'Cannot use "soon" for HUSHCAST_CLIENT_TIMEOUT: expected whole seconds from 1 to 65535',
  },
  {
    contents: withConfigFile({ client_timeout: 0 }),
    message:
      "Cannot use 0 for client_timeout in relay.json: expected whole seconds from 1 to 65535",
  },
  {
    contents: withConfigFile({ client_timeout: "30" }),
    message:
      'Cannot use "30" for client_timeout in relay.json: expected whole seconds from 1 to 65535',
  },
  {
    contents: withConfigFile({ tlv_types: { MESSAGE: 65536 } }),
    message: "Cannot use an object for tlv_types in relay.json: " +
      "expected a JSON object of whole numbers from 0 to 65535",
  },
  {
    contents: withConfigFile({ multicast: [] }),
    message: "Cannot use a list for multicast in relay.json: expected true or false",
  },
  {
    contents: { variables: {} },
    code: "SETTINGS_NO_DEFAULT",
    message: "Cannot find a default for --state: no home directory is set",
  },
];

for (const { flags = {}, contents = {}, message, code = "SETTINGS_BAD_VALUE" } of blamed) {
  Deno.test(`resolveSettings() says: ${message}`, () => {
    const error = assertThrows(
      () => resolveSettings("relay", settingsSources(flags, contents)),
      SettingsError,
    );
    assertEquals(error.message, message);
    assertEquals(error.code, code);
  });
}

Deno.test("resolveSettings() refuses a file that is nested past all measure", () => {
  const depth = 100_000;
  const files = { "relay.json": `{"port": ${"[".repeat(depth)}${"]".repeat(depth)}}` };
  assertSettingsError(
    () => resolveSettings("relay", settingsSources({ config: "relay.json" }, { files })),
    "SETTINGS_BAD_VALUE",
    ["a list for port in relay.json"],
  );
});

Deno.test("resolveTable() keeps a secret out of the message", () => {
  const table: SettingsTable = {
    pin: {
      key: "pin",
      kind: "string",
      pattern: /^\d+$/,
      expected: "digits",
      secret: true,
      help: "",
    },
  };
  const error = assertThrows(
    () => resolveTable(table, settingsSources({ pin: "hunter2" })),
    SettingsError,
  );
  assertEquals(error.message, "Cannot use the value for --pin: expected digits");
  assertFalse(error.message.includes("hunter2"));
});

for (const key of ["token", "join"]) {
  for (
    const { name, given } of [
      { name: `--${key}`, given: settingsSources({ [key]: "s3cret\n" }) },
      {
        name: `HUSHCAST_${key.toUpperCase()}`,
        given: settingsSources({}, {
          variables: { HOME: "/h", [`HUSHCAST_${key.toUpperCase()}`]: "s3cret\x1b" },
        }),
      },
    ]
  ) {
    Deno.test(`resolveSettings() keeps the value of ${name} out of the message`, () => {
      const error = assertThrows(() => resolveSettings("listen", given), SettingsError);
      assertEquals(error.message.includes(name), true, error.message);
      assertFalse(error.message.includes("s3cret"));
    });
  }
}

for (
  const { name, flags, contents, shown } of [
    { name: "flag", flags: { relay: "h:1,h:x" }, contents: {}, shown: '"h:x" for --relay' },
    {
      name: "variable",
      flags: {},
      contents: { variables: { HUSHCAST_RELAY: "h:0,i" } },
      shown: '"h:0" for HUSHCAST_RELAY',
    },
  ]
) {
  Deno.test(`resolveSettings() names the malformed part of a list that came by ${name}`, () => {
    const resolve = () => resolveSettings("listen", settingsSources(flags, contents));
    assertSettingsError(resolve, "SETTINGS_BAD_VALUE", [shown]);
  });
}

Deno.test("resolveTable() takes a list from a file, and names a malformed part of it", () => {
  const table = {
    config: { key: "config", kind: "path", help: "File" },
    relay: { key: "relay", kind: "endpoints", defaultPort: 5, max: 2, help: "Relays" },
  } as const satisfies SettingsTable;
  const { relay } = resolveTable(
    table,
    settingsSources({}, withConfigFile({ relay: ["h", "i:6"] })),
  );
  assertEquals(relay, [{ hostname: "h", port: 5 }, { hostname: "i", port: 6 }]);
  const resolve = () =>
    resolveTable(table, settingsSources({}, withConfigFile({ relay: ["h", "i:x"] })));
  assertSettingsError(resolve, "SETTINGS_BAD_VALUE", ['"i:x" for relay in relay.json']);
});
