import { assertEquals } from "@std/assert";
import { encodeDirectFragment } from "../../src/wire/direct_frame.ts";
import { maxBodyBytes } from "../../src/direct/direct_state.ts";
import { DirectHarness } from "../support/direct_harness.ts";
import type { DirectScriptedClient } from "../support/direct_scripted_client.ts";

const K = 512;
const MEBIBYTE = 1024 * 1024;

interface Scene {
  readonly harness: DirectHarness;
  readonly client: DirectScriptedClient;
  /** The datagrams of `LONG`, in order. */
  readonly datagrams: readonly Uint8Array[];
}

const LONG = "0123456789".repeat(200);

function longMessage(options: ConstructorParameters<typeof DirectHarness>[0] = {}): Scene {
  const harness = new DirectHarness(options);
  const client = harness.stranger();
  return { harness, client, datagrams: client.fragments(client.plain(LONG), { messageId: 7 }) };
}

function fragment(sequenceNumber: number, total: number, bytes: number): Uint8Array {
  return encodeDirectFragment({
    messageId: 7,
    sequenceNumber,
    total,
    chunk: new Uint8Array(bytes).fill(sequenceNumber + 1),
  });
}

const orders: { name: string; order: (datagrams: readonly Uint8Array[]) => Uint8Array[] }[] = [
  { name: "in order", order: (datagrams) => [...datagrams] },
  { name: "in reverse", order: (datagrams) => datagrams.toReversed() },
  { name: "the last one first", order: (it) => [...it.slice(-1), ...it.slice(0, -1)] },
  { name: "each twice", order: (datagrams) => datagrams.flatMap((it) => [it, it]) },
  { name: "twice over", order: (datagrams) => [...datagrams.slice(0, 4), ...datagrams] },
];
for (const { name, order } of orders) {
  Deno.test(`receive() puts fragments together that come ${name}`, () => {
    const { harness, client, datagrams } = longMessage();
    assertEquals(datagrams.length, 6);
    client.send(...order(datagrams));
    assertEquals(harness.texts(), [LONG]);
    assertEquals(client.heard(), ["7: ACK"]);
    assertEquals([harness.stat("fragments.reassembled"), harness.drops()], [1, {}]);
    assertEquals(harness.stat("fragments.unfinished_bytes"), 0);
  });
}

Deno.test("receive() puts fragments of several messages and clients together that come mixed", () => {
  const harness = new DirectHarness();
  const clients = [harness.stranger(), harness.client(), harness.stranger()];
  const sent = clients.flatMap((client, index) =>
    [1, 2].map((messageId) => ({
      client,
      datagrams: client.fragments(client.plain(`${index} ${messageId}`), {
        messageId,
        payloadBytes: 100,
      }),
    }))
  );
  for (let number = 0; number < 6; number++) {
    for (const { client, datagrams } of sent) client.send(...datagrams.slice(number, number + 1));
  }
  assertEquals(harness.texts().sort(), ["0 1", "0 2", "1 1", "1 2", "2 1", "2 2"]);
  assertEquals(clients.map((client) => client.heard()), [
    ["1: ACK", "2: ACK"],
    ["{1: ACK}", "{2: ACK}"],
    ["1: ACK", "2: ACK"],
  ]);
});

Deno.test("receive() puts no fragments of different addresses together", () => {
  const { harness, client, datagrams } = longMessage();
  const other = harness.stranger();
  client.send(...datagrams.slice(0, 3));
  other.send(...datagrams.slice(3));
  assertEquals([harness.messages, harness.stat("fragments.in")], [[], 6]);
});

Deno.test("receive() takes a message in one fragment", () => {
  const harness = new DirectHarness();
  const client = harness.stranger();
  client.send(...client.fragments(client.plain("hi"), { messageId: 0, payloadBytes: K }));
  assertEquals([harness.texts(), client.heard()], [["hi"], ["0: ACK"]]);
});

Deno.test("receive() takes a message in 255 fragments, with the highest id", () => {
  const harness = new DirectHarness();
  const client = harness.stranger();
  const body = client.plain(new Uint8Array(255 * (K - 66)).fill(65));
  const datagrams = client.fragments(body, { messageId: 0xffff_ffff, payloadBytes: K });
  assertEquals(datagrams.length, 255);
  client.send(...harness.random.shuffle(datagrams));
  assertEquals(client.heard(), ["4294967295: ACK"]);
});

Deno.test("receive() drops a fragment whose total is not that of the first", () => {
  const { harness, client, datagrams } = longMessage();
  client.send(...datagrams.slice(0, 3), fragment(3, 7, 490), ...datagrams.slice(3));
  assertEquals([harness.texts(), harness.drops()], [[LONG], { fragment_mismatch: 1 }]);
});

Deno.test("receive() lets the first copy of a fragment stand", () => {
  const { harness, client, datagrams } = longMessage();
  client.send(...datagrams.slice(0, 3), fragment(1, 6, 490), ...datagrams.slice(3));
  assertEquals([harness.texts(), harness.drops()], [[LONG], {}]);
});

Deno.test("receive() takes a fragment whose datagram is as long as the modulus without RSA, when it is waited for", () => {
  const harness = new DirectHarness();
  const client = harness.stranger();
  const body = client.plain(LONG);
  const datagrams = client.fragments(body, { messageId: 7, payloadBytes: K - 6 });
  assertEquals(datagrams.map(({ byteLength }) => byteLength), [K, K, K, K, K, 6 + 30]);
  client.send(...datagrams.toReversed());
  assertEquals(harness.texts(), [LONG]);
  assertEquals(harness.stat("rsa.decryptions"), body.byteLength / K);
});

