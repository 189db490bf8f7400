import { assert, assertEquals } from "@std/assert";
import { HushcastProcess, type RunningRelay, startRelay } from "../../scripts/hushcast_process.ts";
import { pythonTest } from "../support/python.ts";
import { routeTo, startClient } from "../support/relay_clients.ts";
import { temporaryDirectory } from "../support/temporary_directory.ts";
import { messagesOf, PythonClients, sealed } from "./python_clients.ts";

/** A relay with Python clients around it. */
function reliableTest(
  name: string,
  args: readonly string[],
  scenario: (peers: PythonClients, relay: RunningRelay, state: string) => Promise<void>,
): void {
  pythonTest(`reliable delivery (Python client) ${name}`, async (python) => {
    await using state = await temporaryDirectory();
    await using relay = await startRelay(state.path, ["--no-multicast", ...args]);
    await using peers = new PythonClients(python, relay);
    await scenario(peers, relay, state.path);
  });
}

function reliableSend(relay: RunningRelay, state: string, name: string): HushcastProcess {
  const way = [...routeTo(relay, "unicast"), "--state", state];
  return new HushcastProcess(["send", "--reliable", "--name", name, ...way]);
}

reliableTest("is granted, by a relay that proves who it is", [], async (peers, relay) => {
  const ann = await peers.join("ann");
  assertEquals([ann.features, ann.latest, ann.identity], [1, 0, relay.identity]);
  const plain = await peers.join("plain", { features: 0 });
  assertEquals([plain.features, plain.series], [0, ann.series]);
});

reliableTest(
  "gets all of `hushcast send --reliable` in order though it loses some",
  [],
  async (peers, relay, state) => {
    await peers.join("ann");
    const lines = Array.from({ length: 40 }, (_, index) => `line ${index}`);
    await peers.drop("ann", "line 0", "line 3", "line 4", "line 4", "line 17", "line 38");
    await using ada = reliableSend(relay, state, "ada");
    for (const line of lines) await ada.type(line);
    await ada.endInput();
    assertEquals(await ada.ended(), 0, ada.stderr.join("\n"));
    const run = await peers.runUntil("ann", "line 39");
    assertEquals(messagesOf(run), lines);
    assert(run.nacks.length > 0);
  },
);

reliableTest(
  "is heard by `hushcast listen --reliable`, in order and once",
  [],
  async (peers, relay, state) => {
    await peers.join("ann");
    const args = [...routeTo(relay, "unicast"), "--reliable", "--json"];
    await using log = await startClient(relay, "listen", "log", state, args);
    const lines = Array.from({ length: 40 }, (_, index) => `line ${index}`);
    await peers.say("ann", ...lines);
    const acks = await peers.flush("ann");
    assertEquals(acks, lines.map((_, index) => [index + 1, index + 1]));
    await log.line(/"text":"line 39"/);
    const heard = log.stdout.map((line) => JSON.parse(line))
      .filter(({ type }) => type === "message");
    assertEquals(heard.map(({ text }) => text), lines);
    assertEquals(heard.map(({ sequence }) => sequence), lines.map((_, index) => index + 1));
    assertEquals(new Set(heard.map(({ sender }) => sender)), new Set(["ann"]));
  },
);

reliableTest(
  "gets long messages, and is heard with long ones",
  [],
  async (peers, relay, state) => {
    await peers.join("ann");
    const args = [...routeTo(relay, "unicast"), "--reliable", "--json"];
    await using log = await startClient(relay, "listen", "log", state, args);
    const long = "0123456789abcdef".repeat(6_000);
    await peers.say("ann", long, "short");
    await peers.flush("ann");
    await log.line(/"text":"short"/);
    assertEquals(log.stdout.filter((line) => line.includes(`"text":"${long}"`)).length, 1);
    await using ada = reliableSend(relay, state, "ada");
    await peers.drop("ann", long.toUpperCase());
    for (const line of [long.toUpperCase(), "end"]) await ada.type(line);
    await ada.endInput();
    assertEquals(messagesOf(await peers.runUntil("ann", "end")), [long.toUpperCase(), "end"]);
    assertEquals(await ada.ended(), 0, ada.stderr.join("\n"));
  },
);

