import { assert, assertEquals, assertLessOrEqual } from "@std/assert";
import { MAX_WAITING_MESSAGES } from "../../src/direct/outgoing.ts";
import { tryDecodeDirectFragment } from "../../src/wire/direct_frame.ts";
import { DirectHarness } from "../support/direct_harness.ts";
import type { DirectScriptedClient } from "../support/direct_scripted_client.ts";

const K = 256;

/** Sends a message to a client. Returns why not, or to which address. */
function sendTo(
  harness: DirectHarness,
  id: string,
  message: string | Uint8Array,
  sendId = 1,
): string {
  const payload = typeof message === "string" ? new TextEncoder().encode(message) : message;
  const result = harness.core.sendTo(id, payload, sendId, harness.clock.now);
  if ("refused" in result) return result.refused;
  harness.carryOut(result.effects);
  return result.address;
}

/** A client that has used the hybrid form. */
function hybridClient(harness: DirectHarness): DirectScriptedClient {
  const client = harness.client();
  client.send(client.hybrid("hi"));
  client.forget();
  return client;
}

/** Ends of messages that were sent, `1 left` or `1 failed`. */
function ends(harness: DirectHarness): string[] {
  return harness.reported.flatMap((effect) =>
    effect.type === "message_left" || effect.type === "message_failed"
      ? [`${effect.sendId} ${effect.type.slice("message_".length)}`]
      : []
  );
}

Deno.test("sendTo() sends RSA blocks to a client that has sent no hybrid message", () => {
  const harness = new DirectHarness();
  const client = harness.client();
  client.send(client.plain("hi"));
  client.forget();
  assertEquals(sendTo(harness, client.address, "thank you"), client.address);
  const [datagram, ...others] = client.datagrams();
  assertEquals([datagram?.byteLength, others], [K, []]);
  client.accept(datagram ?? new Uint8Array());
  assertEquals([client.heard(), ends(harness)], [["{thank you}"], ["1 left"]]);
});

Deno.test("sendTo() sends the hybrid form to a client that has used it, always in fragments", () => {
  const harness = new DirectHarness();
  const client = hybridClient(harness);
  sendTo(harness, client.address, "thank you");
  const datagrams = client.datagrams();
  assert(datagrams.every((datagram) => tryDecodeDirectFragment(datagram) !== undefined));
  for (const datagram of datagrams) client.accept(datagram);
  assertEquals([client.heard(), ends(harness)], [["{{thank you}}"], ["1 left"]]);
});

Deno.test("sendTo() finds a client by the fingerprint of its key", () => {
  const harness = new DirectHarness();
  const client = harness.client();
  assertEquals(sendTo(harness, client.key.fingerprint, "hi"), client.address);
  assertEquals(client.heard(), ["{hi}"]);
});

for (
  const { name, bytes, datagrams } of [
    { name: "one datagram", bytes: 4 * (K - 66), datagrams: [4 * K] },
    { name: "fragments", bytes: 4 * (K - 66) + 1, datagrams: [496, 496, 306] },
  ]
) {
  Deno.test(`sendTo() sends ${bytes} bytes to a client without the hybrid form in ${name}`, () => {
    const harness = new DirectHarness();
    const client = harness.client();
    const text = "a".repeat(bytes);
    sendTo(harness, client.address, text);
    const sent = client.datagrams();
    assertEquals(sent.map(({ byteLength }) => byteLength), datagrams);
    for (const datagram of sent) client.accept(datagram);
    assertEquals(client.heard(), [`{${text}}`]);
  });
}

Deno.test("sendTo() makes no fragment as long as the client's modulus", () => {
  const harness = new DirectHarness({ maxFragmentBytes: 250 });
  const client = hybridClient(harness);
  for (let bytes = 0; bytes < 400; bytes++) {
    sendTo(harness, client.address, new Uint8Array(bytes));
    harness.run(10);
  }
  const lengths = new Set(client.datagrams().map(({ byteLength }) => byteLength));
  assertEquals([lengths.has(256), Math.max(...lengths)], [false, 255]);
});

Deno.test("sendTo() gives each fragmented message an id of its own", () => {
  const harness = new DirectHarness();
  const client = hybridClient(harness);
  for (let count = 0; count < 3; count++) sendTo(harness, client.address, "hi");
  const ids = client.datagrams().map((datagram) => tryDecodeDirectFragment(datagram)?.messageId);
  const [first = 0] = ids;
  assertEquals([...new Set(ids)], [first, (first + 1) >>> 0, (first + 2) >>> 0]);
});

Deno.test("sendTo() refuses whom it has no key of", () => {
  const harness = new DirectHarness();
  const stranger = harness.stranger();
  stranger.send(stranger.plain("hi"));
  for (const id of [stranger.address, stranger.key.fingerprint, "127.0.0.1:1", ""]) {
    assertEquals(sendTo(harness, id, "hi"), "no_such_client");
  }
});

