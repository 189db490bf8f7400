import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { COMMANDS } from "../../src/cli/commands.ts";
import { reportFailure } from "../../src/cli/report_failure.ts";
import { runCli } from "../../src/cli/run_cli.ts";
import { run } from "../../src/cli/top.ts";
import { resolveSettings } from "../../src/settings/resolve_settings.ts";
import { clientSummary } from "../control/fake_admin.ts";
import { ServerFixture, until } from "../control/server_fixture.ts";
import { fakeCliIo } from "../support/fake_cli_io.ts";
import { fakeSettingsEnvironment } from "../support/fake_settings_environment.ts";
import { FakeTerminal, FakeTopClock } from "./top/top_fake_terminal.ts";
import { relayCounters } from "./top/top_fixture.ts";

type Flags = Readonly<Record<string, string>>;

function settingsFor({ endpoint }: ServerFixture, flags: Flags = {}) {
  const all = new Map(Object.entries({ port: `${endpoint.port}`, ...flags }));
  return resolveSettings("top", { flags: all, environment: fakeSettingsEnvironment({}) });
}

/** Runs `hushcast top` without a terminal; `between` is done between the two looks. */
async function snapshot(
  fixture: ServerFixture,
  flags: Flags = {},
  between: (clock: FakeTopClock) => void = (clock) => clock.advance(1_000),
) {
  const clock = new FakeTopClock();
  const io = fakeCliIo();
  const context = { settings: settingsFor(fixture, flags), positionals: [], io };
  const running = run(context, clock).catch((error) => reportFailure(error, "top", io));
  await until(() => clock.isWaiting(1));
  between(clock);
  return { code: await running, stdout: io.stdout.text, stderr: io.stderr.text };
}

Deno.test("top without a terminal prints rates between two looks, and ends with 0", async () => {
  await using fixture = new ServerFixture();
  fixture.admin.statistics = relayCounters();
  const { code, stdout, stderr } = await snapshot(fixture, {}, (clock) => {
    fixture.admin.clients = [clientSummary({ messagesIn: 503 })];
    fixture.admin.statistics = relayCounters({ messages: { in: 600 } });
    clock.advance(1_000);
  });
  assertEquals([code, stderr], [0, ""]);
  assertMatch(stdout, /^server {18}127\.0\.0\.1:\d+\nkind {20}relay\n/);
  assertStringIncludes(stdout, "\nmessages.in             500/s\n");
  assertMatch(stdout, /\npump-3 127\.0\.0\.1:5000 .* 500 +0 +0 +0\n$/);
  assertEquals(/\p{Cc}/u.test(stdout.replaceAll("\n", "")), false);
});

Deno.test("top waits as long between its looks as it is told", async () => {
  await using fixture = new ServerFixture();
  await snapshot(fixture, { interval: "0.2" }, (clock) => {
    assertEquals(clock.nextMs - clock.nowMs(), 200);
    clock.advance(200);
  });
});

Deno.test("top --json prints one object", async () => {
  await using fixture = new ServerFixture();
  const { code, stdout } = await snapshot(fixture, { json: "true" });
  assertEquals([code, stdout.split("\n").length], [0, 2]);
  const { clients, statistics, rates } = JSON.parse(stdout);
  assertEquals([clients[0].id, clients[0].rates.messages_in], ["pump-3", 0]);
  assertEquals([statistics.drops.malformed, rates.drops], [3, {}]);
});

Deno.test("top sorts and filters as its settings say", async () => {
  await using fixture = new ServerFixture();
  const ids = ["pump-9", "pump-10", "other"];
  fixture.admin.clients = ids.map((id) => clientSummary({ id, session: id }));
  const flags = { sort: "id", reverse: "true", filter: "PUMP" };
  const { stdout } = await snapshot(fixture, flags);
  assertEquals(stdout.match(/^(pump|other)\S*/gm), ["pump-10", "pump-9"]);
  assertStringIncludes(stdout, "id descending\n");
});

