import { assert, assertEquals, assertMatch } from "@std/assert";
import { join } from "node:path";
import { type RunningRelay, startRelay } from "../../scripts/hushcast_process.ts";
import { pythonTest } from "../support/python.ts";
import { temporaryDirectory } from "../support/temporary_directory.ts";
import { type NamedTlv, PythonClients, sealed } from "./python_clients.ts";

const ANN = "a1".repeat(16);

/** A relay whose history outlasts it. */
async function startKeeping(state: string): Promise<RunningRelay> {
  const history = `sqlite:${join(state, "history.db")}`;
  return await startRelay(state, ["--no-multicast", "--history", history]);
}

/** Registers at a socket of its own, with TLVs beside the hello. Returns what comes back, in words. */
async function register(
  peers: PythonClients,
  client: string,
  ...tlvs: readonly NamedTlv[]
): Promise<readonly string[]> {
  await peers.open(client);
  await peers.heardByStranger(client);
  await peers.renewKey(client);
  const hello: NamedTlv[] = [["CLIENT_HELLO", 1, 1], ["CLIENT_NAME", client], ...tlvs];
  const key: NamedTlv = ["ENCRYPTED_SYMMETRIC_KEY", client];
  return await peers.exchange(client, await peers.datagram(key, sealed(client, ...hello)));
}

/** Says something under a number. Returns what comes back, in words. */
async function say(
  peers: PythonClients,
  client: string,
  number: number,
  ...tlvs: readonly NamedTlv[]
): Promise<readonly string[]> {
  const token = sealed(client, ["CLIENT_SEQUENCE", number], ...tlvs);
  return await peers.exchange(client, await peers.datagram(token));
}

/** The session id of a registration that was accepted, in hexadecimal digits. */
function sessionOf([accepted = ""]: readonly string[]): string {
  const [, session = ""] = /REGISTRATION_ACCEPTED (\w{16}) /.exec(accepted) ?? [];
  assert(session !== "", accepted);
  return session;
}

pythonTest(
  "history (Python client) has a message once that is said again after a kill -9",
  async (python) => {
    await using state = await temporaryDirectory();
    let session = "";
    let series: string | undefined;
    {
      await using relay = await startKeeping(state.path);
      await using peers = new PythonClients(python, relay);
      const accepted = await register(peers, "ann", ["CLIENT_INSTANCE", ANN]);
      session = sessionOf(accepted);
      series = accepted[1];
      assertMatch(series ?? "", /SERIES_ID/);
      assertEquals(await say(peers, "ann", 1, ["MESSAGE", "one"]), ["ann: ACK 1 1"]);
      assertEquals(await say(peers, "ann", 2, ["MESSAGE", "two"]), ["ann: ACK 2 2"]);
      relay.process.kill("SIGKILL");
      await relay.process.ended();
    }
    await using relay = await startKeeping(state.path);
    await using peers = new PythonClients(python, relay);
    const accepted = await register(peers, "ann", ["CLIENT_INSTANCE", ANN]);
    assertEquals(accepted[1], series);
    await peers.join("bob");
    // As if the second ACK had never come.
    const firstSent: NamedTlv = ["FIRST_SENT", `${session}0000000000000002`];
    assertEquals(
      await say(peers, "ann", 1, firstSent, ["MESSAGE", "two"]),
      [
        "ann: NOTIFY_CONNECT bob",
        "ann: ACK 1 2",
      ].slice(-1),
    );
    assertEquals(await say(peers, "ann", 2, ["MESSAGE", "three"]), ["ann: ACK 2 3"]);
    const { events } = await peers.runUntil("bob", "three");
    assertEquals(events.filter((event) => "message" in event).map(({ message }) => message), [
      "three",
    ]);
  },
);

pythonTest("history (Python client) is told where the past begins, and gets it", async (python) => {
  await using state = await temporaryDirectory();
  await using relay = await startKeeping(state.path);
  await using peers = new PythonClients(python, relay);
  await register(peers, "ann");
  for (let number = 1; number <= 5; number++) {
    await say(peers, "ann", number, ["MESSAGE", `message ${number}`]);
  }
  const accepted = await register(peers, "late", ["REPLAY", 1, 2]);
  assertEquals(accepted.at(-1), "late: REPLAY_FROM 3");
  assertMatch(accepted[0] ?? "", / 1 5$/);
  await peers.send("late", await peers.datagram(sealed("late", ["NACK", 4, 5])));
  const heard = await peers.heardBy("late");
  assertEquals(heard.filter((tlv) => tlv.startsWith("late: MESSAGE")), [
    "late: MESSAGE message 4",
    "late: MESSAGE message 5",
  ]);
  const aged = await register(peers, "later", ["REPLAY", 2, 3_600]);
  assertEquals(aged.at(-1), "later: REPLAY_FROM 0");
});
