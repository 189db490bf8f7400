import { assertEquals } from "@std/assert";
import { PythonDirectClient } from "../support/direct_python_client.ts";
import { receiverTest } from "../support/direct_receiver.ts";

/** Longest plaintext of one RSA-OAEP block for a key of 2048 bits. */
const BLOCK_BYTES = 256 - 66;

const ACK = { text: "ACK", form: "blocks", bytes: 256, datagrams: 1 };

receiverTest(
  "takes a plain RSA message, and answers under the client's key",
  async (server, python) => {
    await using ann = await PythonDirectClient.start(python, server.address, 2048);
    await ann.send(await ann.plain("grüße from ann"));
    assertEquals(await ann.answer(), ACK);
    assertEquals(await server.messagesUpTo("grüße from ann"), [
      { sender: ann.address, text: "grüße from ann", signedBy: undefined },
    ]);
  },
);

receiverTest("answers in the clear without a client key", async (server, python) => {
  await using ann = await PythonDirectClient.start(python, server.address);
  await ann.send(await ann.plain("hello"));
  assertEquals(await ann.answer(), { text: "ACK", form: "bare", bytes: 3, datagrams: 1 });
});

receiverTest(
  "tells the public key whose fingerprint it printed",
  async (server, python) => {
    await using ann = await PythonDirectClient.start(python, server.address);
    assertEquals(await ann.requestKey(), {
      fingerprint: server.fingerprint,
      bits: 2048,
      bytes: 451,
    });
  },
);

receiverTest("takes fragments out of order and repeated", async (server, python) => {
  await using ann = await PythonDirectClient.start(python, server.address, 2048);
  const [one, two, three] = await ann.fragments(await ann.plain("in pieces"), 0xffff_fff0, 100);
  if (!one || !two || !three) throw new Error("want three fragments");
  await ann.send(three, one, one, three, two);
  assertEquals(await ann.answer(), { ...ACK, text: "4294967280: ACK" });
  assertEquals(await ann.hearsNothing(), true);
  assertEquals((await server.messagesUpTo("in pieces")).length, 1);
});

receiverTest("asks for missing fragments after 300 ms", async (server, python) => {
  await using ann = await PythonDirectClient.start(python, server.address, 2048);
  const fragments = await ann.fragments(await ann.plain("with gaps"), 7, 40);
  const isMissing = (index: number) => [1, 4, 6].includes(index);
  const sentAt = performance.now();
  await ann.send(...fragments.filter((_, index) => !isMissing(index)));
  assertEquals(await ann.answer(), { ...ACK, text: "7: NACK 2,5,7" });
  assertEquals(performance.now() - sentAt >= 300, true);
  await ann.send(...fragments.filter((_, index) => isMissing(index)));
  assertEquals(await ann.answer(), { ...ACK, text: "7: ACK" });
  assertEquals((await server.messagesUpTo("with gaps")).length, 1);
});

receiverTest(
  "asks five times at most a client that gave up",
  async (server, python) => {
    await using ann = await PythonDirectClient.start(python, server.address, 2048);
    const body = await ann.plain("x".repeat(8 * BLOCK_BYTES));
    const fragments = await ann.fragments(body, 7, Math.ceil(body.byteLength / 250));
    await ann.send(...fragments.slice(0, 1));
    const missing = fragments.map((_, index) => index + 1).slice(1);
    for (let turn = 0; turn < 5; turn++) {
      const [, numbers = ""] = /^7: NACK ([0-9,]+)$/.exec(String((await ann.answer()).text)) ?? [];
      const named = numbers.split(",").map(Number);
      // A NACK may keep to one datagram: what it leaves out can be named by the next.
      assertEquals(named, missing.slice(0, named.length));
      assertEquals(named.length > 200, true);
    }
    assertEquals(await ann.hearsNothing(), true);
    assertEquals((await ann.deliver(...fragments)).text, "7: ACK");
  },
);

receiverTest(
  "keeps a fragment that comes right behind the client's key",
  async (server, python) => {
    await using ann = await PythonDirectClient.start(python, server.address, 2048);
    await ann.send(Uint8Array.of(0, 0, 0, 7, 1, 2));
    assertEquals(await ann.answer(), { ...ACK, text: "7: NACK 2" });
  },
);

receiverTest("takes bodies of one and several blocks", async (server, python) => {
  await using ann = await PythonDirectClient.start(python, server.address, 2048);
  const texts = [1, BLOCK_BYTES, BLOCK_BYTES + 1, 5 * BLOCK_BYTES].map((size) => "b".repeat(size));
  for (const [messageId, text] of texts.entries()) {
    const { text: answer } = await ann.deliver(
      ...await ann.fragments(await ann.plain(text), messageId, 300),
    );
    assertEquals(answer, `${messageId}: ACK`);
  }
  const received = await server.messagesUpTo(texts.at(-1) ?? "");
  assertEquals(received.map(({ text }) => text), texts);
});

