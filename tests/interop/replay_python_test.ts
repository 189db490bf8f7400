import { assertEquals, assertMatch } from "@std/assert";
import { startRelay } from "../../scripts/hushcast_process.ts";
import { pythonTest } from "../support/python.ts";
import { temporaryDirectory } from "../support/temporary_directory.ts";
import { type NamedTlv, PythonClients, sealed } from "./python_clients.ts";

/** Datagrams that are sent before an answer is waited for: a socket's buffer holds about 90. */
const BURST = 32;

const REPLAYED = ["REGISTRATION_REJECTED 7"];

/** Ann, whose datagrams are sent again, bob who hears what is relayed, and a stranger's socket. */
function replayTest(name: string, scenario: (peers: PythonClients) => Promise<void>): void {
  pythonTest(`replay (Python client) ${name}`, async (python) => {
    await using state = await temporaryDirectory();
    await using relay = await startRelay(state.path, ["--no-multicast"]);
    await using peers = new PythonClients(python, relay);
    await peers.join("bob");
    await peers.open("stranger");
    await scenario(peers);
  });
}

function numbered(number: number, text: string): NamedTlv {
  return sealed("ann", ["CLIENT_SEQUENCE", number], ["MESSAGE", text]);
}

/** Everything that bob was told until ann said "end", numbered so. */
async function toldBob(peers: PythonClients, number: number): Promise<unknown[]> {
  await peers.send("ann", await peers.datagram(numbered(number, "end")));
  return (await peers.runUntil("bob", "end")).events.slice(0, -1);
}

replayTest("a registration from the same address is answered again", async (peers) => {
  const { registration, session } = await peers.join("ann");
  await peers.send("ann", await peers.datagram(numbered(1, "one")));
  assertEquals((await peers.receive("ann"))?.tlvs, ["ann: ACK 1 1"]);
  const [accepted = ""] = await peers.exchange("ann", registration);
  assertMatch(accepted, new RegExp(`^ann: REGISTRATION_ACCEPTED ${session} `));
  const repeated = await peers.datagram(numbered(1, "one"));
  assertEquals(await peers.exchange("ann", repeated), ["ann: ACK 1 1"]);
  const joined = { notify_connect: "ann" };
  assertEquals(await toldBob(peers, 2), [joined, { message: "one", sender: "ann" }]);
});

replayTest("a registration from another address gets code 7", async (peers) => {
  const { registration } = await peers.join("ann");
  for (let turn = 0; turn < 3; turn++) {
    assertEquals(await peers.exchange("stranger", registration), REPLAYED);
  }
  assertEquals(await toldBob(peers, 1), [{ notify_connect: "ann" }]);
  assertEquals(await peers.heardByStranger("stranger"), []);
});

replayTest("a registration after its session ended gets code 7", async (peers) => {
  const { registration } = await peers.join("ann");
  await peers.runUntil("bob", "ann");
  await peers.send("ann", await peers.datagram(sealed("ann", ["DISCONNECT"])));
  assertEquals((await peers.runUntil("bob", "ann")).events, [{ notify_disconnect: "ann" }]);
  assertEquals(await peers.exchange("ann", registration), REPLAYED);
  assertEquals(await peers.exchange("stranger", registration), REPLAYED);
});

replayTest("a registration that another one replaced gets code 7", async (peers) => {
  const { registration } = await peers.join("ann");
  await peers.register("ann", "ann");
  assertEquals(await peers.exchange("ann", registration), REPLAYED);
  await peers.heardBy("ann");
});

replayTest("a numbered message is relayed once", async (peers) => {
  const { session } = await peers.join("ann");
  const message = await peers.datagram(numbered(1, "once"));
  assertEquals(await peers.exchange("ann", message), ["ann: ACK 1 1"]);
  for (let turn = 0; turn < 3; turn++) {
    assertEquals(await peers.exchange("ann", message), ["ann: ACK 1 1"]);
    assertEquals(await peers.exchange("stranger", message), ["UNKNOWN_SESSION"]);
  }
  const moving = await peers.datagram(["SESSION_ID", session], numbered(1, "once"));
  assertEquals(await peers.exchange("stranger", moving), ["UNKNOWN_SESSION"]);
  const told = await toldBob(peers, 2);
  assertEquals(told.slice(1), [{ message: "once", sender: "ann" }]);
});

replayTest("a message without a number is relayed once", async (peers) => {
  await peers.join("ann", { features: 0 });
  const message = await peers.datagram(sealed("ann", ["MESSAGE", "once"]));
  await peers.send("ann", message, message, message);
  await peers.send("stranger", message);
  await peers.send("ann", await peers.datagram(sealed("ann", ["MESSAGE", "end"])));
  const { events } = await peers.runUntil("bob", "end");
  assertEquals(events.slice(1, -1), [{ message: "once", sender: "ann" }]);
});

for (
  const [text, padding] of [["", 1], ["0123456789abcdef".repeat(2), 2], [
    "0123456789".repeat(3),
    0,
  ]] as const
) {
  replayTest(
    `a message of ${text.length} bytes with any bit flipped is not relayed`,
    async (peers) => {
      await peers.join("ann");
      await peers.runUntil("bob", "ann");
      await peers.heardBy("ann");
      const message = await peers.datagram(numbered(1, text));
      assertEquals(new TextDecoder().decode(message).split("=").length - 1, padding);
      const flips = everyFlip(message);
      while (flips.length > 0) {
        await peers.send("ann", ...flips.splice(0, BURST));
        assertEquals(await peers.heardBy("ann"), []);
      }
      assertEquals(await peers.exchange("ann", message), ["ann: ACK 1 1"]);
      assertEquals(await toldBob(peers, 2), [{ message: text, sender: "ann" }]);
    },
  );
}

/** The datagram with each of its bits flipped in turn. */
function everyFlip(datagram: Uint8Array): Uint8Array[] {
  return Array.from({ length: 8 * datagram.byteLength }, (_, bit) => {
    const flipped = datagram.slice();
    flipped.set([(flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7))], bit >> 3);
    return flipped;
  });
}
