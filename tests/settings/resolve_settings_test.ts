import { assertEquals } from "@std/assert";
import { resolveSettings } from "../../src/settings/resolve_settings.ts";
import {
  type FakeEnvironmentContents,
  fakeSettingsEnvironment,
} from "../support/fake_settings_environment.ts";
import { settingsSources, withConfigFile } from "../support/settings_sources.ts";

Deno.test("resolveSettings() gives relay its defaults, seconds as milliseconds", () => {
  assertEquals(resolveSettings("relay", settingsSources({})), {
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
  const { group, relay, timeoutMs, logLevel } = resolveSettings("chat", settingsSources({}));
  assertEquals(group, { hostname: "239.255.77.77", port: 47700 });
  assertEquals([relay, timeoutMs, logLevel], [undefined, 10_000, "warn"]);
});

Deno.test("resolveSettings() gives control the relay's control port", () => {
  assertEquals(resolveSettings("control", settingsSources({})), {
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
    contents: withConfigFile({ port: 3, multicast: false }, {
      HUSHCAST_PORT: "2",
      HUSHCAST_MULTICAST: "off",
    }),
    port: 1,
    multicast: true,
  },
  {
    name: "a variable above the file",
    flags: {},
    contents: withConfigFile({ port: 3, multicast: true }, {
      HUSHCAST_PORT: "2",
      HUSHCAST_MULTICAST: "off",
    }),
    port: 2,
    multicast: false,
  },
  {
    name: "the file above the default",
    flags: {},
    contents: withConfigFile({ port: 3, multicast: false }),
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
    const settings = resolveSettings("relay", settingsSources(flags, contents));
    assertEquals([settings.port, settings.multicast], [port, multicast]);
  });
}

Deno.test("resolveSettings() takes --config above HUSHCAST_CONFIG", () => {
  const files = { "a.json": '{"port": 1}', "b.json": '{"port": 2}' };
  const contents = { files, variables: { HOME: "/h", HUSHCAST_CONFIG: "a.json" } };
  assertEquals(resolveSettings("relay", settingsSources({ config: "b.json" }, contents)).port, 2);
});

Deno.test("resolveSettings() does not let control take the relay's UDP port for its own", () => {
  const variables = { HUSHCAST_PORT: "5000", HUSHCAST_CONTROL_PORT: "5001" };
  assertEquals(resolveSettings("control", settingsSources({}, { variables })).port, 5001);
});

Deno.test("resolveSettings() takes tlv_types from the file alone", () => {
  const contents = withConfigFile({ tlv_types: { MESSAGE: 4660 } }, { HUSHCAST_TLV_TYPES: "{}" });
  assertEquals(resolveSettings("relay", settingsSources({}, contents)).tlvTypes, { MESSAGE: 4660 });
});

Deno.test("resolveSettings() reads no file unless it is told to", () => {
  const environment = fakeSettingsEnvironment();
  const readTextFile = () => {
    throw new TypeError("must not be read");
  };
  resolveSettings("relay", { flags: new Map(), environment: { ...environment, readTextFile } });
});

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
    settingsSources({}, { variables }),
  );
  assertEquals([token, tokenFile, join, joinFile, reliable], ["t", "f", "-", "j", true]);
});

Deno.test("resolveSettings() gives token no file and no end unless they are given", () => {
  assertEquals(resolveSettings("token", settingsSources({})), {
    authTokens: undefined,
    expiresMs: undefined,
    invite: undefined,
    state: "/home/ada/.local/state/hushcast",
    json: false,
  });
  const given = resolveSettings("token", settingsSources({ expires: "2w", invite: "[::1]" }));
  assertEquals(given.expiresMs, 1_209_600_000);
  assertEquals(given.invite, { hostname: "::1", port: 47_700 });
});
