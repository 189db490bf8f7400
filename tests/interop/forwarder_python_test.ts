import { assert, assertEquals } from "@std/assert";
import { HushcastProcess, type RunningRelay, startRelay } from "../../scripts/hushcast_process.ts";
import { pythonTest } from "../support/python.ts";
import { temporaryDirectory } from "../support/temporary_directory.ts";
import { messagesOf, PythonClients } from "./python_clients.ts";

const LINES = Array.from({ length: 30 }, (_, index) => `line ${index}`);

/** Has clients that are not reliable show each few seconds that they live. */
const OFTEN = ["--client-timeout", "8"];

/** Starts a command of hushcast whose relay is the forwarder. */
type StartClient = (command: string, name: string, ...args: readonly string[]) => HushcastProcess;

/** A relay, a forwarder before it, and ann in Python, who talks with the relay without loss. */
function forwarderTest(
  name: string,
  scenario: (peers: PythonClients, start: StartClient, relay: RunningRelay) => Promise<void>,
): void {
  pythonTest(`behind a Python forwarder ${name}`, async (python) => {
    await using state = await temporaryDirectory();
    await using relay = await startRelay(state.path, ["--no-multicast", ...OFTEN]);
    await using peers = new PythonClients(python, relay);
    await peers.join("ann");
    const way = ["--relay", await peers.forward(), "--state", state.path];
    const start: StartClient = (command, name, ...args) =>
      new HushcastProcess([command, "--name", name, ...way, ...args]);
    await scenario(peers, start, relay);
  });
}

/** Texts of messages that a listener has printed. */
function printed(listener: HushcastProcess): unknown[] {
  return listener.stdout.map((line) => JSON.parse(line))
    .filter(({ type }) => type === "message")
    .map(({ text }) => text);
}

forwarderTest("`send --reliable` gets all through, in order and once", async (peers, start) => {
  await using ada = start("send", "ada", "--reliable");
  await peers.runUntil("ann", "ada");
  await peers.lose(4);
  for (const line of LINES) await ada.type(line);
  await ada.endInput();
  const run = await peers.runUntil("ann", LINES.at(-1) ?? "");
  assertEquals(messagesOf(run), LINES);
  assertEquals(await ada.ended(), 0, ada.stderr.join("\n"));
});

forwarderTest("`listen --reliable` hears all, in order and once", async (peers, start) => {
  await using log = start("listen", "log", "--reliable", "--json");
  await peers.runUntil("ann", "log");
  await peers.lose(4);
  await peers.say("ann", ...LINES);
  await peers.flush("ann");
  await log.line(new RegExp(`"text":"${LINES.at(-1)}"`));
  assertEquals(printed(log), LINES);
});

for (const reliable of [["--reliable"], []]) {
  const name = ["listen", ...reliable].join(" ");
  forwarderTest(`\`${name}\` keeps its session at a new address`, async (peers, start, relay) => {
    await using log = start("listen", "log", ...reliable, "--json");
    await peers.runUntil("ann", "log");
    await peers.say("ann", "before");
    await peers.flush("ann");
    await log.line(/"text":"before"/);
    await peers.move();
    await peers.say("ann", "lost on the way");
    await peers.flush("ann");
    await relay.process.errorLine(/client moved/);
    await peers.say("ann", "after");
    await peers.flush("ann");
    await log.line(/"text":"after"/);
    const isMove = (names: unknown) => Array.isArray(names) && names[0] === "SESSION_ID";
    const sent = await peers.sentSinceMove();
    assert(Array.isArray(sent) && sent.some(isMove), JSON.stringify(sent));
    if (reliable.length > 0) assertEquals(printed(log), ["before", "lost on the way", "after"]);
    const entries = relay.process.stderr.filter((line) => line.includes("registered id=log "));
    assertEquals(entries.length, 1);
  });
}
