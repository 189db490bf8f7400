import { assertEquals, assertLessOrEqual } from "@std/assert";
import { concat } from "@std/bytes";
import { FAILURE_RATE } from "../../src/direct/peer.ts";
import { MAX_STRANGERS } from "../../src/direct/peer_table.ts";
import { STRANGER_TURN, STRANGER_WORK_LIMITS } from "../../src/direct/work_queue.ts";
import { encodeDirectFragment } from "../../src/wire/direct_frame.ts";
import { DirectHarness } from "../support/direct_harness.ts";
import type { DirectScriptedClient } from "../support/direct_scripted_client.ts";

const K = 512;

/** Sends garbage as long as a block, each unlike the others, from so many addresses in turn. */
function flood(harness: DirectHarness, addresses: number, datagrams: number): void {
  for (let count = 0; count < datagrams; count++) {
    const garbage = new Uint8Array(K);
    new DataView(garbage.buffer).setUint32(8, count);
    const index = count % addresses;
    harness.send(garbage, { hostname: `10.9.${index >> 8}.${index & 0xff}`, port: 9 });
  }
}

/** How many decryptions are done until the server has handed a message over. */
function decryptionsUntilServed(harness: DirectHarness): number {
  for (let count = 1; harness.jobs.length > 0; count++) {
    harness.doJob();
    if (harness.messages.length > 0) return count;
  }
  return Infinity;
}

/** The block that is at work, one of a stranger whose turn it may be, and the message's own. */
const CLIENT_BOUND = 3;

for (
  const { addresses, datagrams } of [
    { addresses: 1, datagrams: 1_000 },
    { addresses: 100, datagrams: 1_000 },
    { addresses: 1_000, datagrams: 3_000 },
  ]
) {
  Deno.test(`DirectCore serves a client within ${CLIENT_BOUND} decryptions in a flood from ${addresses} addresses`, () => {
    const harness = new DirectHarness();
    const client = harness.client();
    harness.held.add("decrypt_block");
    flood(harness, addresses, datagrams);
    for (const body of [client.plain("plain"), client.hybrid("hybrid")]) {
      client.send(body);
      assertLessOrEqual(decryptionsUntilServed(harness), CLIENT_BOUND);
      harness.messages = [];
      flood(harness, addresses, 100);
    }
    assertEquals(client.heard(), ["{ACK}", "{ACK}"]);
  });
}

Deno.test("DirectCore serves a client by Fernet alone in a flood, once its block is known", () => {
  const harness = new DirectHarness();
  const client = harness.client();
  client.send(client.hybrid("one"));
  harness.held.add("decrypt_block");
  flood(harness, 1_000, 3_000);
  client.send(client.hybrid("two"));
  assertLessOrEqual(decryptionsUntilServed(harness), CLIENT_BOUND - 1);
});

Deno.test("DirectCore serves a stranger in a flood after one block of each address before it", () => {
  const harness = new DirectHarness();
  harness.held.add("decrypt_block");
  flood(harness, 50, 400);
  const newcomer = harness.stranger();
  newcomer.send(newcomer.plain("hi"));
  assertLessOrEqual(decryptionsUntilServed(harness), 1 + 50 + 1);
});

Deno.test("DirectCore serves a stranger beside clients that have much to say", () => {
  const harness = new DirectHarness();
  const clients = Array.from({ length: 20 }, () => harness.client());
  harness.held.add("decrypt_block");
  for (const client of clients) {
    for (let count = 0; count < 20; count++) client.send(client.plain("mine"));
  }
  const newcomer = harness.stranger();
  newcomer.send(newcomer.plain("new"));
  let served = 0;
  while (!harness.texts().includes("new")) {
    harness.doJob();
    served++;
  }
  assertLessOrEqual(served, 1 + STRANGER_TURN);
});

Deno.test("DirectCore reads a newcomer's key in a flood, and its message goes before the others", () => {
  const harness = new DirectHarness();
  harness.held.add("decrypt_block");
  flood(harness, 1_000, 3_000);
  assertEquals(harness.stat("rsa.waiting"), STRANGER_WORK_LIMITS.totalItems);
  const newcomer = harness.client();
  newcomer.send(newcomer.plain("hi"));
  assertLessOrEqual(decryptionsUntilServed(harness), CLIENT_BOUND);
});

