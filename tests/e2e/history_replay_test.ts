import { assert, assertEquals, assertGreater, assertMatch } from "@std/assert";
import { type RunningRelay, startRelay } from "../../scripts/hushcast_process.ts";
import { SqliteHistory } from "../../src/history/sqlite/sqlite_history.ts";
import { DEFAULT_TLV_TYPES } from "../../src/wire/tlv_types.ts";
import { RelayCluster } from "../support/e2e_cluster.ts";
import {
  assertOneTalk,
  finish,
  heardBy,
  numbered,
  startListener,
  startSender,
  textsOf,
  typeAll,
} from "../support/e2e_cluster_clients.ts";
import { NatsServer, natsTest } from "../support/nats_server.ts";
import { runHushcast } from "../support/relay_clients.ts";
import { keep, numberedMessage, WIDE_LIMITS } from "../support/sqlite_history_fixture.ts";
import { temporaryDirectory } from "../support/temporary_directory.ts";

const HOUR_MS = 3_600_000;

const wayTo = ({ relay }: RunningRelay): string[] => ["--relay", relay];

/** Sends lines, and waits until the relay has them all. */
async function say(way: readonly string[], path: string, lines: readonly string[]): Promise<void> {
  await using ada = await startSender({ name: "ada", way, path });
  await typeAll(ada, lines);
  await finish(ada);
}

/** Runs a listener until it has printed so many messages. @returns Their texts. */
async function listen(
  way: readonly string[],
  path: string,
  count: number,
  args: readonly string[],
): Promise<string[]> {
  const flags = [...args, "--count", `${count}`];
  await using log = await startListener({ name: "log", way, path, args: flags });
  assertEquals(await log.ended(), 0, log.stderr.join("\n"));
  return textsOf(log);
}

for (const kind of ["memory", "sqlite"] as const) {
  const history = (path: string) => kind === "memory" ? kind : `sqlite:${path}/history.db`;

  Deno.test(`listen --replay: the last of what a relay with ${kind} holds comes first`, async () => {
    await using state = await temporaryDirectory();
    const { path } = state;
    await using relay = await startRelay(path, ["--history", history(path)]);
    const way = wayTo(relay);
    await say(way, path, numbered("line", 0, 20));
    const asked = [
      { name: "three", args: ["--replay", "3"], from: 17 },
      { name: "all", args: ["--replay", "1000000"], from: 0 },
      { name: "recent", args: ["--since", "1h"], from: 0 },
    ];
    for (const { name, args, from } of asked) {
      await using log = await startListener({ name, way, path, args });
      await log.line(/"line 19"/);
      // What is said from then on comes behind it, with the number behind it.
      await say(way, path, [`news for ${name}`]);
      await log.line(new RegExp(`"news for ${name}"`));
      const texts = textsOf(log).filter((text) => !text.startsWith("news"));
      assertEquals(texts, numbered("line", from, 20), args.join(" "));
      const sequences = heardBy(log).map(({ sequence }) => sequence);
      assertEquals(sequences, sequences.map((_, index) => (sequences[0] ?? 0) + index));
    }
    assertEquals(await listen(way, path, 2, ["--replay", "6"]), ["line 17", "line 18"]);
  });

  Deno.test(`listen --replay: it joins on to what is being said, with ${kind}`, async () => {
    await using state = await temporaryDirectory();
    const { path } = state;
    await using relay = await startRelay(path, ["--history", history(path)]);
    const way = wayTo(relay);
    await using first = await startListener({ name: "first", way, path });
    await using ada = await startSender({ name: "ada", way, path });
    await typeAll(ada, numbered("ada", 0, 3_000));
    await first.line(/"ada 300"/);
    await using log = await startListener({ name: "log", way, path, args: ["--replay", "200"] });
    await finish(ada);
    for (const listener of [first, log]) await listener.line(/"ada 2999"/);
    assertOneTalk([first], { ada: numbered("ada", 0, 3_000) });
    const from = 3_000 - heardBy(log).length;
    assertGreater(from, 50, "it came before there was anything to be told again");
    assertOneTalk([log], { ada: numbered("ada", from, 3_000) });
    assertEquals(heardBy(log)[0]?.sequence, from + 1);
  });
}

Deno.test("listen --replay: what the relay no longer holds is no gap", async () => {
  await using state = await temporaryDirectory();
  const { path } = state;
  await using relay = await startRelay(path, ["--history-messages", "10"]);
  const way = wayTo(relay);
  await say(way, path, numbered("ada", 0, 50));
  await using log = await startListener({ name: "log", way, path, args: ["--replay", "40"] });
  await log.line(/"ada 49"/);
  assertOneTalk([log], { ada: numbered("ada", 40, 50) });
  assert(!log.stderr.some((line) => /lost/.test(line)));
});