receiverTest("takes fragments exactly as long as an RSA block", async (server, python) => {
  await using ann = await PythonDirectClient.start(python, server.address, 2048);
  const fragments = await ann.fragments(await ann.plain("y".repeat(1000)), 7, 256 - 6);
  await ann.send(...fragments);
  assertEquals((await ann.answer()).text, "7: ACK");
});

receiverTest("takes hybrid messages, in fragments and whole", async (server, python) => {
  await using ann = await PythonDirectClient.start(python, server.address, 2048);
  const whole = await ann.hybrid("without a header", { sequence: 1, block: "whole" });
  await ann.send(whole);
  assertEquals(await ann.answer(), ACK);
  const short = await ann.fragments(await ann.hybrid("one fragment", { sequence: 2 }), 1);
  assertEquals(short.length, 1);
  assertEquals((await ann.deliver(...short)).text, "1: ACK");
  const long = "0123456789abcdef".repeat(10_000);
  const fragments = await ann.fragments(await ann.hybrid(long, { sequence: 3 }), 2);
  assertEquals((await ann.deliver(...fragments)).text, "2: ACK");
  const bare = await ann.fragments(await ann.hybrid("no CLIENT_SEQUENCE"), 3);
  assertEquals((await ann.deliver(...bare)).text, "3: ACK");
  const received = await server.messagesUpTo("no CLIENT_SEQUENCE");
  assertEquals(received.map(({ text }) => text), [
    "without a header",
    "one fragment",
    long,
    "no CLIENT_SEQUENCE",
  ]);
});

receiverTest("names who signed a hybrid message", async (server, python) => {
  await using ann = await PythonDirectClient.start(python, server.address, 2048);
  const body = await ann.hybrid("signed", { sequence: 1, sign: {} });
  assertEquals((await ann.deliver(...await ann.fragments(body, 1))).text, "1: ACK");
  assertEquals(await server.messagesUpTo("signed"), [
    { sender: ann.address, text: "signed", signedBy: ann.fingerprint },
  ]);
});

receiverTest(
  "puts a message together from parts that come in any order",
  async (server, python) => {
    await using ann = await PythonDirectClient.start(python, server.address, 2048);
    const transferId = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8);
    const parts = await Promise.all(["alpha ", "beta ", "gamma"].map(async (text, number) => {
      const part = { transferId, number, count: 3 };
      const body = await ann.hybrid(text, { sequence: number + 1, part, sign: {} });
      return await ann.fragments(body, number + 1);
    }));
    const [first = [], second = [], last = []] = parts;
    await ann.send(...last);
    assertEquals(await ann.hearsNothing(), true);
    assertEquals((await ann.deliver(...second)).text, "2: ACK");
    assertEquals((await ann.deliver(...first)).text, "1: ACK");
    assertEquals((await ann.deliver(...last)).text, "3: ACK");
    assertEquals(await server.messagesUpTo("alpha beta gamma"), [
      { sender: ann.address, text: "alpha beta gamma", signedBy: ann.fingerprint },
    ]);
  },
);

receiverTest("answers in 1,024 bytes under an 8192-bit key", async (server, python) => {
  await using ann = await PythonDirectClient.start(python, server.address, 8192);
  await ann.send(await ann.plain("from a long key"));
  assertEquals(await ann.answer(), { ...ACK, bytes: 1024 });
  const body = await ann.hybrid("signed by a long key", { sequence: 1, sign: {} });
  const fragments = await ann.fragments(body, 5);
  assertEquals(await ann.deliver(...fragments), { ...ACK, text: "5: ACK", bytes: 1024, nacks: 0 });
  const [, signed] = await server.messagesUpTo("signed by a long key");
  assertEquals(signed?.signedBy, ann.fingerprint);
});

receiverTest("with a 4096-bit key takes all forms", async (server, python) => {
  await using ann = await PythonDirectClient.start(python, server.address, 4096);
  const block = await ann.plain("w".repeat(512 - 66));
  assertEquals(block.byteLength, 512);
  await ann.send(block);
  assertEquals(await ann.answer(), { ...ACK, bytes: 512 });
  const blocks = await ann.fragments(await ann.plain("v".repeat(1000)), 1);
  assertEquals((await ann.deliver(...blocks)).text, "1: ACK");
  const hybrid = await ann.hybrid("signed", { sequence: 1, sign: {} });
  assertEquals((await ann.deliver(...await ann.fragments(hybrid, 2))).text, "2: ACK");
  const received = await server.messagesUpTo("signed");
  assertEquals(received.map(({ signedBy }) => signedBy), [undefined, undefined, ann.fingerprint]);
}, 4096);