Deno.test("keyImported() lets what a stranger has waiting go before other strangers when its key comes", () => {
  const harness = new DirectHarness();
  harness.held.add("decrypt_block");
  flood(harness, 50, 400);
  const newcomer = harness.stranger();
  newcomer.send(newcomer.plain("hi"));
  newcomer.sendKey();
  assertLessOrEqual(decryptionsUntilServed(harness), CLIENT_BOUND);
});

Deno.test("DirectCore serves clients in turn, block by block, whatever one of them sends", () => {
  const harness = new DirectHarness();
  const [talker, client] = [harness.client(), harness.client()];
  harness.held.add("decrypt_block");
  for (let count = 0; count < 20; count++) {
    talker.send(...talker.fragments(talker.plain("a".repeat(40_000)), { payloadBytes: 1_194 }));
  }
  for (let round = 0; round < 5; round++) {
    client.send(client.plain("hi"));
    assertLessOrEqual(decryptionsUntilServed(harness), 3);
    harness.messages = [];
  }
});

type Joining = { name: string; join: (harness: DirectHarness) => DirectScriptedClient };
const joinings: Joining[] = [
  { name: "a stranger", join: (harness) => harness.stranger() },
  { name: "a client", join: (harness) => harness.client() },
];
for (const { name, join } of joinings) {
  Deno.test(`receive() tries 64 bodies of ${name} in vain at once, then 8 a second`, () => {
    const harness = new DirectHarness();
    const client = join(harness);
    const garbage = () => concat([harness.random.bytes(4), new Uint8Array(K - 4)]);
    for (let count = 0; count < 200; count++) client.send(garbage());
    assertEquals(harness.stat("rsa.decryptions"), FAILURE_RATE.burst);
    assertEquals(harness.drops().rate_limited, 200 - FAILURE_RATE.burst);
    for (let second = 1; second <= 3; second++) {
      harness.run(1_000);
      for (let count = 0; count < 20; count++) client.send(garbage());
      const allowed = FAILURE_RATE.burst + second * FAILURE_RATE.perSecond;
      assertEquals(harness.stat("rsa.decryptions"), allowed);
    }
  });
}

Deno.test("receive() tries no more bodies of an address in vain than that, however they come", () => {
  const harness = new DirectHarness();
  const client = harness.stranger();
  for (let count = 0; count < 300; count++) {
    const body = concat([harness.random.bytes(4), new Uint8Array(K + 100)]);
    body[4] = 0;
    const datagrams = count % 2 === 0 ? [body] : client.fragments(body);
    client.send(...datagrams);
  }
  assertEquals(harness.stat("rsa.decryptions"), FAILURE_RATE.burst);
});

Deno.test("receive() lets others try when one address may not, also of the same host", () => {
  const harness = new DirectHarness();
  const [flooder, other] = [harness.stranger(), harness.stranger()];
  for (let count = 0; count < 100; count++) {
    flooder.send(concat([harness.random.bytes(4), new Uint8Array(K - 4)]));
  }
  other.send(other.plain("hi"));
  assertEquals([harness.texts(), other.heard()], [["hi"], ["ACK"]]);
});

Deno.test("receive() takes hybrid messages under a known key from who may try nothing more", () => {
  const harness = new DirectHarness();
  const client = harness.client();
  client.send(client.hybrid("one"));
  for (let count = 0; count < 100; count++) {
    client.send(concat([harness.random.bytes(4), new Uint8Array(K - 4)]));
  }
  client.send(client.plain("not tried"), client.hybrid("two"));
  client.send(...client.fragments(client.hybrid("three")));
  assertEquals(harness.texts(), ["one", "two", "three"]);
});

Deno.test("receive() does not count messages that decrypt, however many", () => {
  const harness = new DirectHarness();
  const client = harness.stranger();
  for (let count = 0; count < 200; count++) client.send(client.plain(String(count)));
  assertEquals([harness.texts().length, harness.drops()], [200, {}]);
});

