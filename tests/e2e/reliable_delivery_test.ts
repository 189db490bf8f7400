import { assert, assertEquals, assertGreater, assertMatch } from "@std/assert";
import { HushcastProcess, type RunningRelay, startRelay } from "../../scripts/hushcast_process.ts";
import { UnreadProcess } from "../support/e2e_unread_process.ts";
import { routeTo, runHushcast, startClient } from "../support/relay_clients.ts";
import { temporaryDirectory } from "../support/temporary_directory.ts";

/** A line of `listen --json`. */
interface JsonLine {
  readonly type: string;
  readonly text?: string;
  readonly sequence?: number;
  readonly reason?: string;
}

function linesOf({ stdout }: { readonly stdout: readonly string[] }): JsonLine[] {
  return stdout.map((line) => JSON.parse(line));
}

/** The texts of messages, in the order in which they were printed. */
function textsOf(lines: readonly JsonLine[]): (string | undefined)[] {
  return lines.filter(({ type }) => type === "message").map(({ text }) => text);
}

/** `line 0`, `line 1` and so on. */
const numbered = (from: number, to: number): string[] =>
  Array.from({ length: to - from }, (_, index) => `line ${from + index}`);

/** A reliable listener that prints JSON. */
async function startListener(
  relay: RunningRelay,
  name: string,
  state: string,
  args: readonly string[] = [],
): Promise<HushcastProcess> {
  const flags = [...routeTo(relay, "unicast"), "--reliable", "--json", ...args];
  return await startClient(relay, "listen", name, state, flags);
}

/** A reliable sender of the lines that it is given. */
function startSender(relay: RunningRelay, name: string, state: string): HushcastProcess {
  const way = [...routeTo(relay, "unicast"), "--state", state, "--timeout", "15"];
  return new HushcastProcess(["send", "--reliable", "--name", name, ...way]);
}

/** Hands lines over in one piece, as a file would. */
async function typeAll(process: HushcastProcess, lines: readonly string[]): Promise<void> {
  await process.type(lines.join("\n"));
}

Deno.test("reliable: 2,000 lines at full speed arrive all, in order and once", async () => {
  const lines = numbered(0, 2_000);
  await using state = await temporaryDirectory();
  await using relay = await startRelay(state.path);
  const count = ["--count", `${lines.length}`];
  await using first = await startListener(relay, "first", state.path, count);
  await using second = await startListener(relay, "second", state.path, count);
  await using ada = startSender(relay, "ada", state.path);
  await typeAll(ada, lines);
  await ada.endInput();
  assertEquals(await ada.ended(), 0, ada.stderr.join("\n"));
  for (const listener of [first, second]) {
    assertEquals(await listener.ended(), 0, listener.stderr.join("\n"));
    assertEquals(textsOf(linesOf(listener)), lines);
  }
});

Deno.test("reliable: senders at the same time are heard in one order by all", async () => {
  const senders = ["ada", "ben", "cleo"];
  await using state = await temporaryDirectory();
  await using stack = new AsyncDisposableStack();
  await using relay = await startRelay(state.path);
  const count = ["--count", `${200 * senders.length}`];
  await using first = await startListener(relay, "first", state.path, count);
  await using second = await startListener(relay, "second", state.path, count);
  const sending = senders.map((name) => stack.use(startSender(relay, name, state.path)));
  for (const [index, sender] of sending.entries()) {
    await typeAll(sender, numbered(0, 200).map((line) => `${senders[index]} ${line}`));
    await sender.endInput();
  }
  assertEquals(await Promise.all(sending.map((sender) => sender.ended())), [0, 0, 0]);
  assertEquals([await first.ended(), await second.ended()], [0, 0]);
  const texts = textsOf(linesOf(first));
  assertEquals(texts, textsOf(linesOf(second)));
  for (const name of senders) {
    const own = texts.filter((text) => text?.startsWith(`${name} `));
    assertEquals(own, numbered(0, 200).map((line) => `${name} ${line}`));
  }
});

Deno.test("reliable: a message of 1 MiB arrives whole among short ones", async () => {
  const long = "0123456789abcdef".repeat(64 * 1024);
  await using state = await temporaryDirectory();
  await using relay = await startRelay(state.path);
  await using log = await startListener(relay, "log", state.path, ["--count", "3"]);
  await using ada = startSender(relay, "ada", state.path);
  await typeAll(ada, ["before", long, "behind"]);
  await ada.endInput();
  assertEquals(await ada.ended(), 0, ada.stderr.join("\n"));
  assertEquals(await log.ended(), 0, log.stderr.join("\n"));
  const texts = textsOf(linesOf(log));
  assertEquals([texts[0], texts[1] === long, texts[2]], ["before", true, "behind"]);
});

Deno.test("reliable: send and listen without the flag and with it understand each other", async () => {
  await using state = await temporaryDirectory();
  await using relay = await startRelay(state.path);
  await using log = await startListener(relay, "log", state.path, ["--count", "2"]);
  await using plain = await startClient(relay, "listen", "plain", state.path);
  const send = ["send", ...routeTo(relay, "unicast"), "--state", state.path];
  for (const args of [["without"], ["--reliable", "with"]]) {
    const sent = await runHushcast([...send, ...args]);
    assertEquals(sent.code, 0, sent.stderr.join("\n"));
  }
  assertEquals(await log.ended(), 0);
  assertEquals(textsOf(linesOf(log)), ["without", "with"]);
  await plain.line(/\twith$/);
});

