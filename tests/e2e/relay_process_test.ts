import { assert, assertEquals, assertLess, assertMatch } from "@std/assert";
import { HushcastProcess, startRelay } from "../../scripts/hushcast_process.ts";
import { temporaryDirectory } from "../support/temporary_directory.ts";

Deno.test("relay: the ready line is the only line on standard output", async () => {
  await using state = await temporaryDirectory();
  await using relay = await startRelay(state.path);
  assertEquals(relay.group, `239.255.77.77:${relay.port}`);
  relay.process.kill("SIGTERM");
  assertEquals(await relay.process.ended(), 0);
  assertEquals(relay.process.stdout.length, 1);
});

Deno.test("relay: --no-multicast says group=-", async () => {
  await using state = await temporaryDirectory();
  await using relay = await startRelay(state.path, ["--no-multicast"]);
  assertEquals(relay.group, "-");
});

Deno.test("relay: the identity outlasts a restart, the RSA key does not", async () => {
  await using state = await temporaryDirectory();
  const identities: string[] = [];
  for (let start = 0; start < 2; start++) {
    await using relay = await startRelay(state.path);
    identities.push(relay.identity);
  }
  await using identity = new HushcastProcess(["identity", "--state", state.path]);
  identities.push((await identity.line(/^SHA256:/)).input);
  assertEquals(new Set(identities).size, 1);
  const { mode } = await Deno.stat(`${state.path}/identity.pk8`);
  assertEquals((mode ?? 0) & 0o777, 0o600);
});

for (const signal of ["SIGINT", "SIGTERM"] as const) {
  Deno.test(`relay: ${signal} ends it cleanly, with a goodbye to each client`, async () => {
    await using state = await temporaryDirectory();
    await using relay = await startRelay(state.path);
    const client = ["--relay", relay.relay, "--state", state.path, "--log-level", "info"];
    await using chat = new HushcastProcess(["chat", ...client, "--name", "ann"]);
    await relay.process.errorLine(/client registered id=ann/);
    const startMs = performance.now();
    relay.process.kill(signal);
    assertEquals(await relay.process.ended(), 0);
    assertLess(performance.now() - startMs, 2_000);
    await relay.process.errorLine(/relay stopped/);
    assertMatch(relay.process.stderr.join("\n"), /client removed id=ann .*reason=shutdown/);
    await chat.errorLine(/relay is shutting down|reconnecting/);
  });
}

Deno.test("relay: the control port's exit ends it cleanly", async () => {
  await using state = await temporaryDirectory();
  await using relay = await startRelay(state.path);
  await using control = new HushcastProcess(
    ["control", "--port", String(relay.controlPort), "exit"],
  );
  assertEquals(await control.ended(), 0);
  assertEquals(await relay.process.ended(), 0);
});

/** What keeps a relay from starting, the exit code, and what the one line has to name. */
const REFUSED: readonly { name: string; flags: string[]; code: number; says: RegExp }[] = [
  {
    name: "a group that is no multicast address",
    flags: ["--group", "10.1.2.3"],
    code: 1,
    says: /10\.1\.2\.3/,
  },
  {
    name: "an address of another machine",
    flags: ["--bind", "192.0.2.250"],
    code: 1,
    says: /192\.0\.2\.250/,
  },
  { name: "an unknown flag", flags: ["--frobnicate"], code: 2, says: /--frobnicate/ },
  { name: "a port out of range", flags: ["--port", "65536"], code: 2, says: /--port/ },
  {
    name: "a control port for all without a token",
    flags: ["--control-host", "0.0.0.0"],
    code: 2,
    says: /--control-token-file/,
  },
  {
    name: "a log file that can't be opened",
    flags: ["--log-file", "/nonexistent/relay.log"],
    code: 1,
    says: /\/nonexistent\/relay\.log/,
  },
  {
    name: "a configuration file that is not there",
    flags: ["--config", "/nonexistent/relay.json"],
    code: 2,
    says: /\/nonexistent\/relay\.json/,
  },
];

for (const { name, flags, code, says } of REFUSED) {
  Deno.test(`relay: refuses ${name} in one line with exit code ${code}`, async () => {
    await using state = await temporaryDirectory();
    const common = ["relay", "--bind", "127.0.0.1", "--interface", "127.0.0.1", "--port", "0"];
    const rest = ["--control-port", "0", "--state", state.path, "--log-level", "error"];
    await using relay = new HushcastProcess([...common, ...rest, ...flags]);
    assertEquals(await relay.ended(), code);
    assertEquals(relay.stdout, []);
    assertEquals(relay.stderr.length, 1, relay.stderr.join("\n"));
    assertMatch(relay.stderr[0] ?? "", says);
  });
}

Deno.test("relay: refuses a port that is in use, UDP and control, with exit code 1", async () => {
  await using state = await temporaryDirectory();
  await using first = await startRelay(`${state.path}/first`);
  const ports = [["--port", first.port], ["--control-port", first.controlPort]] as const;
  for (const [flag, port] of ports) {
    const loopback = ["--bind", "127.0.0.1", "--interface", "127.0.0.1", "--port", "0"];
    await using second = new HushcastProcess([
      "relay",
      ...loopback,
      ...["--control-port", "0", "--state", `${state.path}/second`, "--log-level", "error"],
      ...[flag, String(port)],
    ]);
    assertEquals(await second.ended(), 1);
    assertEquals(second.stderr.length, 1, second.stderr.join("\n"));
    assert(second.stderr[0]?.includes(String(port)), second.stderr[0]);
  }
});
