import { assertEquals, assertMatch } from "@std/assert";
import { startRelay } from "../../scripts/hushcast_process.ts";
import { pythonTest } from "../support/python.ts";
import { temporaryDirectory } from "../support/temporary_directory.ts";
import { type NamedTlv, PythonClients, sealed } from "./python_clients.ts";

/** A COOKIE: its header and 16 bytes. */
const COOKIE_BYTES = 20;
const COOKIE = /^COOKIE [0-9a-f]{32}$/;

/** A relay that always asks for a cookie, and a stranger with a key of its own at socket `ann`. */
function cookieTest(name: string, scenario: (peers: PythonClients) => Promise<void>): void {
  pythonTest(`cookies (Python client) ${name}`, async (python) => {
    await using state = await temporaryDirectory();
    const args = ["--no-multicast", "--cookie-threshold", "0"];
    await using relay = await startRelay(state.path, args);
    await using peers = new PythonClients(python, relay);
    await peers.open("ann");
    await peers.renewKey("ann");
    await scenario(peers);
  });
}

const KEY_REQUEST: NamedTlv = ["PUBLIC_KEY_REQUEST", 996];
const KEY_ANSWER = ["SERVER_PUBLIC_KEY_RESPONSE", "SERVER_IDENTITY"];

/** Asks for a cookie, and returns its digits. */
async function cookieOf(peers: PythonClients, port: string): Promise<string> {
  const [answer = ""] = await peers.exchange(port, await peers.datagram(KEY_REQUEST));
  assertMatch(answer, COOKIE);
  return answer.slice("COOKIE ".length);
}

/** A cookie with one of its 128 bits flipped. */
function flipped(cookie: string, bit: number): string {
  const bytes = Uint8Array.fromHex(cookie);
  bytes.set([(bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7))], bit >> 3);
  return bytes.toHex();
}

/** Fails unless the datagram is answered with a cookie alone, that is never longer than it. */
async function assertAskedForCookie(
  peers: PythonClients,
  datagram: Uint8Array,
  port = "ann",
): Promise<void> {
  await peers.send(port, datagram);
  const answer = await peers.receive(port);
  assertEquals([answer?.bytes, answer?.tlvs.length], [COOKIE_BYTES, 1]);
  assertMatch(answer?.tlvs[0] ?? "", COOKIE);
}

cookieTest("both requests are answered with COOKIE alone, until one comes first", async (peers) => {
  await assertAskedForCookie(peers, await peers.datagram(KEY_REQUEST));
  const cookie = await cookieOf(peers, "ann");
  const asked = await peers.datagram(["COOKIE", cookie], KEY_REQUEST);
  assertEquals(await peers.exchange("ann", asked), KEY_ANSWER);
  const registration: NamedTlv[] = [
    ["ENCRYPTED_SYMMETRIC_KEY", "ann"],
    sealed("ann", ["CLIENT_HELLO", 1, 1], ["CLIENT_NAME", "ann"]),
  ];
  await assertAskedForCookie(peers, await peers.datagram(...registration));
  await assertAskedForCookie(peers, await peers.datagram(["ENCRYPTED_SYMMETRIC_KEY", 256]));
  const proven = await peers.datagram(["COOKIE", cookie], ...registration);
  const [accepted = ""] = await peers.exchange("ann", proven);
  assertMatch(accepted, /^ann: REGISTRATION_ACCEPTED /);
  const message = sealed("ann", ["CLIENT_SEQUENCE", 1], ["MESSAGE", "no cookie here"]);
  assertEquals(await peers.exchange("ann", await peers.datagram(message)), ["ann: ACK 1 1"]);
});

cookieTest("a request that is shorter than COOKIE gets nothing", async (peers) => {
  for (const padding of [0, 1, 15]) {
    await peers.send("ann", await peers.datagram(["PUBLIC_KEY_REQUEST", padding]));
    await peers.send("ann", await peers.datagram(["ENCRYPTED_SYMMETRIC_KEY", padding]));
  }
  const asked = await peers.datagram(KEY_REQUEST);
  assertEquals(await peers.answersBefore("ann", asked, "COOKIE"), []);
  await assertAskedForCookie(peers, await peers.datagram(["PUBLIC_KEY_REQUEST", 16]));
  await assertAskedForCookie(peers, await peers.datagram(["ENCRYPTED_SYMMETRIC_KEY", 16]));
});

cookieTest("a cookie counts from the port that it was given to alone", async (peers) => {
  await peers.open("eve");
  const cookie = await cookieOf(peers, "ann");
  const asked = await peers.datagram(["COOKIE", cookie], KEY_REQUEST);
  await assertAskedForCookie(peers, asked, "eve");
  assertEquals(await peers.exchange("ann", asked), KEY_ANSWER);
  assertEquals(await peers.exchange("ann", asked), KEY_ANSWER);
});

cookieTest("a cookie with a bit flipped, or of another length, does not count", async (peers) => {
  const cookie = await cookieOf(peers, "ann");
  const wrong = Array.from({ length: 128 }, (_, bit) => flipped(cookie, bit));
  for (const forged of [...wrong, "", cookie.slice(2), `${cookie}00`]) {
    await assertAskedForCookie(peers, await peers.datagram(["COOKIE", forged], KEY_REQUEST));
  }
});

cookieTest("a cookie that is not the first TLV does not count", async (peers) => {
  const cookie: NamedTlv = ["COOKIE", await cookieOf(peers, "ann")];
  await assertAskedForCookie(peers, await peers.datagram(KEY_REQUEST, cookie));
  await assertAskedForCookie(peers, await peers.datagram(["KEEP_ALIVE"], cookie, KEY_REQUEST));
  await assertAskedForCookie(peers, await peers.datagram([0x7777, 4], cookie, KEY_REQUEST));
  const forged: NamedTlv = ["COOKIE", flipped(String(cookie[1]), 0)];
  await assertAskedForCookie(peers, await peers.datagram(forged, cookie, KEY_REQUEST));
});

cookieTest("a client that answers COOKIE gets in", async (peers) => {
  await peers.join("bob");
  await peers.say("bob", "hello");
  assertEquals(await peers.flush("bob"), [[1, 1]]);
});
