import { assert, assertEquals } from "@std/assert";
import { HushcastProcess, type RunningRelay, startRelay } from "../../scripts/hushcast_process.ts";
import { pythonTest } from "../support/python.ts";
import { temporaryDirectory } from "../support/temporary_directory.ts";
import { HushcastTerminal } from "./top_terminal.ts";

const FAST = ["--interval", "0.2"];

/** A client of a relay that says nothing unless it is told to. */
async function startChat(
  relay: RunningRelay,
  state: string,
  name: string,
): Promise<HushcastProcess> {
  const chat = new HushcastProcess([
    "chat",
    ...["--relay", relay.relay, "--state", state, "--name", name],
  ]);
  await relay.process.errorLine(/client registered/);
  return chat;
}

function top(python: string, relay: RunningRelay, ...args: string[]): Promise<HushcastTerminal> {
  return HushcastTerminal.start(python, ["top", "--port", `${relay.controlPort}`, ...args]);
}

pythonTest(
  "top: draws, sorts, follows the size, and gives the terminal back at q",
  async (python) => {
    await using state = await temporaryDirectory();
    await using relay = await startRelay(state.path);
    await using _ann = await startChat(relay, state.path, "ann");
    await using ben = await startChat(relay, state.path, "漢字 ben");
    await using terminal = await top(python, relay, ...FAST);
    await terminal.shows(/relay 127\.0\.0\.1:\d+ {2}up /);
    await terminal.shows(/clients 1-2 of 2/);
    await ben.type("hello");
    await terminal.shows(/MSG IN↓[^]*\n漢字 ben .*\nann /);
    await terminal.type("i");
    await terminal.shows(/ID↑[^]*\nann .*\n漢字 ben /);
    await terminal.resize(60, 7 + 1);
    await terminal.shows(/clients 1-1 of 2/);
    await terminal.type("/ben\r");
    await terminal.shows(/clients 1-1 of 1 \(2 without filter: ben\)/);
    await terminal.type("q");
    assertEquals(await terminal.ended(), { code: 0, isRestored: true });
    assertEquals([...terminal.screen.modes].sort(), ["25", "7"]);
    assertEquals(terminal.screen.unknown, []);
  },
);

for (const [end, code] of [["Ctrl-C", 0], ["SIGINT", 130], ["SIGTERM", 130]] as const) {
  pythonTest(`top: gives the terminal back at ${end}`, async (python) => {
    await using state = await temporaryDirectory();
    await using relay = await startRelay(state.path);
    await using terminal = await top(python, relay, ...FAST);
    await terminal.shows(/clients 0 /);
    assertEquals([...terminal.screen.modes], ["1049"]);
    if (end === "Ctrl-C") await terminal.type("\x03");
    else await terminal.signal(end);
    assertEquals(await terminal.ended(), { code, isRestored: true });
    assertEquals([...terminal.screen.modes].sort(), ["25", "7"]);
  });
}

pythonTest("top: takes the terminal back when it goes on after a stop", async (python) => {
  await using state = await temporaryDirectory();
  await using relay = await startRelay(state.path);
  await using terminal = await top(python, relay, ...FAST);
  await terminal.shows(/clients 0 /);
  await terminal.stopAndResume();
  await terminal.type("?");
  await terminal.shows(/any key ends this page/);
  assertEquals([...terminal.screen.modes], ["1049"]);
  await terminal.type("xq");
  assertEquals(await terminal.ended(), { code: 0, isRestored: true });
});

pythonTest("top: waits for a relay that restarts, and begins the rates anew", async (python) => {
  await using state = await temporaryDirectory();
  const first = await startRelay(state.path);
  await using terminal = await top(python, first, ...FAST);
  await terminal.shows(/messages in 0\/s/);
  first.process.kill("SIGTERM");
  await terminal.shows(/gone for \d+s, trying again: [^]*messages in - /);
  await first[Symbol.asyncDispose]();
  const again = ["--control-port", `${first.controlPort}`, "--port", `${first.port}`];
  await using _second = await startRelay(state.path, again);
  await terminal.shows(/connected again[^]*messages in 0\/s/);
  await terminal.type("q");
  assertEquals(await terminal.ended(), { code: 0, isRestored: true });
});

pythonTest("top: uses colour unless NO_COLOR is set", async (python) => {
  await using state = await temporaryDirectory();
  const relay = await startRelay(state.path);
  const args = ["top", "--port", `${relay.controlPort}`, ...FAST];
  await using colored = await HushcastTerminal.start(python, args);
  await using plain = await HushcastTerminal.start(python, args, { NO_COLOR: "1" });
  for (const terminal of [colored, plain]) await terminal.shows(/clients 0 /);
  await relay[Symbol.asyncDispose]();
  for (const terminal of [colored, plain]) await terminal.shows(/gone for/);
  assert(colored.screen.styles.has("1;31"));
  assertEquals([...plain.screen.styles].filter((style) => /3\d/.test(style)), []);
  for (const terminal of [colored, plain]) await terminal.type("q");
  for (const terminal of [colored, plain]) assertEquals((await terminal.ended()).code, 0);
});

pythonTest("top: leaves a terminal that can't move its cursor alone", async (python) => {
  await using state = await temporaryDirectory();
  await using relay = await startRelay(state.path);
  const args = ["top", "--port", `${relay.controlPort}`, ...FAST];
  await using terminal = await HushcastTerminal.start(python, args, { TERM: "dumb" });
  assertEquals(await terminal.ended(), { code: 0, isRestored: true });
  assertEquals([...terminal.screen.styles], []);
});
