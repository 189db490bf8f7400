import { assert, assertEquals, assertLess, assertMatch } from "@std/assert";
import { fileURLToPath } from "node:url";
import {
  HushcastProcess,
  type RunningRelay,
  startDirect,
  startRelay,
} from "../../scripts/hushcast_process.ts";
import { relayControl } from "../support/e2e_relay_control.ts";
import { runHushcast, startClient } from "../support/relay_clients.ts";
import { temporaryDirectory } from "../support/temporary_directory.ts";

const pathOf = (name: string) => fileURLToPath(new URL(`../testdata/tls/${name}`, import.meta.url));

const CERT = pathOf("server.pem");
const KEY = pathOf("server.key");
const CA = pathOf("ca.pem");
const OTHER_CA = pathOf("other_ca.pem");
const NO_PEM = pathOf("README.md");
const TLS = ["--control-cert", CERT, "--control-key", KEY];

/** How long a client may take for the handshake, milliseconds, and something for slow machines. */
const HANDSHAKE_MS = 5_000;
const SLACK_MS = 4_000;

Deno.test("control over TLS: commands of a relay, and its log as it comes", async () => {
  await using state = await temporaryDirectory();
  await using relay = await startRelay(state.path, TLS);
  await using follower = new HushcastProcess(
    ["control", "--port", `${relay.controlPort}`, "--ca", CA],
  );
  await follower.type("get_stats");
  await follower.line(/^uptime_seconds/);
  await using _ann = await startClient(relay, "listen", "ann", state.path);
  await follower.errorLine(/client registered id=ann/);
  const clients = await relayControl(relay, "--ca", CA, "list_clients");
  assertEquals(clients.code, 0, clients.stderr.join("\n"));
  assertMatch(clients.stdout.join("\n"), /^ann 127\.0\.0\.1:/);
  const byName = await relayControl(relay, "--host", "localhost", "--ca", CA, "get_stats");
  assertEquals(byName.code, 0, byName.stderr.join("\n"));
  assertEquals((await relayControl(relay, "--ca", CA, "exit")).code, 0);
  assertEquals(await relay.process.ended(), 0);
});

Deno.test("control over TLS: commands of a direct server", async () => {
  await using server = await startDirect(TLS);
  const { code, stdout, stderr } = await relayControl(server, "--ca", CA, "--json", "get_stats");
  assertEquals(code, 0, stderr.join("\n"));
  assertEquals(JSON.parse(stdout.join("\n")).ok, true);
});

Deno.test("control over TLS: a certificate that no given one vouches for is refused", async () => {
  await using state = await temporaryDirectory();
  await using relay = await startRelay(state.path, TLS);
  const { code, stdout, stderr } = await relayControl(relay, "--ca", OTHER_CA, "exit");
  assertEquals([code, stdout], [3, []]);
  assertEquals(stderr.length, 1, stderr.join("\n"));
  assertMatch(stderr.join("\n"), /cannot trust control port 127\.0\.0\.1:\d+/);
  assertEquals((await relayControl(relay, "--ca", CA, "get_stats")).code, 0);
});

Deno.test("control over TLS: the token is wanted as before, and shows nowhere", async () => {
  await using state = await temporaryDirectory();
  const tokenFile = `${state.path}/control.token`;
  await Deno.writeTextFile(tokenFile, "correct horse battery staple\n", { mode: 0o600 });
  const args = [...TLS, "--control-token-file", tokenFile, "--log-level", "debug"];
  await using relay = await startRelay(state.path, args);
  const without = await relayControl(relay, "--ca", CA, "get_stats");
  assertEquals(without.code, 3);
  assertMatch(without.stderr.join("\n"), /--token-file/);
  const wrongFile = `${state.path}/wrong.token`;
  await Deno.writeTextFile(wrongFile, "wrong horse\n", { mode: 0o600 });
  const wrong = await relayControl(relay, "--ca", CA, "--token-file", wrongFile, "get_stats");
  assertEquals(wrong.code, 3);
  const right = await relayControl(relay, "--ca", CA, "--token-file", tokenFile, "get_stats");
  assertEquals(right.code, 0, right.stderr.join("\n"));
  const said = [...relay.process.stderr, ...wrong.stderr, ...right.stderr].join("\n");
  assert(!said.includes("horse"), said);
});