Deno.test("top prints no control characters of a client's name", async () => {
  await using fixture = new ServerFixture();
  fixture.admin.clients = [clientSummary({ id: "\x1b[2J\u202egood" })];
  for (const json of ["false", "true"]) {
    const { stdout } = await snapshot(fixture, { json });
    assertStringIncludes(stdout, "\\u001b[2J\\u202egood");
  }
});

Deno.test("top --once prints a snapshot in a terminal too", async () => {
  await using fixture = new ServerFixture();
  const terminal = new FakeTerminal({ columns: 80, rows: 40 });
  const clock = new FakeTopClock();
  const settings = settingsFor(fixture, { once: "true" });
  const running = run({ settings, positionals: [], io: terminal.io }, clock);
  await until(() => clock.isWaiting(1));
  clock.advance(1_000);
  assertEquals(await running, 0);
  assertEquals([terminal.writes, terminal.isRestored], [1, true]);
});

Deno.test("top takes the whole terminal where there is one", async () => {
  await using fixture = new ServerFixture();
  const terminal = new FakeTerminal();
  const settings = settingsFor(fixture);
  const running = run({ settings, positionals: [], io: terminal.io }, new FakeTopClock());
  await until(() => terminal.screen.text.includes("pump-3"));
  assert(terminal.screen.modes.has("1049"));
  terminal.type("q");
  assertEquals([await running, terminal.isRestored], [0, true]);
});

Deno.test("top exits with 3 and one line when there is no server, in a terminal or not", async () => {
  const fixture = new ServerFixture();
  await fixture.server.close("gone");
  const { port } = fixture.endpoint;
  const terminal = new FakeTerminal();
  const plain = fakeCliIo();
  for (const io of [plain, terminal.io]) {
    assertEquals(await runCli(["top", "--port", `${port}`], io, COMMANDS), 3);
  }
  for (const text of [plain.stderr.text, terminal.stderr.text]) {
    assertMatch(text, /^hushcast top: cannot reach control port 127\.0\.0\.1:\d+: .*\n$/);
  }
  assertEquals([plain.stdout.text, terminal.writes], ["", 0]);
});

Deno.test("top exits with 3 when the server goes between its looks", async () => {
  await using fixture = new ServerFixture();
  const closing: Promise<void>[] = [];
  const { code, stdout, stderr } = await snapshot(fixture, {}, (clock) => {
    closing.push(fixture.server.close("gone").then(() => clock.advance(1_000)));
  });
  await Promise.all(closing);
  assertEquals([code, stdout], [3, ""]);
  assertEquals(stderr.split("\n").length, 2);
});

Deno.test("top says that a token is needed", async () => {
  await using fixture = new ServerFixture({ token: "secret" });
  const io = fakeCliIo();
  assertEquals(await runCli(["top", "--port", `${fixture.endpoint.port}`], io, COMMANDS), 3);
  assertStringIncludes(io.stderr.text, "give its token with --token-file");
});

Deno.test("top exits with 130 when a signal ends it between its looks", async () => {
  await using fixture = new ServerFixture();
  const io = fakeCliIo();
  const clock = new FakeTopClock();
  const context = { settings: settingsFor(fixture), positionals: [], io };
  const running = run(context, clock).catch((error) => reportFailure(error, "top", io));
  await until(() => clock.isWaiting(1));
  io.interrupt();
  assertEquals([await running, io.stdout.text, io.stderr.text], [130, "", ""]);
});

for (
  const [args, says] of [
    [["--interval", "0.1"], "--interval"],
    [["--interval", "61"], "--interval"],
    [["--sort", "name"], "--sort"],
    [["pump"], "unexpected argument"],
  ] as const
) {
  Deno.test(`top ${args.join(" ")} exits with 2`, async () => {
    const io = fakeCliIo();
    assertEquals(await runCli(["top", ...args], io, COMMANDS), 2);
    assertStringIncludes(io.stderr.text, says);
  });
}