Deno.test("reliable: both ends go on when the relay is killed and started again", async () => {
  await using state = await temporaryDirectory();
  await using former = await startRelay(state.path);
  await using log = await startListener(former, "log", state.path);
  await using ada = startSender(former, "ada", state.path);
  await typeAll(ada, numbered(0, 500));
  // In the midst of it: the rest is on its way, or waits for its turn.
  await log.line(/"line 100"/);
  former.process.kill("SIGKILL");
  await former.process.ended();
  await using relay = await startRelay(state.path, ["--port", `${former.port}`]);
  await relay.process.errorLine(/client registered id=log /);
  await relay.process.errorLine(/client registered id=ada /);
  await typeAll(ada, numbered(500, 1_000));
  await ada.endInput();
  assertEquals(await ada.ended(), 0, ada.stderr.join("\n"));
  await log.line(/"line 999"/);
  const lines = linesOf(log);
  const news = lines.map(({ reason }) => reason).indexOf("new_series");
  assertGreater(news, 100);
  assertEquals(lines.filter(({ reason }) => reason === "new_series").length, 1);
  assertMatch(log.stderr.join("\n"), /the relay counts afresh/);
  assertAscending(lines.slice(0, news));
  assertAscending(lines.slice(news));
  assertEquals(textsOf(lines).slice(-500), numbered(500, 1_000));
});

Deno.test("reliable: a listener misses nothing that was sent while it was not heard of", async () => {
  await using state = await temporaryDirectory();
  await using relay = await startRelay(state.path);
  await using log = await startListener(relay, "log", state.path, ["--count", "400"]);
  await using ada = startSender(relay, "ada", state.path);
  await typeAll(ada, numbered(0, 100));
  await log.line(/"line 99"/);
  log.kill("SIGSTOP");
  await typeAll(ada, numbered(100, 400));
  await ada.endInput();
  assertEquals(await ada.ended(), 0, ada.stderr.join("\n"));
  log.kill("SIGCONT");
  assertEquals(await log.ended(), 0, log.stderr.join("\n"));
  assertEquals(textsOf(linesOf(log)), numbered(0, 400));
});

Deno.test("reliable: a listener whose output nobody reads for a while loses nothing", async () => {
  // More than its pipe, its own queue and its window hold together; the relay's history has the rest.
  const lines = numbered(0, 10_000);
  await using state = await temporaryDirectory();
  await using relay = await startRelay(state.path);
  const flags = [...routeTo(relay, "unicast"), "--reliable", "--json", "--count", "10000"];
  await using log = new UnreadProcess(["listen", "--name", "log", "--state", state.path, ...flags]);
  await relay.process.errorLine(/client registered id=log /);
  await using ada = startSender(relay, "ada", state.path);
  await typeAll(ada, lines);
  await ada.endInput();
  assertEquals(await ada.ended(), 0, ada.stderr.join("\n"));
  const { code, lines: printed } = await log.readAll();
  assertEquals(code, 0);
  assertEquals(textsOf(linesOf({ stdout: printed })), lines);
});

Deno.test("reliable: what the relay no longer holds is told as a gap, never passed over", async () => {
  await using state = await temporaryDirectory();
  await using relay = await startRelay(state.path, ["--history-messages", "10"]);
  await using log = await startListener(relay, "log", state.path);
  await using ada = startSender(relay, "ada", state.path);
  await typeAll(ada, ["first"]);
  await log.line(/"first"/);
  log.kill("SIGSTOP");
  // More than the socket of a stopped process holds, so that some of it is lost for good.
  const long = "x".repeat(900);
  await typeAll(ada, numbered(0, 2_000).map((line) => `${line} ${long}`));
  await ada.endInput();
  assertEquals(await ada.ended(), 0, ada.stderr.join("\n"));
  log.kill("SIGCONT");
  await log.line(/"line 1999 /);
  await log.errorLine(/messages? (is|are) lost/);
  const told = linesOf(log).flatMap((line) => numbersOf(line));
  assertEquals(told, Array.from({ length: 2_001 }, (_, index) => index + 1));
});

/** The relay sequences that a line is about: those of a gap, or that of a message. */
function numbersOf(line: JsonLine & { readonly first?: number; readonly last?: number }): number[] {
  if (line.type === "message") return line.sequence === undefined ? [] : [line.sequence];
  const { first = 1, last = 0 } = line.type === "gap" ? line : {};
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}

/** Whether numbered lines come in order and once, whatever may be missing. */
function assertAscending(lines: readonly JsonLine[]): void {
  const numbers = textsOf(lines).map((text) => Number(text?.split(" ")[1]));
  const wrong = numbers.findIndex((number, index) => number <= (numbers[index - 1] ?? -1));
  assert(wrong === -1, `${numbers[wrong]} after ${numbers[wrong - 1]}`);
}
