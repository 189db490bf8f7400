/**
 * Shows hushcast at work in a few seconds: a relay and three clients in processes of their own
 * talk by multicast on the loopback interface, an operator looks and ends it.
 *
 *     deno task demo
 */
import { HushcastProcess, type RunningRelay, startRelay } from "./hushcast_process.ts";
import type { LineProcess } from "./line_process.ts";

const LONG_MESSAGE_BYTES = 200_000;

/** All of it, waiting included, has to be over by then. */
const TIME_LIMIT_MS = 15_000;

const startedMs = performance.now();

/** All that were started, to be ended when it takes too long. */
const processes: LineProcess[] = [];

/** Prints what happens, behind the seconds since the start. */
function say(text = ""): void {
  const seconds = ((performance.now() - startedMs) / 1000).toFixed(1).padStart(4);
  console.log(text === "" ? "" : `${seconds} s  ${text}`);
}

function indent(lines: readonly string[]): void {
  for (const line of lines) console.log(`          ${line.slice(0, 180)}`);
}

/** Starts a client that finds the relay through the group, and waits until it is registered. */
async function join(
  relay: RunningRelay,
  command: "chat" | "listen",
  name: string,
  state: string,
): Promise<HushcastProcess> {
  const way = ["--group", relay.group, "--interface", "127.0.0.1", "--state", state];
  const json = command === "listen" ? ["--json"] : [];
  const client = new HushcastProcess([command, "--name", name, ...way, ...json]);
  processes.push(client);
  await relay.process.errorLine(new RegExp(`client registered id=${name} `));
  say(`${name} joined with 'hushcast ${command}'`);
  return client;
}

/** Runs one command on the control port and prints its reply. */
async function operate(relay: RunningRelay, command: string, keep = /./): Promise<void> {
  await using control = new HushcastProcess(["control", "--port", `${relay.controlPort}`, command]);
  const code = await control.ended();
  say(`the operator runs 'hushcast control ${command}'${code === 0 ? "" : ` (exit code ${code})`}`);
  indent(control.stdout.filter((line) => keep.test(line)));
}

async function talk(relay: RunningRelay, state: string): Promise<void> {
  await using ann = await join(relay, "chat", "ann", state);
  await using bob = await join(relay, "chat", "bob", state);
  await using log = await join(relay, "listen", "log", state);
  say();
  await ann.type("Pump 3 runs hot, 81 degrees.");
  await bob.line(/81 degrees/);
  await bob.type("I go and look.");
  await ann.line(/go and look/);
  say("ann and bob talk; each saw:");
  indent([...bob.stdout, ...ann.stdout].filter((line) => /degrees|look/.test(line)));
  await log.line(/go and look/);
  say("log, which prints JSON for other programs, saw:");
  indent(log.stdout.filter((line) => line.includes('"message"')));
  say();
  const long = "hushcast ".repeat(LONG_MESSAGE_BYTES / 9 + 1).slice(0, LONG_MESSAGE_BYTES);
  await ann.type(long);
  const { input } = await log.line(/"text":"hushcast hushcast/);
  const isWhole = JSON.parse(input).text === long;
  say(`ann sends ${LONG_MESSAGE_BYTES} bytes at once; log has them ${isWhole ? "whole" : "WRONG"}`);
  if (!isWhole) throw new Error("the long message was damaged on its way");
  say();
  await operate(relay, "list_clients");
  await operate(relay, "get_stats", /^(clients|messages|deliveries|fragments|rss)/);
  await operate(relay, "exit");
  await bob.errorLine(/shutting down|reconnecting|lost/i);
  say("the clients were told:");
  indent(bob.stderr.slice(-2));
}

async function main(): Promise<number> {
  const state = await Deno.makeTempDir({ prefix: "hushcast-demo-" });
  try {
    await using relay = await startRelay(state);
    processes.push(relay.process);
    say(`a relay serves group ${relay.group} on 127.0.0.1, identity ${relay.identity}`);
    await talk(relay, state);
    const code = await relay.process.ended();
    say(`the relay has shut down with exit code ${code}`);
    return code;
  } finally {
    await Deno.remove(state, { recursive: true });
  }
}

const limit = setTimeout(() => {
  console.error(`demo: not over after ${TIME_LIMIT_MS / 1000} s, giving up`);
  // Whoever waits for one of them then sees it end, and cleans up.
  for (const process of processes) process.kill("SIGKILL");
}, TIME_LIMIT_MS);
try {
  Deno.exitCode = await main();
} finally {
  clearTimeout(limit);
}
