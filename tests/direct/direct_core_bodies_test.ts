import { assertEquals } from "@std/assert";
import { concat } from "@std/bytes";
import { tryDecodeDirectFragment } from "../../src/wire/direct_frame.ts";
import { DirectHarness } from "../support/direct_harness.ts";
import { assertSameMessages } from "../support/same_bytes.ts";

const K = 512;
const BLOCK_TEXT = K - 66;

const plainBodies = [
  { bytes: 0, blocks: 1 },
  { bytes: 1, blocks: 1 },
  { bytes: BLOCK_TEXT, blocks: 1 },
  { bytes: BLOCK_TEXT + 1, blocks: 2 },
  { bytes: 2 * BLOCK_TEXT, blocks: 2 },
  { bytes: 2 * BLOCK_TEXT + 1, blocks: 3 },
  { bytes: 40 * BLOCK_TEXT, blocks: 40 },
];
for (const { bytes, blocks } of plainBodies) {
  Deno.test(`receive() takes a message of ${bytes} bytes in ${blocks} blocks, whole and in fragments`, () => {
    const harness = new DirectHarness();
    const client = harness.stranger();
    const messages = [harness.random.bytes(bytes), harness.random.bytes(bytes)];
    const [first = new Uint8Array(), second = new Uint8Array()] = messages.map((message) =>
      client.plain(message)
    );
    assertEquals(first.byteLength, blocks * K);
    client.send(first);
    client.send(...client.fragments(second, { messageId: 7 }));
    assertSameMessages(harness.messages.map(({ payload }) => payload), messages);
    assertEquals(harness.messages.map(({ form, signedBy }) => [form, signedBy]), [
      ["plain", undefined],
      ["plain", undefined],
    ]);
    assertEquals(client.heard(), ["ACK", "7: ACK"]);
    assertEquals(harness.stat("rsa.decryptions"), 2 * blocks);
  });
}

for (const bytes of [0, 1, 15, 1_000, 65_535, 65_536, 200_000]) {
  Deno.test(`receive() takes a hybrid message of ${bytes} bytes with one decryption`, () => {
    const harness = new DirectHarness();
    const client = harness.stranger();
    const message = harness.random.bytes(bytes);
    client.send(...client.fragments(client.hybrid(message), { messageId: 7, payloadBytes: 1_194 }));
    assertSameMessages(harness.messages.map(({ payload }) => payload), [message]);
    assertEquals(harness.messages.map(({ form }) => form), ["hybrid"]);
    assertEquals([client.heard(), harness.stat("rsa.decryptions")], [["7: ACK"], 1]);
  });
}

Deno.test("receive() takes a hybrid message whose body is as long as a number of blocks", () => {
  // With blocks of 256, 384 or 512 bytes no token is: it has 57 bytes and a multiple of 16, as base64.
  const modulusBytes = 257;
  const harness = new DirectHarness({ serverModulusBytes: modulusBytes });
  const client = harness.stranger();
  const message = harness.random.bytes(2_250);
  const body = client.hybrid(message);
  assertEquals(body.byteLength, 13 * modulusBytes);
  client.send(body);
  assertSameMessages(harness.messages.map(({ payload }) => payload), [message]);
  assertEquals([harness.stat("rsa.decryptions"), client.heard()], [1, ["ACK"]]);
});

const HYBRID_KEY_TEXT = `HC1${"A".repeat(43)}=`;

const texts: { name: string; text: string }[] = [
  { name: "HC1 alone", text: "HC1" },
  { name: "HC1 and a Fernet key, and more", text: `${HYBRID_KEY_TEXT}!` },
  { name: "HC1 and text of two blocks", text: "HC1".padEnd(600, "-") },
  { name: "HC1, a Fernet key and text of two blocks", text: HYBRID_KEY_TEXT.padEnd(600, "-") },
];
for (const { name, text } of texts) {
  Deno.test(`receive() takes as plain text ${name}`, () => {
    const harness = new DirectHarness();
    const client = harness.stranger();
    client.send(client.plain(text));
    assertEquals(harness.messages.map(({ form }) => form), ["plain"]);
    assertEquals([harness.texts(), client.heard()], [[text], ["ACK"]]);
  });
}

