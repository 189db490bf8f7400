import { assertEquals, assertLessOrEqual } from "@std/assert";
import { MAX_WAITING_AT_NACK, UNPROVEN_NACK_LIMITS } from "../../src/direct/answers.ts";
import { MAX_DIRECT_NACKS } from "../../src/wire/direct_reassembly.ts";
import { encodeDirectFragment } from "../../src/wire/direct_frame.ts";
import { DirectHarness } from "../support/direct_harness.ts";

const LONG = "0123456789".repeat(200);

/** Lets time pass, and tells when what was heard. */
function heardWhen(harness: DirectHarness, client: { heard(): string[] }, ms: number): string[] {
  const heard: string[] = [];
  for (let at = 1; at <= ms; at++) {
    harness.run(1);
    heard.push(...client.heard().map((line) => `${at} ms: ${line}`));
  }
  return heard;
}

Deno.test("tick() asks for missing fragments 300 ms after the last one, 5 times", () => {
  const harness = new DirectHarness();
  const client = harness.stranger();
  const datagrams = client.fragments(client.plain(LONG), { messageId: 7 });
  client.send(...datagrams.filter((_, index) => index !== 1 && index !== 3));
  const line = "7: NACK 2,4";
  const expected = [300, 600, 900, 1_200, 1_500].map((ms) => `${ms} ms: ${line}`);
  assertEquals(heardWhen(harness, client, 3_000), expected);
  assertEquals(harness.stat("answers.nacks"), MAX_DIRECT_NACKS);
});

Deno.test("tick() asks 300 ms after the last new fragment, and 5 times in all", () => {
  const harness = new DirectHarness();
  const client = harness.stranger();
  const datagrams = client.fragments(client.plain(LONG), { messageId: 7 });
  client.send(...datagrams.slice(0, 2));
  const before = heardWhen(harness, client, 400);
  client.send(...datagrams.slice(2, 3));
  const after = heardWhen(harness, client, 5_000);
  assertEquals(before, ["300 ms: 7: NACK 3,4,5,6"]);
  assertEquals(after, [300, 600, 900, 1_200].map((ms) => `${ms} ms: 7: NACK 4,5,6`));
});

Deno.test("tick() waits no longer for a copy of a fragment", () => {
  const harness = new DirectHarness();
  const client = harness.stranger();
  const [first = new Uint8Array()] = client.fragments(client.plain(LONG), { messageId: 7 });
  client.send(first);
  harness.run(200);
  client.send(first);
  assertEquals(heardWhen(harness, client, 200), ["100 ms: 7: NACK 2,3,4,5,6"]);
});

Deno.test("tick() asks for each message of a client by itself", () => {
  const harness = new DirectHarness();
  const client = harness.stranger();
  for (const messageId of [7, 8]) {
    client.send(...client.fragments(client.plain(LONG), { messageId }).slice(messageId - 5));
    harness.run(100);
  }
  assertEquals(heardWhen(harness, client, 400), [
    "100 ms: 7: NACK 1,2",
    "200 ms: 8: NACK 1,2,3",
    "400 ms: 7: NACK 1,2",
  ]);
});

Deno.test("tick() asks no more when the message is whole", () => {
  const harness = new DirectHarness();
  const client = harness.stranger();
  const datagrams = client.fragments(client.plain(LONG), { messageId: 7 });
  client.send(...datagrams.slice(1));
  harness.run(300);
  client.send(...datagrams.slice(0, 1));
  harness.run(3_000);
  assertEquals(client.heard(), ["7: NACK 1", "7: ACK"]);
});

Deno.test("tick() asks a client whose key is known in RSA blocks", () => {
  const harness = new DirectHarness();
  const client = harness.client();
  client.send(...client.fragments(client.plain(LONG), { messageId: 7 }).slice(2));
  harness.run(300);
  assertEquals(client.heard(), ["{7: NACK 1,2}"]);
});

/** `7: NACK` and as many numbers from 1 as make it `bytes` long at most. */
function nackWithin(bytes: number, last: number): string {
  let text = "7: NACK 1";
  for (let number = 2; number <= last; number++) {
    if (`${text},${number}`.length > bytes) break;
    text += `,${number}`;
  }
  return text;
}

