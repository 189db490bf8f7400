import { assertEquals } from "@std/assert";
import { PythonDirectClient, type PythonHybridOptions } from "../support/direct_python_client.ts";
import { type DirectReceiver, receiverTest } from "../support/direct_receiver.ts";
import { SeededRandom } from "../support/seeded_random.ts";

/** Longer than a server may wait before it acknowledges a copy. */
const COPY_PAUSE_SECONDS = 0.2;

const REFUSED: readonly { name: string; options: PythonHybridOptions }[] = [
  { name: "a signature of another message", options: { sequence: 1, sign: { message: "other" } } },
  { name: "a signature of another sequence", options: { sequence: 1, sign: { sequence: 2 } } },
  { name: "a token two minutes old", options: { sequence: 1, age: 120 } },
  { name: "a token from two minutes ahead", options: { sequence: 1, age: -120 } },
];

for (const { name, options } of REFUSED) {
  receiverTest(`passes over ${name}`, async (server, python) => {
    await using ann = await PythonDirectClient.start(python, server.address, 2048);
    await ann.send(...await ann.fragments(await ann.hybrid("refused", options), 1));
    assertEquals(await ann.hearsNothing(), true);
    await assertTaken(server, ann, ["proof of life"]);
  });
}

receiverTest("passes over a signature by another key", async (server, python) => {
  await using ann = await PythonDirectClient.start(python, server.address, 2048);
  await using eve = await PythonDirectClient.start(python, server.address, 4096);
  await ann.send(...await eve.fragments(await eve.hybrid("refused", { sequence: 1, sign: {} }), 1));
  assertEquals(await ann.hearsNothing(), true);
  await assertTaken(server, ann, ["proof of life"]);
});

receiverTest("delivers once and acknowledges again a repeated message", async (server, python) => {
  await using ann = await PythonDirectClient.start(python, server.address, 2048);
  const plain = [await ann.plain("plain")];
  const fragments = await ann.fragments(await ann.plain("fragments"), 1, 100);
  const hybrid = await ann.fragments(await ann.hybrid("hybrid", { sequence: 1 }), 2);
  const resealed = await ann.fragments(await ann.hybrid("hybrid", { sequence: 1 }), 3);
  const bare = [await ann.hybrid("no CLIENT_SEQUENCE", { block: "whole" })];
  const copies = [
    { datagrams: plain, answer: "ACK" },
    { datagrams: fragments, answer: "1: ACK" },
    { datagrams: hybrid, answer: "2: ACK" },
    { datagrams: resealed, answer: "3: ACK" },
    { datagrams: bare, answer: "ACK" },
  ];
  for (const { datagrams, answer } of copies) {
    assertEquals((await ann.deliver(...datagrams)).text, answer);
    while (!("silent" in await ann.answer(COPY_PAUSE_SECONDS)));
    assertEquals((await ann.deliver(...datagrams)).text, answer);
    while (!("silent" in await ann.answer(COPY_PAUSE_SECONDS)));
  }
  await assertTaken(server, ann, ["plain", "fragments", "hybrid", "no CLIENT_SEQUENCE", "end"]);
});

receiverTest("knows a Fernet key again that comes in another RSA block", async (server, python) => {
  await using ann = await PythonDirectClient.start(python, server.address, 2048);
  for (const messageId of [1, 2]) {
    const body = await ann.hybrid("resealed", { sequence: 1, block: "new" });
    const fragments = await ann.fragments(body, messageId);
    assertEquals((await ann.deliver(...fragments)).text, `${messageId}: ACK`);
  }
  for (const number of [0, 1]) {
    const part = { transferId: new Uint8Array(8), number, count: 2 };
    const body = await ann.hybrid(`half ${number} `, { sequence: 2 + number, part, block: "new" });
    const fragments = await ann.fragments(body, 3 + number);
    assertEquals((await ann.deliver(...fragments)).text, `${3 + number}: ACK`);
  }
  await assertTaken(server, ann, ["resealed", "half 0 half 1 ", "end"]);
});