const answers: { text: string; isAnswer: boolean }[] = [
  { text: "ACK", isAnswer: true },
  { text: "7: ACK", isAnswer: true },
  { text: "7: NACK 1,2", isAnswer: true },
  { text: "ack", isAnswer: false },
  { text: "ACK ", isAnswer: false },
  { text: "7: NACK", isAnswer: false },
];
for (const { text, isAnswer } of answers) {
  Deno.test(`sendTo() ${isAnswer ? "refuses" : "sends"} "${text}" in RSA blocks, and sends it hybrid`, () => {
    const harness = new DirectHarness();
    const [plain, hybrid] = [harness.client(), hybridClient(harness)];
    const expected = isAnswer ? "reads_as_answer" : plain.address;
    assertEquals(sendTo(harness, plain.address, text), expected);
    assertEquals(sendTo(harness, hybrid.address, text), hybrid.address);
    assertEquals(hybrid.heard(), [`{{${text}}}`]);
  });
}

Deno.test("sendTo() refuses what needs more than 255 fragments", () => {
  const harness = new DirectHarness();
  const [plain, hybrid] = [harness.client(), hybridClient(harness)];
  const longestPlain = Math.floor(255 * 490 / K) * (K - 66);
  // 4 of 3 bytes of a token are text; it has 57 bytes beside the ciphertext.
  const ciphertext = Math.floor(((255 * 490 - K) / 4 * 3 - 57) / 16) * 16;
  const longestHybrid = ciphertext - 1 - 8;
  const longest = [{ client: plain, bytes: longestPlain }, {
    client: hybrid,
    bytes: longestHybrid,
  }];
  for (const { client, bytes } of longest) {
    assertEquals(sendTo(harness, client.address, new Uint8Array(bytes + 1)), "too_large");
    assertEquals(sendTo(harness, client.address, new Uint8Array(bytes)), client.address);
    harness.run(1_000);
    assertLessOrEqual(client.datagrams().length, 255);
  }
  assertEquals(ends(harness), ["1 left", "1 left"]);
});

Deno.test("sendTo() lets 32 datagrams go at once, then 4,000 a second", () => {
  const harness = new DirectHarness();
  const client = hybridClient(harness);
  sendTo(harness, client.address, new Uint8Array(50_000));
  const counts = [0, 1, 1, 1].map((ms) => {
    harness.run(ms);
    return client.datagrams().length;
  });
  assertEquals([counts, ends(harness)], [[32, 4, 4, 4], []]);
  harness.run(1_000);
  assertEquals(ends(harness), ["1 left"]);
  assertEquals(harness.stat("messages.out"), 1);
});

Deno.test("sendTo() says that a message has left behind its last datagram", () => {
  const harness = new DirectHarness();
  const client = hybridClient(harness);
  harness.held.add("encrypt_blocks");
  const { now } = harness.clock;
  const result = harness.core.sendTo(client.address, new Uint8Array(1_000), 5, now);
  const [job] = "effects" in result ? result.effects : [];
  assert(job?.type === "encrypt_blocks");
  const blocks = job.plaintexts.map((plaintext) => client.key.seal(plaintext));
  const effects = harness.core.blocksEncrypted(job.jobId, blocks, now);
  assertEquals(effects.map(({ type }) => type), ["send", "send", "send", "send", "message_left"]);
});

Deno.test("sendTo() has 256 messages wait for their encryption, and refuses one more", () => {
  const harness = new DirectHarness();
  const client = harness.client();
  harness.held.add("encrypt_blocks");
  for (let count = 0; count < MAX_WAITING_MESSAGES; count++) {
    assertEquals(sendTo(harness, client.address, "hi", count), client.address);
  }
  assertEquals(sendTo(harness, client.address, "hi"), "overloaded");
  harness.doJob();
  assertEquals(sendTo(harness, client.address, "hi"), client.address);
});

Deno.test("sendTo() fails when the key can't be used", () => {
  const harness = new DirectHarness();
  const client = harness.client();
  harness.held.add("encrypt_blocks");
  sendTo(harness, client.address, "hi", 3);
  const [job] = harness.jobs;
  harness.carryOut(harness.core.blocksEncrypted(job?.jobId ?? 0, undefined, harness.clock.now));
  assertEquals([ends(harness), harness.drops()], [["3 failed"], { send_failed: 1 }]);
});

Deno.test("sendTo() fails when too many datagrams wait", () => {
  const harness = new DirectHarness();
  const client = hybridClient(harness);
  for (let count = 0; count < 40; count++) {
    sendTo(harness, client.address, new Uint8Array(90_000), count);
  }
  const failed = ends(harness).filter((end) => end.endsWith("failed"));
  harness.run(10_000);
  const left = ends(harness).filter((end) => end.endsWith("left"));
  assertEquals([left.length + failed.length, failed[0], failed.length], [40, "33 failed", 7]);
});
