import { assert, assertEquals, assertMatch } from "@std/assert";
import { EXIT_CODE } from "../../src/cli/exit_code.ts";
import { COMMAND_SETTINGS } from "../../src/settings/command_settings.ts";
import { programTest } from "../support/test_with_program.ts";
import { temporaryDirectory } from "../support/temporary_directory.ts";

const UNIT = new URL("../../scripts/hushcast-relay.service", import.meta.url);
const text = await Deno.readTextFile(UNIT);

/** The values of a key, in their order. */
function valuesOf(key: string): string[] {
  const lines = text.split("\n").filter((line) => line.startsWith(`${key}=`));
  return lines.map((line) => line.slice(key.length + 1));
}

const sandbox = [
  { key: "DynamicUser", value: "yes" },
  { key: "NoNewPrivileges", value: "yes" },
  { key: "CapabilityBoundingSet", value: "" },
  { key: "AmbientCapabilities", value: "" },
  { key: "ProtectSystem", value: "strict" },
  { key: "ProtectHome", value: "yes" },
  { key: "PrivateTmp", value: "yes" },
  { key: "PrivateDevices", value: "yes" },
  { key: "RestrictAddressFamilies", value: "AF_INET AF_INET6" },
  { key: "RestrictNamespaces", value: "yes" },
  { key: "LockPersonality", value: "yes" },
  { key: "UMask", value: "0077" },
  { key: "StateDirectoryMode", value: "0700" },
];

for (const { key, value } of sandbox) {
  Deno.test(`hushcast-relay.service has ${key}=${value}`, () => {
    assertEquals(valuesOf(key), [value]);
  });
}

Deno.test("hushcast-relay.service allows what services need, and V8's memory protection", () => {
  const filters = ["@system-service @pkey", "~@privileged @resources"];
  assertEquals(valuesOf("SystemCallFilter"), filters);
});

Deno.test("hushcast-relay.service lets V8 compile", () => {
  assertEquals(valuesOf("MemoryDenyWriteExecute"), []);
});

Deno.test("hushcast-relay.service starts again after a failure, but not with wrong settings", () => {
  assertEquals(valuesOf("Restart"), ["on-failure"]);
  assertEquals(valuesOf("RestartPreventExitStatus"), [String(EXIT_CODE.usage)]);
  assert(Number(valuesOf("StartLimitBurst")[0]) * Number(valuesOf("RestartSec")[0]) < 600);
  assertEquals(valuesOf("StartLimitIntervalSec"), ["600"]);
});

Deno.test("hushcast-relay.service keeps state and cache in folders that it may write to", () => {
  const environment = ["HUSHCAST_STATE=%S/hushcast", "HUSHCAST_CACHE=%C/hushcast"];
  assertEquals(valuesOf("Environment"), environment);
  assertEquals(valuesOf("StateDirectory"), ["hushcast"]);
  assertEquals(valuesOf("CacheDirectory"), ["hushcast"]);
  assertEquals(valuesOf("ExecPaths"), ["%C/hushcast"]);
});

Deno.test("hushcast-relay.service names only settings that the relay has", () => {
  const keys: string[] = Object.values(COMMAND_SETTINGS.relay).map(({ key }) => key);
  const ofExecutable = ["cache"]; // read by the portable executable's head
  for (const [, name = ""] of text.matchAll(/HUSHCAST_([A-Z_]*[A-Z])/g)) {
    assert([...keys, ...ofExecutable].includes(name.toLowerCase()), `no setting ${name}`);
  }
});

programTest(
  "systemd-analyze",
  "systemd",
  "hushcast-relay.service is a unit that systemd takes as it is",
  async () => {
    await using directory = await temporaryDirectory();
    const path = `${directory.path}/hushcast-relay.service`;
    // The executable need not be installed here.
    await Deno.writeTextFile(path, text.replace("/usr/local/bin/hushcast", "/bin/true"));
    // What it says of units of this machine is not our concern.
    const { code, output } = await analyze("verify", "--recursive-errors=no", path);
    const ours = output.split("\n").filter((line) => line.includes("hushcast"));
    assertEquals({ code, ours }, { code: 0, ours: [] });
  },
);

programTest(
  "systemd-analyze",
  "systemd",
  "hushcast-relay.service is exposed at most 1.5 of 10, as systemd counts",
  async () => {
    await using directory = await temporaryDirectory();
    const path = `${directory.path}/hushcast-relay.service`;
    await Deno.writeTextFile(path, text);
    // The threshold is tenfold; the exit code tells whether it is passed.
    const { code, output } = await analyze("security", "--offline=true", "--threshold=15", path);
    assertMatch(output, /Overall exposure level for hushcast-relay\.service/);
    assertEquals(code, 0, output);
  },
);

async function analyze(...args: string[]): Promise<{ code: number; output: string }> {
  const { code, stdout, stderr } = await new Deno.Command("systemd-analyze", {
    args: [...args, "--no-pager"],
    env: { LC_ALL: "C" },
  }).output();
  const decoder = new TextDecoder();
  return { code, output: decoder.decode(stdout) + decoder.decode(stderr) };
}
