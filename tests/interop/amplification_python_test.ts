import { assert, assertEquals, assertMatch } from "@std/assert";
import { startRelay } from "../../scripts/hushcast_process.ts";
import { pythonTest } from "../support/python.ts";
import { runHushcast } from "../support/relay_clients.ts";
import { temporaryDirectory } from "../support/temporary_directory.ts";
import { type NamedTlv, PythonClients, sealed } from "./python_clients.ts";

/** Longest answer, in lengths of the datagram that asked. */
const AMPLIFICATION = 3;
/** Longer answers that a source gets at once, and a second (1.4). */
const LONG_AT_ONCE = 5;
const LONG_PER_SECOND = 1;
/** How often each datagram is sent. */
const TURNS = 3;
/** ENCRYPTED_SYMMETRIC_KEY under an RSA key of 2048 bits. */
const BLOCK_BYTES = 4 + 256;

/** A datagram of someone without a session. */
type NamedKind = readonly [name: string, kind: readonly NamedTlv[] | Uint8Array];

/** Bytes that came for a datagram. */
interface Exchange {
  readonly name: string;
  readonly bytesIn: number;
  readonly bytesOut: number;
}

const block = (size: number): NamedTlv => ["ENCRYPTED_SYMMETRIC_KEY", size];
const keyRequest = (size: number): NamedTlv => ["PUBLIC_KEY_REQUEST", size];

/** What a stranger can send who knows nothing. */
const IGNORANT: readonly NamedKind[] = [
  // First, while the relay still gives long answers.
  ["many of PUBLIC_KEY_REQUEST", Array.from({ length: 50 }, () => keyRequest(0))],
  ["both requests", [keyRequest(0), block(0)]],
  ["nothing", new Uint8Array(0)],
  ["a byte", new Uint8Array(1)],
  ["a truncated TLV", Uint8Array.of(0, 1, 0, 9, 1)],
  ...[0, 1, 100, 190, 200, 300, 996, 1400].map((size) =>
    [`PUBLIC_KEY_REQUEST of ${size}`, [keyRequest(size)]] as const
  ),
  ["COOKIE before PUBLIC_KEY_REQUEST", [["COOKIE", "00".repeat(16)], keyRequest(0)]],
  ...[0, 1, 16, 255, 256, 257, 512].map((size) =>
    [`ENCRYPTED_SYMMETRIC_KEY of ${size}`, [block(size)]] as const
  ),
  ["many of ENCRYPTED_SYMMETRIC_KEY", Array.from({ length: 20 }, () => block(0))],
  ["both requests, backwards", [block(256), keyRequest(0)]],
  ["an empty token", [["SYMMETRICALLY_ENCRYPTED_MESSAGE"]]],
  ["a token of nobody", [["SYMMETRICALLY_ENCRYPTED_MESSAGE", 100]]],
  ["KEEP_ALIVE", [["KEEP_ALIVE"]]],
  ["many of KEEP_ALIVE", Array.from({ length: 50 }, (): NamedTlv => ["KEEP_ALIVE"])],
  ["a fragment", [["FRAGMENT", "0000000100000002414141"]]],
  ["SESSION_ID", [["SESSION_ID", "0123456789abcdef"]]],
  ["COOKIE", [["COOKIE", "00".repeat(16)]]],
  ["an outer DISCONNECT", [["DISCONNECT"]]],
  ["an unknown TLV", [[0x7777]]],
  ["an answer of a relay", [["SERVER_PUBLIC_KEY_RESPONSE"]]],
  ["a rejection of a relay", [["REGISTRATION_REJECTED", 1]]],
];

/** Sends each kind from a socket of its own, and weighs what comes. */
async function weigh(peers: PythonClients, kinds: readonly NamedKind[]): Promise<Exchange[]> {
  const exchanges: Exchange[] = [];
  await peers.open("fence");
  for (const [name, kind] of kinds) {
    await peers.open(name);
    const datagram = kind instanceof Uint8Array ? kind : await peers.datagram(...kind);
    for (let turn = 0; turn < TURNS; turn++) {
      await peers.send(name, datagram);
      await waitUntilDone(peers);
      exchanges.push({ name, bytesIn: datagram.byteLength, bytesOut: await drain(peers, name) });
    }
  }
  for (const [name] of kinds) assertEquals(await drain(peers, name), 0, name);
  return exchanges;
}

/** Waits until the relay has answered all that it was sent before. */
async function waitUntilDone(peers: PythonClients): Promise<void> {
  // What takes no RSA is answered before these, and what takes RSA waits in line before them.
  const fence = await peers.datagram(block(256));
  for (let turn = 0; turn < 2; turn++) {
    assertEquals((await peers.exchange("fence", fence)).length, 1);
  }
}

/** Bytes that have come to a socket. */
async function drain(peers: PythonClients, port: string): Promise<number> {
  const answer = await peers.receive(port, 0);
  return answer === undefined ? 0 : answer.bytes + await drain(peers, port);
}

