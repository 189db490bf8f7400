import { assert, assertEquals, assertMatch } from "@std/assert";
import { fileURLToPath } from "node:url";
import { type RunningRelay, startRelay } from "../../scripts/hushcast_process.ts";
import { LineProcess } from "../../scripts/line_process.ts";
import { pythonTest } from "../support/python.ts";
import { routeTo, runHushcast, startClient } from "../support/relay_clients.ts";
import { temporaryDirectory } from "../support/temporary_directory.ts";

const SCRIPT = fileURLToPath(new URL("group_client.py", import.meta.url));

type Mode = "unicast" | "multicast";

/** A Python client that is a member of the group. */
async function startMember(
  python: string,
  relay: RunningRelay,
  name: string,
): Promise<LineProcess> {
  const member = new LineProcess(python, ["-u", SCRIPT, relay.relay, "--name", name]);
  try {
    await member.line(/^registered\t2$/);
    await member.line(/^key\t/);
    return member;
  } catch (error) {
    await member[Symbol.asyncDispose]();
    throw error;
  }
}

/** A relay with group delivery. */
function groupTest(
  mode: Mode,
  name: string,
  scenario: (python: string, relay: RunningRelay, state: string) => Promise<void>,
): void {
  pythonTest(`group delivery by ${mode} (Python client) ${name}`, async (python) => {
    await using state = await temporaryDirectory();
    await using relay = await startRelay(state.path, ["--group-delivery", mode]);
    await scenario(python, relay, state.path);
  });
}

/** The epoch of the newest key that a member was told. */
function epochOf({ stdout }: LineProcess): number {
  const keys = stdout.filter((line) => line.startsWith("key\t"));
  return Number(keys.at(-1)?.split("\t")[1]);
}

async function send(relay: RunningRelay, state: string, text: string): Promise<void> {
  const way = [...routeTo(relay, "unicast"), "--state", state];
  const sent = await runHushcast(["send", "--name", "ada", ...way, text]);
  assertEquals(sent.code, 0, sent.stderr.join("\n"));
}

for (const mode of ["unicast", "multicast"] as const) {
  groupTest(mode, "is told where group messages come", async (python, relay) => {
    await using ann = await startMember(python, relay, "ann");
    const [, address = ""] = await ann.line(/^key\t1\t(\S+)$/);
    if (mode === "unicast") assertEquals(address, "0.0.0.0:0");
    else assertEquals(address, `239.255.77.77:${relay.port + 1}`);
  });

  groupTest(mode, "opens what hushcast sends, short and long", async (python, relay, state) => {
    await using ann = await startMember(python, relay, "ann");
    const long = `${"0123456789abcdef".repeat(2_000)} the end`;
    await send(relay, state, "hello");
    await ann.line(/^group\t\d+\tada\thello$/);
    await send(relay, state, long);
    const [line = ""] = await ann.line(/^group\t\d+\tada\t.* the end$/);
    assertEquals(line.split("\t").at(-1), long);
  });

  groupTest(
    mode,
    "is heard by `hushcast listen --group-delivery`",
    async (python, relay, state) => {
      await using ann = await startMember(python, relay, "ann");
      const flags = [...routeTo(relay, "unicast"), "--group-delivery", "--json"];
      await using log = await startClient(relay, "listen", "log", state, flags);
      await ann.line(/^key\t2\t/);
      await ann.type("hello from Python");
      await log.line(/"sender":"ann".*"text":"hello from Python"/);
      assertEquals(ann.stdout.filter((line) => line.includes("hello from Python")), []);
    },
  );

  groupTest(mode, "gets a new key when a member leaves", async (python, relay) => {
    await using ann = await startMember(python, relay, "ann");
    await using ben = await startMember(python, relay, "ben");
    const before = epochOf(ben);
    await ben.type("/quit");
    await ann.line(new RegExp(`^key\t${before + 1}\t`));
    await ann.line(/^left\tben$/);
  });

  groupTest(mode, "is given a lost key again for a KEEP_ALIVE", async (python, relay, state) => {
    await using ann = await startMember(python, relay, "ann");
    await ann.type("/forget");
    await ann.type("/alive");
    await ann.line(/^key again\t1\t/);
    await send(relay, state, "hello");
    await ann.line(/^group\t1\tada\thello$/);
  });
}

groupTest("multicast", "can open nothing once it is kicked", async (python, relay, state) => {
  await using ann = await startMember(python, relay, "ann");
  await using eve = await startMember(python, relay, "eve");
  await send(relay, state, "all may know");
  await eve.line(/^group\t\d+\tada\tall may know$/);
  const port = ["--port", `${relay.controlPort}`];
  const kicked = await runHushcast(["control", ...port, "kick_client", "eve", "enough"]);
  assertEquals(kicked.code, 0, kicked.stderr.join("\n"));
  await eve.line(/^disconnected\tenough$/);
  await send(relay, state, "eve may not know");
  await ann.line(/^group\t\d+\tada\teve may not know$/);
  // She still hears that something was said.
  const [, epoch] = await eve.line(/^closed\t(\d+)$/);
  assert(Number(epoch) > epochOf(eve));
  assertEquals(eve.stdout.filter((line) => line.includes("may not know")), []);
});

groupTest(
  "unicast",
  "stands beside a client without the feature",
  async (python, relay, state) => {
    await using ann = await startMember(python, relay, "ann");
    await using plain = await startClient(relay, "listen", "plain", state);
    await send(relay, state, "hello both");
    await plain.line(/^ada\thello both$/);
    const [heard = ""] = await ann.line(/^group\t\d+\tada\thello both$/);
    assertMatch(heard, /^group/);
  },
);
