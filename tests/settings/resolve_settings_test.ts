import { assertEquals, assertFalse, assertThrows } from "@std/assert";
import type { FlagValues } from "../../src/settings/command_line.ts";
import { resolveSettings, resolveTable } from "../../src/settings/resolve_settings.ts";
import type { SettingsTable } from "../../src/settings/setting.ts";
import { SettingsError, type SettingsErrorCode } from "../../src/settings/settings_error.ts";
import { assertSettingsError } from "../support/assert_settings_error.ts";
import {
  type FakeEnvironmentContents,
  fakeSettingsEnvironment,
} from "../support/fake_settings_environment.ts";

function sources(flags: Record<string, string | boolean>, contents: FakeEnvironmentContents = {}) {
  const values: FlagValues = new Map(Object.entries(flags));
  return { flags: values, environment: fakeSettingsEnvironment(contents) };
}

/** A configuration file `relay.json`, and the environment that it is found in. */
function withFile(json: unknown, variables: Record<string, string> = {}): FakeEnvironmentContents {
  const files = { "relay.json": JSON.stringify(json) };
  return { files, variables: { HOME: "/home/ada", HUSHCAST_CONFIG: "relay.json", ...variables } };
}

Deno.test("resolveSettings() gives relay its defaults, seconds as milliseconds", () => {
  assertEquals(resolveSettings("relay", sources({})), {
    group: "239.255.77.77",
    port: 47700,
    bind: "0.0.0.0",
    interface: undefined,
    multicast: true,
    groupDelivery: "off",
    groupDeliveryPort: 0,
    datagramBudgetBytes: 1200,
    controlHost: "127.0.0.1",
    controlPort: 47701,
    controlTokenFile: undefined,
    controlCert: undefined,
    controlKey: undefined,
    http: undefined,
    httpNames: undefined,
    state: "/home/ada/.local/state/hushcast",
    authTokens: undefined,
    clientTimeoutMs: 60_000,
    fragmentTimeoutMs: 10_000,
    maxMessageAgeMs: 60_000,
    maxMessageBytes: 1_048_576,
    maxClients: 10_000,
    cookieThreshold: 64,
    rsaBits: 2048,
    history: undefined,
    historyMessages: 4_096,
    historyBytes: 67_108_864,
    historyAgeMs: undefined,
    cluster: undefined,
    clusterName: "hushcast",
    clusterKeyFile: undefined,
    clusterCredentials: undefined,
    clusterCa: undefined,
    clusterReplicas: 1,
    clusterRelay: undefined,
    logLevel: "info",
    logFormat: "text",
    logFile: undefined,
    logFileMaxBytes: 10_485_760,
    logFileBackups: 5,
    config: undefined,
    tlvTypes: {},
  });
});

Deno.test("resolveSettings() gives the clients a group to ask and a quiet log", () => {
  const { group, relay, timeoutMs, logLevel } = resolveSettings("chat", sources({}));
  assertEquals(group, { hostname: "239.255.77.77", port: 47700 });
  assertEquals([relay, timeoutMs, logLevel], [undefined, 10_000, "warn"]);
});

Deno.test("resolveSettings() gives control the relay's control port", () => {
  assertEquals(resolveSettings("control", sources({})), {
    host: "127.0.0.1",
    port: 47701,
    tokenFile: undefined,
    ca: undefined,
    json: false,
  });
});

const precedence: {
  name: string;
  flags: Record<string, string | boolean>;
  contents: FakeEnvironmentContents;
  port: number;
  multicast: boolean;
}[] = [
  {
    name: "a flag above all",
    flags: { port: "1", multicast: true },
    contents: withFile({ port: 3, multicast: false }, {
      HUSHCAST_PORT: "2",
      HUSHCAST_MULTICAST: "off",
    }),
    port: 1,
    multicast: true,
  },
  {
    name: "a variable above the file",
    flags: {},
    contents: withFile({ port: 3, multicast: true }, {
      HUSHCAST_PORT: "2",
      HUSHCAST_MULTICAST: "off",
    }),
    port: 2,
    multicast: false,
  },
  {
    name: "the file above the default",
    flags: {},
    contents: withFile({ port: 3, multicast: false }),
    port: 3,
    multicast: false,
  },
  {
    name: "an empty variable as none",
    flags: {},
    contents: { variables: { HOME: "/h", HUSHCAST_PORT: "", HUSHCAST_MULTICAST: "" } },
    port: 47700,
    multicast: true,
  },
  {
    name: "unknown variables as none",
    flags: {},
    contents: { variables: { HOME: "/h", HUSHCAST_FOO: "1", PORT: "80" } },
    port: 47700,
    multicast: true,
  },
];

for (const { name, flags, contents, port, multicast } of precedence) {
  Deno.test(`resolveSettings() takes ${name}`, () => {
    const settings = resolveSettings("relay", sources(flags, contents));
    assertEquals([settings.port, settings.multicast], [port, multicast]);
  });
}