/** A relay, and all that a stranger gets out of it. */
function amplificationTest(
  name: string,
  args: (state: string) => Promise<readonly string[]>,
  scenario: (peers: PythonClients) => Promise<readonly Exchange[]>,
): void {
  pythonTest(`amplification (Python client) ${name}`, async (python) => {
    await using state = await temporaryDirectory();
    await using relay = await startRelay(state.path, ["--no-multicast", ...await args(state.path)]);
    await using peers = new PythonClients(python, relay);
    await peers.open("asker");
    await peers.send("asker", await peers.datagram(keyRequest(996)));
    const keyAnswerBytes = (await peers.receive("asker"))?.bytes;
    const startedAt = performance.now();
    const exchanges = await scenario(peers);
    const allowed = LONG_AT_ONCE + LONG_PER_SECOND * (performance.now() - startedAt) / 1000;
    const long = exchanges.filter(({ bytesIn, bytesOut }) => bytesOut > AMPLIFICATION * bytesIn);
    assert(long.length <= allowed, JSON.stringify(long));
    for (const { name, bytesOut } of long) {
      assertMatch(name, /PUBLIC_KEY_REQUEST|both/);
      assertEquals(bytesOut, keyAnswerBytes, name);
    }
  });
}

function usual(): Promise<readonly string[]> {
  return Promise.resolve([]);
}

async function withTokens(state: string): Promise<readonly string[]> {
  const path = ["--auth-tokens", `${state}/tokens.json`];
  const { code, stderr } = await runHushcast(["token", "add", "ann", ...path]);
  assertEquals(code, 0, stderr.join("\n"));
  return path;
}

amplificationTest("a stranger gets three times what it sent at most", usual, async (peers) => {
  const exchanges = await weigh(peers, IGNORANT);
  const answered = exchanges.filter(({ bytesOut }) => bytesOut > 0).map(({ name }) => name);
  assert(answered.includes("many of PUBLIC_KEY_REQUEST"));
  assert(answered.includes("PUBLIC_KEY_REQUEST of 200"));
  assert(answered.includes("ENCRYPTED_SYMMETRIC_KEY of 256"));
  assert(answered.includes("KEEP_ALIVE"));
  return exchanges;
});

amplificationTest("who overheard a client gets no more", usual, async (peers) => {
  const { session, registration } = await peers.join("ann");
  const message = sealed("ann", ["CLIENT_SEQUENCE", 1], ["MESSAGE", "overheard"]);
  const datagram = await peers.datagram(message);
  assertEquals(await peers.exchange("ann", datagram), ["ann: ACK 1 1"]);
  const probe = sealed("ann", ["KEEP_ALIVE"]);
  return await weigh(peers, [
    ["a registration", registration],
    ["its block", registration.subarray(0, BLOCK_BYTES)],
    ["a message", datagram],
    ["a message behind SESSION_ID", [["SESSION_ID", session], message]],
    ["a probe", [probe]],
    ["a probe behind SESSION_ID", [["SESSION_ID", session], probe]],
    ["a NACK behind SESSION_ID", [["SESSION_ID", session], sealed("ann", ["NACK", 1, 1])]],
  ]);
});

amplificationTest(
  "who has no token gets no more",
  withTokens,
  async (peers) => {
    await peers.open("ann");
    await peers.heardByStranger("ann");
    await peers.renewKey("ann");
    const key: NamedTlv = ["ENCRYPTED_SYMMETRIC_KEY", "ann"];
    const hello: NamedTlv[] = [["CLIENT_HELLO", 1, 1], ["CLIENT_NAME", "ann"]];
    return await weigh(peers, [
      ["a block", [key]],
      ["a hello", [key, sealed("ann", ...hello)]],
      ["a wrong token", [key, sealed("ann", ...hello, ["AUTH_TOKEN", "x"])]],
      ...IGNORANT,
    ]);
  },
);

amplificationTest(
  "who has to show a cookie gets no more than it sent",
  () => Promise.resolve(["--cookie-threshold", "0"]),
  async (peers) => {
    const exchanges = await weigh(peers, IGNORANT);
    for (const { name, bytesIn, bytesOut } of exchanges) assert(bytesOut <= bytesIn, name);
    return exchanges;
  },
);

amplificationTest(
  "a source gets five long answers at once, and one a second",
  usual,
  async (peers) => {
    const startedAt = performance.now();
    const kinds = Array.from({ length: 10 }, (_, index): NamedKind => [
      `PUBLIC_KEY_REQUEST ${index}`,
      [keyRequest(index)],
    ]);
    const exchanges = await weigh(peers, kinds);
    const answered = exchanges.filter(({ bytesOut }) => bytesOut > 0).length;
    assert(answered >= LONG_AT_ONCE, `${answered} answers`);
    assert(answered <= LONG_AT_ONCE + LONG_PER_SECOND * (performance.now() - startedAt) / 1000);
    return exchanges;
  },
);