reliableTest("has a repeated number acknowledged again and relayed once", [], async (peers) => {
  await peers.join("ann");
  await peers.join("bob");
  await peers.runUntil("ann", "bob");
  const once = sealed("ann", ["CLIENT_SEQUENCE", 1], ["MESSAGE", "once"]);
  const first = await peers.datagram(once);
  assertEquals(await peers.exchange("ann", first), ["ann: ACK 1 1"]);
  assertEquals(await peers.exchange("ann", first), ["ann: ACK 1 1"]);
  assertEquals(await peers.exchange("ann", await peers.datagram(once)), ["ann: ACK 1 1"]);
  const next = sealed("ann", ["CLIENT_SEQUENCE", 2], ["MESSAGE", "next"]);
  assertEquals(await peers.exchange("ann", await peers.datagram(next)), ["ann: ACK 2 2"]);
  assertEquals(await peers.exchange("ann", first), ["ann: ACK 1 1"]);
  assertEquals(messagesOf(await peers.runUntil("bob", "next")), ["once", "next"]);
});

reliableTest("learns its own number from the ACK and never hears itself", [], async (peers) => {
  await peers.join("ann");
  await peers.join("bob");
  await peers.runUntil("ann", "bob");
  for (const [name, text] of [["ann", "one"], ["bob", "two"], ["ann", "three"]] as const) {
    await peers.say(name, text);
    await peers.flush(name);
  }
  await peers.say("bob", "four");
  const acks = await peers.flush("bob");
  assertEquals(acks, [[2, 4]]);
  assertEquals(messagesOf(await peers.runUntil("ann", "four")), ["two", "four"]);
  await peers.send("ann", await peers.datagram(sealed("ann", ["NACK", 1, 1, 3, 3])));
  const again = await peers.heardBy("ann");
  assertEquals(again, ["ann: ACK 1 1", "ann: ACK 2 3"]);
});

reliableTest(
  "is told what the history no longer holds, and reports a gap in order",
  ["--history-messages", "3"],
  async (peers) => {
    await peers.join("ann");
    await peers.join("bob");
    const lines = ["a", "b", "c", "d", "e", "f", "g", "h"];
    await peers.drop("ann", ...lines.slice(1));
    await peers.say("bob", ...lines);
    await peers.flush("bob");
    const { events, nacks } = await peers.runUntil("ann", "h");
    assertEquals(events.filter((event) => !("notify_connect" in event)), [
      { message: "a", sender: "bob" },
      { gap: [2, 5] },
      { message: "f", sender: "bob" },
      { message: "g", sender: "bob" },
      { message: "h", sender: "bob" },
    ]);
    assert(nacks.length > 0);
    await peers.send("ann", await peers.datagram(sealed("ann", ["NACK", 1, 2, 4, 8, 9, 12])));
    const answer = await peers.heardBy("ann");
    const isOf = (name: string) => (tlv: string) => tlv.startsWith(`ann: ${name}`);
    assertEquals(answer.filter(isOf("LOST")), ["ann: LOST 1 2", "ann: LOST 4 5"]);
    assertEquals(
      answer.filter(isOf("RELAY_SEQUENCE")),
      [6, 7, 8].map((number) => `ann: RELAY_SEQUENCE ${number}`),
    );
  },
);

reliableTest("finds a lost last message by KEEP_ALIVE_REPLY", [], async (peers) => {
  await peers.join("ann");
  await peers.join("bob");
  await peers.drop("ann", "only", "last");
  await peers.say("bob", "only", "last");
  await peers.flush("bob");
  const { events, nacks } = await peers.runUntil("ann", "last");
  assertEquals(messagesOf({ events }), ["only", "last"]);
  assertEquals(nacks.length, 1);
});

reliableTest("asks in a new session for what it missed between", [], async (peers) => {
  const before = await peers.join("ann");
  await peers.join("bob");
  await peers.say("bob", "first");
  await peers.flush("bob");
  await peers.runUntil("ann", "first");
  await peers.send("ann", await peers.datagram(sealed("ann", ["DISCONNECT"])));
  await peers.runUntil("bob", "ann");
  await peers.say("bob", "second", "third");
  await peers.flush("bob");
  const after = await peers.join("ann");
  assertEquals([after.series, after.latest], [before.series, 3]);
  assertEquals(messagesOf(await peers.runUntil("ann", "third")), ["second", "third"]);
});