Deno.test("resolveSettings() takes --config above HUSHCAST_CONFIG", () => {
  const files = { "a.json": '{"port": 1}', "b.json": '{"port": 2}' };
  const contents = { files, variables: { HOME: "/h", HUSHCAST_CONFIG: "a.json" } };
  assertEquals(resolveSettings("relay", sources({ config: "b.json" }, contents)).port, 2);
});

Deno.test("resolveSettings() does not let control take the relay's UDP port for its own", () => {
  const variables = { HUSHCAST_PORT: "5000", HUSHCAST_CONTROL_PORT: "5001" };
  assertEquals(resolveSettings("control", sources({}, { variables })).port, 5001);
});

Deno.test("resolveSettings() takes tlv_types from the file alone", () => {
  const contents = withFile({ tlv_types: { MESSAGE: 4660 } }, { HUSHCAST_TLV_TYPES: "{}" });
  assertEquals(resolveSettings("relay", sources({}, contents)).tlvTypes, { MESSAGE: 4660 });
});

Deno.test("resolveSettings() reads no file unless it is told to", () => {
  const environment = fakeSettingsEnvironment();
  const readTextFile = () => {
    throw new TypeError("must not be read");
  };
  resolveSettings("relay", { flags: new Map(), environment: { ...environment, readTextFile } });
});

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
    for (const value of good) resolveSettings("relay", sources({ [flag]: value }));
    for (const value of bad) {
      assertSettingsError(
        () => resolveSettings("relay", sources({ [flag]: value })),
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
    for (const value of good) resolveSettings("listen", sources({ [flag]: value }));
    for (const value of bad) {
      assertSettingsError(
        () => resolveSettings("listen", sources({ [flag]: value })),
        "SETTINGS_BAD_VALUE",
        [`--${flag}`, "expected"],
      );
    }
  });
}

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
    contents: withFile({ client_timeout: 0 }),
    message:
      "Cannot use 0 for client_timeout in relay.json: expected whole seconds from 1 to 65535",
  },
  {
    contents: withFile({ client_timeout: "30" }),
    message:
      'Cannot use "30" for client_timeout in relay.json: expected whole seconds from 1 to 65535',
  },
  {
    contents: withFile({ tlv_types: { MESSAGE: 65536 } }),
    message: "Cannot use an object for tlv_types in relay.json: " +
      "expected a JSON object of whole numbers from 0 to 65535",
  },
  {
    contents: withFile({ multicast: [] }),
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
      () => resolveSettings("relay", sources(flags, contents)),
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
    () => resolveSettings("relay", sources({ config: "relay.json" }, { files })),
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
  const error = assertThrows(() => resolveTable(table, sources({ pin: "hunter2" })), SettingsError);
  assertEquals(error.message, "Cannot use the value for --pin: expected digits");
  assertFalse(error.message.includes("hunter2"));
});

for (const key of ["token", "join"]) {
  for (
    const { name, given } of [
      { name: `--${key}`, given: sources({ [key]: "s3cret\n" }) },
      {
        name: `HUSHCAST_${key.toUpperCase()}`,
        given: sources({}, {
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

Deno.test("resolveSettings() takes what lets a client in from variables too", () => {
  const variables = {
    HOME: "/h",
    HUSHCAST_TOKEN: "t",
    HUSHCAST_TOKEN_FILE: "f",
    HUSHCAST_JOIN: "-",
    HUSHCAST_JOIN_FILE: "j",
    HUSHCAST_RELIABLE: "yes",
  };
  const { token, tokenFile, join, joinFile, reliable } = resolveSettings(
    "chat",
    sources({}, { variables }),
  );
  assertEquals([token, tokenFile, join, joinFile, reliable], ["t", "f", "-", "j", true]);
});

Deno.test("resolveSettings() gives token no file and no end unless they are given", () => {
  assertEquals(resolveSettings("token", sources({})), {
    authTokens: undefined,
    expiresMs: undefined,
    invite: undefined,
    state: "/home/ada/.local/state/hushcast",
    json: false,
  });
  const given = resolveSettings("token", sources({ expires: "2w", invite: "[::1]" }));
  assertEquals(given.expiresMs, 1_209_600_000);
  assertEquals(given.invite, { hostname: "::1", port: 47_700 });
});

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
    const resolve = () => resolveSettings("listen", sources(flags, contents));
    assertSettingsError(resolve, "SETTINGS_BAD_VALUE", [shown]);
  });
}

Deno.test("resolveTable() takes a list from a file, and names a malformed part of it", () => {
  const table = {
    config: { key: "config", kind: "path", help: "File" },
    relay: { key: "relay", kind: "endpoints", defaultPort: 5, max: 2, help: "Relays" },
  } as const satisfies SettingsTable;
  const { relay } = resolveTable(table, sources({}, withFile({ relay: ["h", "i:6"] })));
  assertEquals(relay, [{ hostname: "h", port: 5 }, { hostname: "i", port: 6 }]);
  const resolve = () => resolveTable(table, sources({}, withFile({ relay: ["h", "i:x"] })));
  assertSettingsError(resolve, "SETTINGS_BAD_VALUE", ['"i:x" for relay in relay.json']);
});