Deno.test("receive() tries the first of such fragments alone, also when all come at once", () => {
  const harness = new DirectHarness();
  const client = harness.stranger();
  const body = client.plain(LONG);
  harness.held.add("decrypt_block");
  client.send(...client.fragments(body, { messageId: 7, payloadBytes: K - 6 }));
  harness.doJobs();
  assertEquals([harness.texts(), client.heard()], [[LONG], ["7: ACK"]]);
  assertEquals(harness.stat("rsa.decryptions"), 1 + body.byteLength / K);
});

Deno.test("receive() takes copies of such fragments without RSA when the message is acknowledged", () => {
  const harness = new DirectHarness();
  const client = harness.stranger();
  const datagrams = client.fragments(client.plain("hi"), { payloadBytes: K - 6 });
  client.send(...datagrams);
  const before = harness.stat("rsa.decryptions");
  for (let round = 0; round < 5; round++) {
    harness.run(200);
    client.send(...datagrams);
  }
  assertEquals(harness.stat("rsa.decryptions"), before);
  assertEquals([harness.texts(), client.heard().length], [["hi"], 6]);
});

Deno.test("tick() drops an unfinished message 10 s after its last new fragment", () => {
  const { harness, client, datagrams } = longMessage();
  client.send(...datagrams.slice(0, 2));
  harness.run(9_000);
  client.send(...datagrams.slice(1, 3));
  harness.run(9_999);
  assertEquals(harness.drops(), {});
  harness.run(1);
  assertEquals(harness.drops(), { fragment_timeout: 1 });
  assertEquals(harness.stat("fragments.unfinished_bytes"), 0);
  client.send(...datagrams.slice(3));
  assertEquals(harness.messages, []);
  client.send(...datagrams.slice(0, 3));
  assertEquals(harness.texts(), [LONG]);
});

Deno.test("tick() does not count a copy of a fragment as a new one", () => {
  const { harness, client, datagrams } = longMessage({ fragmentTimeoutMs: 2_000 });
  client.send(...datagrams.slice(0, 2));
  harness.run(1_999);
  client.send(...datagrams.slice(0, 2));
  harness.run(1);
  assertEquals(harness.drops(), { fragment_timeout: 1 });
});

for (const change of [0, 1]) {
  Deno.test(`receive() ${change === 0 ? "takes" : "drops"} a body ${change} bytes past the longest`, () => {
    const maxMessageBytes = 10_000;
    const harness = new DirectHarness({ maxMessageBytes });
    const client = harness.stranger();
    const body = new Uint8Array(maxBodyBytes(maxMessageBytes, K) + change);
    client.send(...client.fragments(body, { payloadBytes: 1_000 }));
    const reason = change === 0 ? "undecryptable" : "too_large";
    assertEquals(harness.drops(), { [reason]: 1 });
  });
}

for (
  const { name, join, bound } of [
    { name: "stranger", join: (it: DirectHarness) => it.stranger(), bound: 16 * MEBIBYTE },
    { name: "client", join: (it: DirectHarness) => it.client(), bound: 48 * MEBIBYTE },
  ]
) {
  Deno.test(`receive() holds 4 MiB of unfinished messages for a ${name}, the newest`, () => {
    const harness = new DirectHarness();
    const client = join(harness);
    const chunk = new Uint8Array(65_000);
    for (let messageId = 0; messageId < 70; messageId++) {
      const fragment = { messageId, sequenceNumber: 0, total: 2, chunk };
      client.send(encodeDirectFragment(fragment));
    }
    const held = Math.floor(4 * MEBIBYTE / chunk.byteLength);
    assertEquals(harness.stat("fragments.unfinished_bytes"), held * chunk.byteLength);
    assertEquals(harness.drops(), { fragment_evicted: 70 - held });
  });

  Deno.test(`receive() holds ${bound / MEBIBYTE} MiB of unfinished messages for all ${name}s`, () => {
    const harness = new DirectHarness();
    const chunk = new Uint8Array(65_000);
    const perPeer = 60;
    const peers = Math.ceil(bound / (perPeer * chunk.byteLength)) + 1;
    for (let peer = 0; peer < peers; peer++) {
      const client = join(harness);
      for (let messageId = 0; messageId < perPeer; messageId++) {
        client.send(encodeDirectFragment({ messageId, sequenceNumber: 0, total: 2, chunk }));
      }
    }
    const held = Math.floor(bound / chunk.byteLength);
    assertEquals(harness.stat("fragments.unfinished_bytes"), held * chunk.byteLength);
    assertEquals(harness.drops(), { fragment_evicted: peers * perPeer - held });
  });
}

Deno.test("receive() does not let strangers displace the fragments of a client", () => {
  const { harness, datagrams } = longMessage();
  const client = harness.client();
  client.send(...datagrams.slice(1));
  const chunk = new Uint8Array(65_000);
  for (let peer = 0; peer < 10; peer++) {
    const stranger = harness.stranger();
    for (let messageId = 0; messageId < 60; messageId++) {
      stranger.send(encodeDirectFragment({ messageId, sequenceNumber: 0, total: 2, chunk }));
    }
  }
  client.send(...datagrams.slice(0, 1));
  assertEquals(harness.texts(), [LONG]);
});

Deno.test("receive() goes on with a stranger's unfinished message when its key comes", () => {
  const { harness, client, datagrams } = longMessage();
  client.send(...datagrams.slice(0, 3));
  client.sendKey();
  client.send(...datagrams.slice(3));
  assertEquals([harness.texts(), client.heard()], [[LONG], ["{7: ACK}"]]);
});
