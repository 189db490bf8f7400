import { assert, assertEquals, assertLess, assertMatch, assertStringIncludes } from "@std/assert";
import {
  HushcastProcess,
  type RunningDirect,
  type RunningRelay,
  startDirect,
  startRelay,
} from "../../scripts/hushcast_process.ts";
import { runHushcast, startClient } from "../support/relay_clients.ts";
import { temporaryDirectory } from "../support/temporary_directory.ts";

const HTTP = ["--http", "127.0.0.1:0"];

/** Where a server's log says that its dashboard is. */
async function urlOf({ process }: RunningRelay | RunningDirect): Promise<string> {
  const [, url = ""] = await process.errorLine(/http ready url=(\S+)$/);
  return url;
}

async function textOf(url: string, init?: RequestInit): Promise<string> {
  const response = await fetch(url, init);
  const text = await response.text();
  assertEquals(response.status, 200, text);
  return text;
}

/** Gives a command as a program does, and returns the reply's `data`. */
async function command(url: string, name: string, ...args: string[]): Promise<unknown> {
  const text = await textOf(`${url}api/command`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ command: name, args }),
  });
  return JSON.parse(text).data;
}

Deno.test("relay --http: health, metrics and commands of a relay with a client", async () => {
  await using state = await temporaryDirectory();
  await using relay = await startRelay(state.path, HTTP);
  const url = await urlOf(relay);
  assertEquals((await textOf(`${url}healthz`)).trim(), "ok");
  assertEquals((await textOf(`${url}readyz`)).trim(), "ready");
  await using ann = await startClient(relay, "chat", "ann", `${state.path}/ann`);
  const metrics = await textOf(`${url}metrics`);
  assertMatch(metrics, /^hushcast_clients 1$/m);
  assertMatch(metrics, /^hushcast_registrations_total\{result="accepted"\} 1$/m);
  assertMatch(metrics, /^hushcast_rsa_operation_duration_seconds_count\{.*"decrypt"\} [1-9]/m);
  assertMatch(metrics, /^process_resident_memory_bytes [1-9]/m);
  assertEquals(await command(url, "kick_client", "ann", "maintenance"), { kicked: "ann" });
  assertEquals(await ann.ended(), 3);
});

Deno.test("relay --http: the dashboard comes with its script and its style", async () => {
  await using state = await temporaryDirectory();
  await using relay = await startRelay(state.path, HTTP);
  const url = await urlOf(relay);
  const page = await textOf(url);
  for (const asset of ["assets/dashboard.js", "assets/dashboard.css"]) {
    assertStringIncludes(page, asset);
    assert((await textOf(url + asset)).length > 1_000);
  }
});

Deno.test("relay --http: a token of the control port is wanted here as well", async () => {
  await using state = await temporaryDirectory();
  const tokenFile = `${state.path}/token`;
  await Deno.writeTextFile(tokenFile, "correct horse battery staple\n");
  await using relay = await startRelay(state.path, [...HTTP, "--control-token-file", tokenFile]);
  const url = await urlOf(relay);
  const refused = await fetch(`${url}metrics`);
  await refused.body?.cancel();
  assertEquals(refused.status, 401);
  assertEquals((await textOf(`${url}readyz`)).trim(), "ready");
  const headers = { Authorization: "Bearer correct horse battery staple" };
  assertMatch(await textOf(`${url}metrics`, { headers }), /^hushcast_clients 0$/m);
  assert(!relay.process.stderr.join("\n").includes("battery"));
});

Deno.test("relay --http: SIGTERM ends it in no time, though somebody watches", async () => {
  await using state = await temporaryDirectory();
  await using relay = await startRelay(state.path, HTTP);
  const watching = await fetch(`${await urlOf(relay)}events`);
  const startMs = performance.now();
  relay.process.kill("SIGTERM");
  const events = await watching.text();
  assertEquals(await relay.process.ended(), 0);
  assertLess(performance.now() - startMs, 2_000);
  assertMatch(events, /event: shutdown\ndata: \{"reason":"relay is shutting down"\}/);
});

Deno.test("relay --http: exit by HTTP is answered, and ends it cleanly", async () => {
  await using state = await temporaryDirectory();
  await using relay = await startRelay(state.path, HTTP);
  await command(await urlOf(relay), "exit");
  assertEquals(await relay.process.ended(), 0);
  await relay.process.errorLine(/relay stopped/);
});

Deno.test("direct --http: metrics and clients of a direct server", async () => {
  await using direct = await startDirect(HTTP);
  const url = await urlOf(direct);
  const sent = await runHushcast([
    "direct-send",
    ...["--server", direct.server, "--server-key", direct.key],
    "disk 2 is nearly full",
  ]);
  assertEquals(sent.code, 0, sent.stderr.join("\n"));
  const metrics = await textOf(`${url}metrics`);
  assertMatch(metrics, /^hushcast_messages_received_total 1$/m);
  assertMatch(metrics, /^hushcast_build_info\{.*kind="direct"/m);
  assertStringIncludes(await textOf(url), "assets/dashboard.js");
});

Deno.test("relay --http: an address for all without a token is wrong usage", async () => {
  await using state = await temporaryDirectory();
  const flags = ["--no-multicast", "--bind", "127.0.0.1", "--port", "0", "--control-port", "0"];
  await using relay = new HushcastProcess([
    ...["relay", ...flags, "--state", state.path, "--log-level", "error"],
    ...["--http", "0.0.0.0:0"],
  ]);
  assertEquals(await relay.ended(), 2);
  assertEquals(relay.stdout, []);
  assertEquals(relay.stderr.length, 1, relay.stderr.join("\n"));
  assertMatch(relay.stderr[0] ?? "", /--control-token-file/);
});

Deno.test("relay --http: a port that is in use ends it with exit code 1 and one line", async () => {
  await using state = await temporaryDirectory();
  await using first = await startRelay(`${state.path}/first`, HTTP);
  const { host } = new URL(await urlOf(first));
  const flags = ["--no-multicast", "--bind", "127.0.0.1", "--port", "0", "--control-port", "0"];
  await using second = new HushcastProcess([
    ...["relay", ...flags, "--state", `${state.path}/second`, "--log-level", "error"],
    ...["--http", host],
  ]);
  assertEquals(await second.ended(), 1);
  assertEquals(second.stderr.length, 1, second.stderr.join("\n"));
  assertStringIncludes(second.stderr[0] ?? "", host);
});