type Making = (harness: DirectHarness) => Uint8Array;

const failures: { name: string; make: Making; decryptions: number; reason?: string }[] = [
  { name: "a block and a byte", make: (it) => block(it, 1), decryptions: 1 },
  { name: "two blocks less a byte", make: (it) => block(it, K - 1), decryptions: 1 },
  { name: "less than a block", make: () => new Uint8Array(K - 1), decryptions: 0 },
  { name: "a block that does not decrypt", make: () => new Uint8Array(K), decryptions: 1 },
  {
    name: "two blocks of which the second does not decrypt",
    make: (it) => block(it, K),
    decryptions: 2,
  },
  {
    name: "four blocks of which the third does not decrypt",
    make: (it) => {
      const stranger = it.stranger();
      const [a, b] = [stranger.plain("a"), stranger.plain("b")];
      return concat([a, b, new Uint8Array(K), a]);
    },
    decryptions: 3,
  },
  {
    name: "a block for another server",
    make: (it) => blockOfAnother(it),
    decryptions: 1,
  },
  {
    name: "a message past the longest",
    make: (it) => it.stranger().plain(new Uint8Array(1_001)),
    decryptions: 3,
    reason: "too_large",
  },
  {
    name: "a hybrid message past the longest",
    make: (it) => it.stranger().hybrid(new Uint8Array(1_001)),
    decryptions: 1,
    reason: "too_large",
  },
];

/** A block that does not decrypt; its first bytes are random, and are none of a fragment. */
function blockOfAnother(harness: DirectHarness): Uint8Array {
  for (;;) {
    const sealed = harness.newKey(K).seal(new Uint8Array(1));
    if (tryDecodeDirectFragment(sealed) === undefined) return sealed;
  }
}

/** A block that decrypts, and bytes behind it. */
function block(harness: DirectHarness, bytes: number): Uint8Array {
  return concat([harness.stranger().plain("hi"), new Uint8Array(bytes)]);
}

for (const { name, make, decryptions, reason = "undecryptable" } of failures) {
  Deno.test(`receive() keeps silent about ${name}, whole or in fragments`, () => {
    const harness = new DirectHarness({ maxMessageBytes: 1_000 });
    const [whole, fragmented] = [harness.stranger(), harness.client()];
    whole.send(make(harness));
    fragmented.send(...fragmented.fragments(make(harness)));
    harness.run(20_000);
    assertEquals([harness.messages, harness.drops()], [[], { [reason]: 2 }]);
    assertEquals([whole.datagrams(), fragmented.datagrams()], [[], []]);
    assertEquals(harness.stat("rsa.decryptions"), 2 * decryptions);
  });
}

for (const bytes of [1_000, 999]) {
  Deno.test(`receive() takes ${bytes} bytes where 1,000 are the longest`, () => {
    const harness = new DirectHarness({ maxMessageBytes: 1_000 });
    const client = harness.stranger();
    client.send(client.plain(new Uint8Array(bytes)));
    client.send(...client.fragments(client.hybrid(new Uint8Array(bytes))));
    assertEquals(harness.messages.map(({ payload }) => payload.byteLength), [bytes, bytes]);
  });
}

Deno.test("receive() gives each message a payload of its own", () => {
  const harness = new DirectHarness();
  const client = harness.stranger();
  client.send(client.hybrid("one"));
  client.send(client.hybrid("two"));
  harness.messages[0]?.payload.fill(0);
  assertEquals(harness.texts().slice(1), ["two"]);
});

Deno.test("receive() says of a message where it came from", () => {
  const harness = new DirectHarness();
  const client = harness.stranger("fe80::1%eth0");
  client.send(client.hybrid("hi"));
  const [message] = harness.messages;
  assertEquals([message?.sender, message?.from], [client.address, client.endpoint]);
});