Deno.test("control over TLS: a client that speaks none is told so, and not kept waiting", async () => {
  await using state = await temporaryDirectory();
  await using relay = await startRelay(state.path, TLS);
  const startMs = performance.now();
  const { code, stderr } = await relayControl(relay, "get_stats");
  assertEquals(code, 3);
  assertEquals(stderr.length, 1, stderr.join("\n"));
  assertMatch(stderr.join("\n"), /TLS/);
  assertLess(performance.now() - startMs, HANDSHAKE_MS + SLACK_MS);
});

Deno.test("control over TLS: who connects and says nothing does not keep the socket", async () => {
  await using state = await temporaryDirectory();
  await using relay = await startRelay(state.path, TLS);
  using silent = await Deno.connect({ hostname: "127.0.0.1", port: relay.controlPort });
  const late = Promise.withResolvers<"still open">();
  const timer = setTimeout(() => late.resolve("still open"), HANDSHAKE_MS + SLACK_MS);
  const reading = silent.read(new Uint8Array(1)).catch(() => null);
  assertEquals(await Promise.race([reading, late.promise]), null);
  clearTimeout(timer);
});

Deno.test("control over TLS: one who asks for it where there is none is told so", async () => {
  await using state = await temporaryDirectory();
  await using relay = await startRelay(state.path);
  const { code, stderr } = await relayControl(relay, "--ca", CA, "get_stats");
  assertEquals(code, 3);
  assertEquals(stderr.length, 1, stderr.join("\n"));
  assertMatch(stderr.join("\n"), /no TLS|--ca/);
});

/** What a server or its operator can't use, the exit code, and what the one line names. */
const REFUSED: readonly { name: string; flags: readonly string[]; code: number; says: RegExp }[] = [
  {
    name: "a certificate alone",
    flags: ["--control-cert", CERT],
    code: 2,
    says: /--control-cert needs --control-key/,
  },
  {
    name: "a key alone",
    flags: ["--control-key", KEY],
    code: 2,
    says: /--control-key needs --control-cert/,
  },
  {
    name: "a certificate that is not there",
    flags: ["--control-cert", "/nonexistent/relay.pem", "--control-key", KEY],
    code: 1,
    says: /\/nonexistent\/relay\.pem/,
  },
  {
    name: "a key that is no PEM",
    flags: ["--control-cert", CERT, "--control-key", NO_PEM],
    code: 1,
    says: /README\.md: it holds no private key/,
  },
  {
    name: "a certificate in place of the key",
    flags: ["--control-cert", CERT, "--control-key", CA],
    code: 1,
    says: /ca\.pem: it holds no private key/,
  },
  {
    name: "a key of another certificate",
    flags: ["--control-cert", CA, "--control-key", KEY],
    code: 1,
    says: /certificate and key of the control port/,
  },
];

for (const command of ["relay", "direct"] as const) {
  for (const { name, flags, code, says } of REFUSED) {
    Deno.test(`control over TLS: ${command} refuses ${name} with exit code ${code}`, async () => {
      await using state = await temporaryDirectory();
      const usual = ["--bind", "127.0.0.1", "--port", "0", "--control-port", "0"];
      const own = command === "relay" ? ["--no-multicast"] : ["--rsa-bits", "2048"];
      const quiet = ["--state", state.path, "--log-level", "error"];
      const server = await runHushcast([command, ...usual, ...own, ...quiet, ...flags]);
      assertEquals([server.code, server.stdout], [code, []]);
      assertEquals(server.stderr.length, 1, server.stderr.join("\n"));
      assertMatch(server.stderr.join("\n"), says);
    });
  }
}

/** What `--ca` can't use. Nothing is connected to: port 1 would give another exit code. */
const UNUSABLE_CA: readonly { name: string; path: string; says: RegExp }[] = [
  { name: "is not there", path: "/nonexistent/ca.pem", says: /\/nonexistent\/ca\.pem/ },
  { name: "is no PEM", path: NO_PEM, says: /README\.md: it holds no certificate/ },
  { name: "holds a key", path: KEY, says: /server\.key: it holds no certificate/ },
];

for (const { name, path, says } of UNUSABLE_CA) {
  Deno.test(`control over TLS: exit code 1 for a --ca file that ${name}`, async () => {
    const nobody: Pick<RunningRelay, "controlPort"> = { controlPort: 1 };
    const { code, stderr } = await relayControl(nobody, "--ca", path, "get_stats");
    assertEquals(code, 1);
    assertEquals(stderr.length, 1, stderr.join("\n"));
    assertMatch(stderr.join("\n"), says);
  });
}