Deno.test("listen --since: what is older does not come", async () => {
  await using state = await temporaryDirectory();
  const { path } = state;
  await makeOldHistory(path, [
    { text: "yesterday", agoMs: 24 * HOUR_MS },
    { text: "two hours ago", agoMs: 2 * HOUR_MS },
    { text: "just now", agoMs: 60_000 },
  ]);
  await using relay = await startRelay(path, ["--history", `sqlite:${path}/history.db`]);
  const way = wayTo(relay);
  await say(way, path, ["now"]);
  assertEquals(await listen(way, path, 2, ["--since", "1h"]), ["just now", "now"]);
  assertEquals(await listen(way, path, 3, ["--since", "3h"]), ["two hours ago", "just now", "now"]);
  const all = ["yesterday", "two hours ago", "just now", "now"];
  assertEquals(await listen(way, path, 4, ["--since", "7d"]), all);
});

Deno.test("relay --history-age: what is older than that is gone after the start", async () => {
  await using state = await temporaryDirectory();
  const { path } = state;
  await makeOldHistory(path, [
    { text: "two hours ago", agoMs: 2 * HOUR_MS },
    { text: "just now", agoMs: 60_000 },
  ]);
  const flags = ["--history", `sqlite:${path}/history.db`, "--history-age", "1h"];
  await using relay = await startRelay(path, flags);
  assertEquals(await listen(wayTo(relay), path, 1, ["--replay", "10"]), ["just now"]);
});

Deno.test("listen --replay: after a restart nothing of it comes a second time", async () => {
  await using state = await temporaryDirectory();
  const { path } = state;
  const flags = ["--history", `sqlite:${path}/history.db`];
  await using former = await startRelay(path, flags);
  const way = wayTo(former);
  await say(way, path, numbered("ada", 0, 20));
  await using log = await startListener({ name: "log", way, path, args: ["--replay", "10"] });
  await log.line(/"ada 19"/);
  former.process.kill("SIGKILL");
  await former.process.ended();
  await using relay = await startRelay(path, [...flags, "--port", `${former.port}`]);
  await relay.process.errorLine(/client registered id=log /);
  await say(way, path, ["ada 20"]);
  await log.line(/"ada 20"/);
  assertOneTalk([log], { ada: numbered("ada", 10, 21) });
});

natsTest("listen --replay: relays of a cluster tell of what was said at others", async () => {
  await using nats = await NatsServer.start();
  await using cluster = await RelayCluster.start(2, { nats: [nats.url] });
  const { path } = cluster;
  await say(wayTo(cluster.at(0)), path, numbered("ada", 0, 300));
  await using second = await startListener({
    name: "second",
    way: wayTo(cluster.at(1)),
    path,
    args: ["--replay", "100"],
  });
  await second.line(/"ada 299"/);
  assertOneTalk([second], { ada: numbered("ada", 200, 300) });
  // One that was not there when it was said.
  await cluster.kill(0);
  await cluster.restart(0);
  const texts = await listen(wayTo(cluster.at(0)), path, 300, ["--since", "1h"]);
  assertEquals(texts, numbered("ada", 0, 300));
});

Deno.test("listen --replay: with --since it is wrong usage", async () => {
  await using state = await temporaryDirectory();
  const flags = ["--relay", "127.0.0.1:9", "--state", state.path];
  for (
    const { args, says } of [
      { args: ["--replay", "3", "--since", "1h"], says: /exclude each other/ },
      { args: ["--replay", "0"], says: /--replay/ },
      { args: ["--replay", "all"], says: /--replay/ },
      { args: ["--since", "yesterday"], says: /--since/ },
    ]
  ) {
    const { code, stdout, stderr } = await runHushcast(["listen", ...flags, ...args]);
    assertEquals([code, stdout], [2, []], stderr.join("\n"));
    assertMatch(stderr.join("\n"), says);
  }
});

/** Makes the history of a relay that has run for a while. */
async function makeOldHistory(
  state: string,
  said: readonly { readonly text: string; readonly agoMs: number }[],
): Promise<void> {
  await using history = await SqliteHistory.open({
    path: `${state}/history.db`,
    keyDirectory: state,
    types: DEFAULT_TLV_TYPES,
    limits: WIDE_LIMITS,
  });
  const messages = said.map(({ text, agoMs }, index) =>
    numberedMessage(index + 1, {
      payload: new TextEncoder().encode(text),
      unixMs: Date.now() - agoMs,
    })
  );
  await keep(history, ...messages);
}