const longNacks: { name: string; modulusBytes: number; bytes: number }[] = [
  { name: "in 4 blocks of 2048 bits", modulusBytes: 256, bytes: 4 * (256 - 66) },
  { name: "in 3 blocks of 3072 bits", modulusBytes: 384, bytes: 3 * (384 - 66) },
  { name: "in 2 blocks of 4096 bits", modulusBytes: 512, bytes: 2 * (512 - 66) },
  { name: "in 1 block of 8192 bits", modulusBytes: 1_024, bytes: 1_024 - 66 },
];
for (const { name, modulusBytes, bytes } of longNacks) {
  Deno.test(`tick() names as many missing fragments as fit one datagram ${name}`, () => {
    const harness = new DirectHarness();
    const client = harness.client("127.0.0.1", modulusBytes);
    const chunk = new Uint8Array(500);
    client.send(encodeDirectFragment({ messageId: 7, sequenceNumber: 254, total: 255, chunk }));
    harness.run(300);
    const [datagram = new Uint8Array(), ...others] = client.datagrams();
    assertEquals(others, []);
    assertLessOrEqual(datagram.byteLength, 1_200);
    client.accept(datagram);
    assertEquals(client.heard(), [`{${nackWithin(bytes, 254)}}`]);
  });
}

Deno.test("tick() names all 254 missing fragments to a client without a key", () => {
  const harness = new DirectHarness();
  const client = harness.stranger();
  const chunk = new Uint8Array(500);
  client.send(encodeDirectFragment({ messageId: 7, sequenceNumber: 254, total: 255, chunk }));
  harness.run(300);
  assertEquals(client.heard(), [nackWithin(1_200, 254)]);
});

Deno.test("tick() asks an address for no more than 3 times what it sent, but for the bucket", () => {
  const harness = new DirectHarness();
  const victim = harness.stranger();
  const rounds = 20;
  let sentBytes = 0;
  for (let messageId = 0; messageId < rounds; messageId++) {
    const header = { messageId, sequenceNumber: 254, total: 255, chunk: new Uint8Array() };
    const datagram = encodeDirectFragment(header);
    sentBytes += datagram.byteLength;
    victim.send(datagram);
  }
  harness.run(299);
  assertEquals(victim.heard(), []);
  harness.run(1);
  const nacks = victim.datagrams();
  // The 20 datagrams of 6 bytes have earned 360: less than one NACK. The bucket lets 5 through.
  assertEquals(nacks.length, 5);
  assertEquals([harness.drops(), 3 * sentBytes], [{ rate_limited: rounds - 5 }, 360]);
  harness.run(5_000);
  assertEquals(victim.datagrams().length, 1, "the 5 requests end 1.5 s after the fragments");
});

Deno.test("tick() asks nobody who was forgotten", () => {
  const harness = new DirectHarness();
  const client = harness.client();
  client.send(...client.fragments(client.plain(LONG)).slice(1));
  harness.carryOut(harness.core.kick(client.address, "", harness.clock.now) ?? []);
  harness.run(5_000);
  assertEquals([client.heard(), harness.drops()], [[], {}]);
  assertEquals(harness.stat("fragments.unfinished_bytes"), 0);
});

Deno.test("tick() asks addresses that never sent a message 64 times at once, and a known client always", () => {
  const harness = new DirectHarness();
  const known = harness.client();
  known.send(known.plain("hello"));
  known.heard();
  const junk = new Uint8Array(500);
  const begin = (messageId: number) =>
    encodeDirectFragment({ messageId, sequenceNumber: 0, total: 2, chunk: junk });
  const strangers = [harness.stranger(), harness.stranger()];
  for (const stranger of strangers) {
    for (let messageId = 0; messageId < 100; messageId++) stranger.send(begin(messageId));
  }
  for (let messageId = 0; messageId < 100; messageId++) known.send(begin(messageId));
  harness.run(300);
  const { burst } = UNPROVEN_NACK_LIMITS.perSource;
  assertEquals(strangers.reduce((sum, stranger) => sum + stranger.heard().length, 0), burst);
  assertEquals(known.heard().length, 100);
  assertEquals(harness.stat("drops.rate_limited"), 200 - burst);
});

for (
  const { whom, isProven, bound } of [
    {
      whom: "addresses that never sent a message",
      isProven: false,
      bound: MAX_WAITING_AT_NACK.unproven,
    },
    { whom: "clients", isProven: true, bound: MAX_WAITING_AT_NACK.proven },
  ]
) {
  Deno.test(`tick() asks ${whom} only while fewer than ${bound} answers wait for their encryption`, () => {
    const harness = new DirectHarness();
    const [flooder, client] = [harness.client(), harness.client()];
    if (isProven) flooder.send(flooder.plain("hi"));
    flooder.forget();
    harness.held.add("encrypt_blocks");
    const begun = { sequenceNumber: 0, total: 3, chunk: new Uint8Array(1_000) };
    for (let messageId = 1; messageId <= bound + 10; messageId++) {
      // From many sources, so that no other bound is reached before.
      const from = isProven ? flooder : harness.client();
      from.send(encodeDirectFragment({ ...begun, messageId }));
    }
    harness.run(1_600);
    assertEquals([harness.stat("answers.waiting"), harness.jobs.length], [bound, bound]);
    client.send(client.plain("hello"));
    harness.doJobs();
    assertEquals(client.heard(), ["{ACK}"]);
  });
}