receiverTest("delivers once what is sent again from another address", async (server, python) => {
  await using ann = await PythonDirectClient.start(python, server.address, 2048);
  await using eve = await PythonDirectClient.start(python, server.address, 2048);
  const plain = await ann.plain("plain");
  const hybrid = await ann.fragments(await ann.hybrid("hybrid", { sequence: 1 }), 2);
  const bare = await ann.fragments(await ann.hybrid("no CLIENT_SEQUENCE"), 3);
  for (const datagrams of [[plain], hybrid, bare]) {
    await ann.deliver(...datagrams);
    await eve.send(...datagrams);
  }
  await assertTaken(server, eve, ["plain", "hybrid", "no CLIENT_SEQUENCE", "from eve"]);
});

receiverTest("is silent about garbage, and goes on", async (server, python) => {
  await using ann = await PythonDirectClient.start(python, server.address, 2048);
  const random = new SeededRandom(1985);
  const withHeader = (bytes: Uint8Array, number: number, count: number) =>
    bytes.with(4, number).with(5, count);
  await ann.send(
    new Uint8Array(0),
    ...[1, 5].map((size) => random.bytes(size)),
    ...[6, 255, 256, 257, 512, 1200, 9000].map((size) => withHeader(random.bytes(size), 0, 9)),
    ...[6, 255, 256, 257, 512, 1200].map((size) => withHeader(random.bytes(size), 9, 8)),
    ...[6, 255, 256, 257, 512, 1200].map((size) => withHeader(random.bytes(size), 1, 1)),
    new TextEncoder().encode("-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n"),
  );
  assertEquals(await ann.hearsNothing(), true);
  await assertTaken(server, ann, ["proof of life"]);
});

receiverTest(
  "rations its key for unpadded requests, and not for padded ones",
  async (server, python) => {
    await using ann = await PythonDirectClient.start(python, server.address);
    const request = new TextEncoder().encode("REQ_PUB_KEY\n");
    const startedAt = performance.now();
    await ann.send(...Array.from({ length: 20 }, () => request));
    let answers = 0;
    while ("pem" in await ann.answer(0.5)) answers++;
    // The bucket gives one more a second, should this machine have taken that long.
    const earned = Math.floor((performance.now() - startedAt) / 1000);
    assertEquals(answers >= 5 && answers <= 5 + earned, true, `${answers} answers`);
    for (let turn = 0; turn < 20; turn++) {
      assertEquals("fingerprint" in Object(await ann.requestKey()), true);
    }
  },
);

const NOT_REQUESTS = [
  "REQ_PUB_KEY",
  "REQ_PUB_KEY ",
  "REQ_PUB_KEY\r\n",
  "REQ_PUB_KEY\n\n",
  " REQ_PUB_KEY\n",
];

receiverTest("takes no other text for a key request", async (server, python) => {
  await using ann = await PythonDirectClient.start(python, server.address);
  for (const text of [...NOT_REQUESTS, `REQ_PUB_KEY\n${" ".repeat(900)}x`, "REQ_PUB_KEY\nplease"]) {
    await ann.send(new TextEncoder().encode(text));
  }
  // By rule 4 most of these are fragments, of which others are missing: a NACK is right.
  for (let answer = await ann.answer(0.6); !("silent" in answer); answer = await ann.answer(0.6)) {
    assertEquals("pem" in answer, false);
  }
  await assertTaken(server, ann, ["proof of life"]);
});

/** Sends the last of the messages, and checks that the server has handed over just these. */
async function assertTaken(
  server: DirectReceiver,
  client: PythonDirectClient,
  texts: readonly string[],
): Promise<void> {
  const last = texts.at(-1) ?? "";
  const fragments = await client.fragments(await client.plain(last), 0xffff);
  assertEquals((await client.deliver(...fragments)).text, `${0xffff}: ACK`);
  assertEquals((await server.messagesUpTo(last)).map(({ text }) => text), texts);
}
