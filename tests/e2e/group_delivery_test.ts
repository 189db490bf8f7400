import { assert, assertEquals, assertMatch } from "@std/assert";
import { HushcastProcess, type RunningRelay, startRelay } from "../../scripts/hushcast_process.ts";
import { routeTo, runHushcast, startClient } from "../support/relay_clients.ts";
import { temporaryDirectory } from "../support/temporary_directory.ts";

type Mode = "unicast" | "multicast";

const MODES: readonly Mode[] = ["unicast", "multicast"];

async function startGroupRelay(state: string, mode: Mode): Promise<RunningRelay> {
  return await startRelay(state, ["--group-delivery", mode, "--log-level", "debug"]);
}

/** A listener that takes group messages and prints JSON. */
async function startListener(
  relay: RunningRelay,
  name: string,
  state: string,
  args: readonly string[] = [],
): Promise<HushcastProcess> {
  const flags = [...routeTo(relay, "unicast"), "--group-delivery", "--json", ...args];
  return await startClient(relay, "listen", name, state, flags);
}

/** Asks the control port. */
async function askRelay(relay: RunningRelay, ...command: string[]): Promise<readonly string[]> {
  const port = ["--port", `${relay.controlPort}`];
  const asked = await runHushcast(["control", ...port, ...command]);
  assertEquals(asked.code, 0, asked.stderr.join("\n"));
  return asked.stdout;
}

/** Waits until so many clients are members of the group. */
async function members(relay: RunningRelay, count: number): Promise<void> {
  for (let left = 100; left > 0; left--) {
    const stats = await askRelay(relay, "get_stats");
    if (stats.includes(`group.members ${count}`)) return;
  }
  throw new Error(`the group has not come to ${count} members`);
}

function textsOf({ stdout }: HushcastProcess): string[] {
  return stdout.map((line) => JSON.parse(line)).filter(({ type }) => type === "message")
    .map(({ text }) => text);
}

async function sendLines(
  relay: RunningRelay,
  state: string,
  lines: readonly string[],
  args: readonly string[] = [],
): Promise<void> {
  const way = [...routeTo(relay, "unicast"), "--state", state, "--name", "ada"];
  await using ada = new HushcastProcess(["send", ...way, ...args]);
  await ada.type(lines.join("\n"));
  await ada.endInput();
  assertEquals(await ada.ended(), 0, ada.stderr.join("\n"));
}

for (const mode of MODES) {
  Deno.test(`group delivery by ${mode}: messages reach members and others`, async () => {
    await using state = await temporaryDirectory();
    await using relay = await startGroupRelay(state.path, mode);
    await using first = await startListener(relay, "first", state.path);
    await using second = await startListener(relay, "second", state.path);
    await using plain = await startClient(relay, "listen", "plain", state.path);
    await members(relay, 2);
    const long = `${"0123456789abcdef".repeat(4_000)} the end`;
    await sendLines(relay, state.path, ["hello", long]);
    await plain.line(/^ada\t0123.* the end$/);
    for (const listener of [first, second]) {
      await listener.line(/ the end"/);
      assertEquals(textsOf(listener), ["hello", long]);
    }
    const stats = (await askRelay(relay, "get_stats")).join("\n");
    assertMatch(stats, /group\.messages [2-9]/);
  });

  Deno.test(`group delivery by ${mode}: a member does not hear itself`, async () => {
    await using state = await temporaryDirectory();
    await using relay = await startGroupRelay(state.path, mode);
    const flags = [...routeTo(relay, "unicast"), "--group-delivery"];
    await using ada = await startClient(relay, "chat", "ada", state.path, flags);
    await using ben = await startClient(relay, "chat", "ben", state.path, flags);
    await members(relay, 2);
    await ada.type("from ada");
    await ben.line(/from ada/);
    await ben.type("from ben");
    await ada.line(/from ben/);
    assertEquals(ada.stdout.filter((line) => line.includes("from ada")), []);
    assertEquals(ben.stdout.filter((line) => line.includes("from ben")), []);
  });

  Deno.test(`group delivery by ${mode}: reliable members get all, in order and once`, async () => {
    const lines = Array.from({ length: 1_000 }, (_, index) => `line ${index}`);
    await using state = await temporaryDirectory();
    await using relay = await startGroupRelay(state.path, mode);
    const args = ["--reliable", "--count", `${lines.length}`];
    await using first = await startListener(relay, "first", state.path, args);
    await using second = await startListener(relay, "second", state.path, args);
    await members(relay, 2);
    await sendLines(relay, state.path, lines, ["--reliable", "--group-delivery"]);
    for (const listener of [first, second]) {
      assertEquals(await listener.ended(), 0, listener.stderr.join("\n"));
      assertEquals(textsOf(listener), lines);
    }
  });

  Deno.test(`group delivery by ${mode}: members come back to a relay that was killed`, async () => {
    await using state = await temporaryDirectory();
    await using stack = new AsyncDisposableStack();
    const relay = stack.use(await startGroupRelay(state.path, mode));
    await using log = await startListener(relay, "log", state.path, ["--reliable"]);
    await members(relay, 1);
    relay.process.kill("SIGKILL");
    await relay.process.ended();
    const again = stack.use(
      await startRelay(state.path, ["--group-delivery", mode, "--port", `${relay.port}`]),
    );
    await again.process.errorLine(/client registered id=log /);
    await members(again, 1);
    await sendLines(again, state.path, ["after all"]);
    await log.line(/"text":"after all"/);
  });
}

Deno.test("group delivery: a member of a relay without it is told so, and served", async () => {
  await using state = await temporaryDirectory();
  await using relay = await startRelay(state.path);
  await using log = await startListener(relay, "log", state.path);
  await log.errorLine(/messages come one by one, not by group delivery/);
  await sendLines(relay, state.path, ["hello"]);
  await log.line(/"text":"hello"/);
});

Deno.test("group delivery by multicast: the port can be chosen", async () => {
  await using state = await temporaryDirectory();
  const port = freePort();
  const flags = ["--group-delivery", "multicast", "--group-delivery-port", `${port}`];
  await using relay = await startRelay(state.path, flags);
  await relay.process.errorLine(new RegExp(`group_delivery="multicast 239.255.77.77:${port}"`));
  await using log = await startListener(relay, "log", state.path);
  await members(relay, 1);
  await sendLines(relay, state.path, ["hello"]);
  await log.line(/"text":"hello"/);
});

Deno.test("group delivery by multicast: it excludes --no-multicast", async () => {
  const { code, stderr } = await runHushcast([
    "relay",
    "--no-multicast",
    "--group-delivery",
    "multicast",
  ]);
  assertEquals(code, 2);
  assertMatch(
    stderr.join("\n"),
    /--group-delivery multicast and --no-multicast exclude each other/,
  );
});

Deno.test("group delivery by multicast: it needs an IPv4 group", async () => {
  await using state = await temporaryDirectory();
  const group = ["--group", "ff02::4d4d", "--group-delivery", "multicast"];
  const { code, stderr } = await runHushcast([
    ...["relay", "--bind", "::1", "--port", "0", "--control-port", "0", "--state", state.path],
    ...group,
  ]);
  assertEquals(code, 1);
  assertMatch(stderr.join("\n"), /want a group with an IPv4 address, got ff02::4d4d/);
});

/** A UDP port that was free a moment ago. */
function freePort(): number {
  const socket = Deno.listenDatagram({ transport: "udp", hostname: "127.0.0.1", port: 0 });
  try {
    assert(socket.addr.transport === "udp");
    return socket.addr.port;
  } finally {
    socket.close();
  }
}