for (const form of ["plain", "hybrid"] as const) {
  Deno.test(`receive() takes any number of ${form} messages in fragments as long as a block`, () => {
    const harness = new DirectHarness();
    const client = harness.client();
    const text = "0123456789".repeat(100);
    for (let count = 0; count < 3 * FAILURE_RATE.burst; count++) {
      const body = form === "plain" ? client.plain(text) : client.hybrid(text);
      client.send(...client.fragments(body, { payloadBytes: 506 }));
    }
    assertEquals([harness.texts().length, harness.drops()], [3 * FAILURE_RATE.burst, {}]);
  });
}

Deno.test("receive() drops what can't wait for RSA, and takes it when it comes again", () => {
  const harness = new DirectHarness();
  const stranger = harness.stranger();
  const { peerItems } = STRANGER_WORK_LIMITS;
  harness.held.add("decrypt_block");
  for (let count = 0; count <= peerItems; count++) stranger.send(stranger.plain(String(count)));
  const late = [stranger.plain("whole"), ...stranger.fragments(stranger.plain("fragments"))];
  stranger.send(...late);
  assertEquals([harness.stat("rsa.waiting"), harness.drops()], [peerItems, { overloaded: 2 }]);
  harness.doJobs();
  assertEquals(harness.texts().length, peerItems + 1);
  stranger.send(...late);
  harness.doJobs();
  assertEquals(harness.texts(), ["whole", "fragments"]);
});

Deno.test("receive() remembers 4,096 strangers, those heard last", () => {
  const harness = new DirectHarness();
  for (let index = 0; index < MAX_STRANGERS + 100; index++) {
    const hostname = `10.9.${index >> 8}.${index & 0xff}`;
    harness.send(Uint8Array.of(1), { hostname, port: 9 });
  }
  assertEquals(harness.stat("strangers"), MAX_STRANGERS);
});

Deno.test("receive() keeps nothing of a stranger that it forgets", () => {
  const harness = new DirectHarness();
  const stranger = harness.stranger();
  harness.held.add("decrypt_block");
  stranger.send(stranger.plain("under way"), stranger.plain("waits"));
  const chunk = new Uint8Array(400);
  stranger.send(encodeDirectFragment({ messageId: 7, sequenceNumber: 0, total: 2, chunk }));
  assertEquals([harness.stat("rsa.waiting"), harness.stat("fragments.unfinished_bytes")], [1, 400]);
  for (let index = 0; index < MAX_STRANGERS; index++) {
    const hostname = `10.9.${index >> 8}.${index & 0xff}`;
    harness.send(Uint8Array.of(1), { hostname, port: 9 });
  }
  assertEquals([harness.stat("rsa.waiting"), harness.stat("fragments.unfinished_bytes")], [0, 0]);
  harness.doJobs();
  assertEquals([harness.texts(), stranger.heard()], [["under way"], ["ACK"]]);
});

Deno.test("receive() does not let strangers displace clients", () => {
  const harness = new DirectHarness();
  const client = harness.client();
  for (let index = 0; index < MAX_STRANGERS + 10; index++) {
    const hostname = `10.9.${index >> 8}.${index & 0xff}`;
    harness.send(Uint8Array.of(1), { hostname, port: 9 });
  }
  client.send(client.plain("hi"));
  assertEquals(client.heard(), ["{ACK}"]);
});

Deno.test("receive() has as many decryptions under way as it may, and no more", () => {
  const harness = new DirectHarness({ rsaConcurrency: 3 });
  harness.held.add("decrypt_block");
  flood(harness, 10, 50);
  assertEquals([harness.jobs.length, harness.stat("rsa.running")], [3, 3]);
  for (let count = 0; count < 20; count++) {
    harness.doJob(harness.random.below(harness.jobs.length));
    assertEquals(harness.stat("rsa.running"), 3);
  }
});

Deno.test("tick() goes on with what one call would take too long for", () => {
  const harness = new DirectHarness();
  const client = harness.client();
  client.send(client.hybrid("first"));
  const other = harness.stranger();
  harness.held.add("decrypt_block").add("encrypt_blocks");
  other.send(other.plain("holds all up"));
  for (let count = 0; count < 150; count++) client.send(client.hybrid(String(count)));
  assertEquals(harness.texts(), ["first"]);
  harness.doJob();
  const atOnce = harness.texts().length;
  assertLessOrEqual(atOnce, 65);
  assertEquals(harness.core.nextDeadline(), 0);
  harness.tick();
  assertEquals(harness.texts().length, 151 - atOnce);
});
