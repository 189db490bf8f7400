import { assertEquals } from "@std/assert";
import { startRelay } from "../../scripts/hushcast_process.ts";
import { pythonTest } from "../support/python.ts";
import { temporaryDirectory } from "../support/temporary_directory.ts";
import { messagesOf, type NamedTlv, PythonClients, sealed } from "./python_clients.ts";

/** Ann, whose session moves or doesn't, with her CLIENT_SEQUENCE 1 taken, and bob. */
function roamingTest(
  name: string,
  scenario: (peers: PythonClients, session: NamedTlv) => Promise<void>,
): void {
  pythonTest(`roaming (Python client) ${name}`, async (python) => {
    await using state = await temporaryDirectory();
    await using relay = await startRelay(state.path, ["--no-multicast"]);
    await using peers = new PythonClients(python, relay);
    const { session } = await peers.join("ann");
    await peers.join("bob");
    await peers.runUntil("ann", "bob");
    await peers.say("ann", "at home");
    await peers.flush("ann");
    await peers.runUntil("bob", "at home");
    await peers.open("new");
    await peers.open("third");
    await scenario(peers, ["SESSION_ID", session]);
  });
}

/** A message of ann's, or with no number one without CLIENT_SEQUENCE. */
function numbered(number: number | undefined, text: string): NamedTlv {
  const sequence: NamedTlv[] = number === undefined ? [] : [["CLIENT_SEQUENCE", number]];
  return sealed("ann", ...sequence, ["MESSAGE", text]);
}

/** Lets bob say something, and fails unless it comes to ann at this port. */
async function assertAnnAt(peers: PythonClients, port: string, text: string): Promise<void> {
  await peers.say("bob", text);
  await peers.flush("bob");
  const heard = await peers.heardBy("ann", port);
  assertEquals(heard.filter((tlv) => tlv.includes("MESSAGE")), [`ann: MESSAGE ${text}`]);
}

/** Fails if the datagram, sent from a new address, moves ann's session or is relayed. */
async function assertStays(peers: PythonClients, datagram: Uint8Array): Promise<void> {
  assertEquals(await peers.exchange("new", datagram), ["UNKNOWN_SESSION"]);
  await assertAnnAt(peers, "ann", "still there?");
  assertEquals(await peers.heardByStranger("new"), []);
  await peers.send("ann", await peers.datagram(numbered(2, "I am")));
  assertEquals(messagesOf(await peers.runUntil("bob", "I am")), ["I am"]);
}

roamingTest("a message with a higher number moves the session", async (peers, session) => {
  const move = await peers.datagram(session, numbered(2, "from afar"));
  assertEquals(await peers.exchange("new", move), ["ann: ACK 2 2"]);
  await assertAnnAt(peers, "new", "one");
  const late = await peers.datagram(numbered(3, "at the old place"));
  assertEquals(await peers.exchange("ann", late), ["UNKNOWN_SESSION"]);
  await peers.send("new", await peers.datagram(numbered(3, "at the new place")));
  const { events } = await peers.runUntil("bob", "at the new place");
  assertEquals(events, [
    { message: "from afar", sender: "ann" },
    { message: "at the new place", sender: "ann" },
  ]);
});

roamingTest("a KEEP_ALIVE with a higher number moves the session", async (peers, session) => {
  const probe = sealed("ann", ["CLIENT_SEQUENCE", 2], ["KEEP_ALIVE"]);
  const move = await peers.datagram(session, probe);
  const answers = await peers.answersBefore("new", move, "ann: KEEP_ALIVE_REPLY 1");
  assertEquals(answers.flatMap(({ tlvs }) => tlvs), ["ann: ACK 2 0"]);
  await assertAnnAt(peers, "new", "one");
});

roamingTest("a copy from a third address doesn't", async (peers, session) => {
  const move = await peers.datagram(session, numbered(2, "from afar"));
  assertEquals(await peers.exchange("new", move), ["ann: ACK 2 2"]);
  assertEquals(await peers.exchange("third", move), ["UNKNOWN_SESSION"]);
  await assertAnnAt(peers, "new", "one");
  assertEquals(await peers.heardByStranger("third"), []);
  assertEquals(messagesOf(await peers.runUntil("bob", "from afar")), ["from afar"]);
});

roamingTest("a copy of the first message doesn't", async (peers, session) => {
  const again = await peers.datagram(session, numbered(1, "at home"));
  await assertStays(peers, again);
});

roamingTest("a message without a number doesn't", async (peers, session) => {
  await assertStays(peers, await peers.datagram(session, numbered(undefined, "from afar")));
});

roamingTest("a KEEP_ALIVE without a number doesn't", async (peers, session) => {
  await assertStays(peers, await peers.datagram(session, sealed("ann", ["KEEP_ALIVE"])));
});

roamingTest("an outer KEEP_ALIVE doesn't", async (peers, session) => {
  await assertStays(peers, await peers.datagram(session, ["KEEP_ALIVE"]));
});

roamingTest("a message without SESSION_ID, or not behind it, doesn't", async (peers, session) => {
  await assertStays(peers, await peers.datagram(numbered(2, "from afar"), session));
});

roamingTest("another session's id, or another's token, doesn't", async (peers, session) => {
  const strange: NamedTlv = ["SESSION_ID", "0123456789abcdef"];
  const first = await peers.datagram(strange, numbered(2, "from afar"));
  assertEquals(await peers.exchange("new", first), ["UNKNOWN_SESSION"]);
  const theirs = sealed("bob", ["CLIENT_SEQUENCE", 9], ["MESSAGE", "I am ann"]);
  await assertStays(peers, await peers.datagram(session, theirs));
});
