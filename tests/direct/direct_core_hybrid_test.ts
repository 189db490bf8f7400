import { assertEquals } from "@std/assert";
import { concat } from "@std/bytes";
import { FAILURE_RATE } from "../../src/direct/peer.ts";
import { REPLAY_WINDOW } from "../../src/session/replay_window.ts";
import { tlvTypesWith } from "../../src/wire/tlv_types.ts";
import { DirectHarness, SERVER_MODULUS_BYTES } from "../support/direct_harness.ts";
import type { DirectScriptedClient } from "../support/direct_scripted_client.ts";
import { namedTlv } from "../support/named_tlv.ts";

const K = SERVER_MODULUS_BYTES;
const WINDOW = BigInt(REPLAY_WINDOW);
const MESSAGE = namedTlv("MESSAGE", "hi");

Deno.test("receive() decrypts the block of a client's hybrid messages once", () => {
  const harness = new DirectHarness();
  const client = harness.stranger();
  for (const text of ["one", "two", "three"]) client.send(client.hybrid(text));
  client.send(...client.fragments(client.hybrid("four")));
  assertEquals(harness.texts(), ["one", "two", "three", "four"]);
  assertEquals([harness.stat("rsa.decryptions"), harness.stat("rsa.hybrid_keys")], [1, 1]);
  client.changeFernetKey();
  client.send(client.hybrid("five"));
  assertEquals([harness.texts(), harness.stat("rsa.decryptions")], [["five"], 2]);
});

Deno.test("receive() knows a block from another address too", () => {
  const harness = new DirectHarness();
  const [before, after] = [harness.stranger(), harness.stranger()];
  after.shareFernetKey(before);
  before.send(before.hybrid("one"));
  after.send(after.hybrid("two"));
  assertEquals([harness.texts(), harness.stat("rsa.decryptions")], [["one", "two"], 1]);
});

Deno.test("receive() knows a Fernet key again that came in another block", () => {
  const harness = new DirectHarness();
  const client = harness.stranger();
  const body = client.hybrid("one");
  client.send(body, client.hybrid("two", { sequence: 1n }));
  client.changeBlock();
  client.send(concat([client.block, body.subarray(K)]), client.hybrid("two", { sequence: 1n }));
  client.send(client.hybrid("three", { sequence: 2n }));
  assertEquals([harness.texts(), harness.drops()], [["one", "two", "three"], { replayed: 2 }]);
  assertEquals([harness.stat("rsa.decryptions"), harness.stat("rsa.hybrid_keys")], [2, 1]);
});

Deno.test("receive() forgets a Fernet key under which nothing can be fresh any more", () => {
  const harness = new DirectHarness({ maxMessageAgeSeconds: 10 });
  const [client, other] = [harness.stranger(), harness.stranger()];
  client.send(client.hybrid("one"));
  harness.run(71_000);
  other.send(other.hybrid("two"));
  assertEquals(harness.stat("rsa.hybrid_keys"), 1);
  client.send(client.hybrid("three"));
  assertEquals([harness.texts().length, harness.stat("rsa.decryptions")], [3, 3]);
});

Deno.test("receive() takes a hybrid message without its token for no message, and tells nobody its key", () => {
  const harness = new DirectHarness();
  const client = harness.stranger();
  client.send(client.hybrid("hi"));
  client.send(client.block);
  assertEquals(harness.texts(), ["hi"]);
  assertEquals(client.heard(), ["ACK"]);
  assertEquals(harness.stat("drops.undecryptable"), 1);
});

Deno.test("receive() decrypts no block that was cut off a hybrid message, once it is known", () => {
  const harness = new DirectHarness();
  const [client, thief] = [harness.stranger(), harness.stranger()];
  client.send(client.hybrid("hi"));
  for (let count = 0; count < 100; count++) thief.send(client.block);
  assertEquals([harness.stat("rsa.decryptions"), harness.drops()], [1, { undecryptable: 100 }]);
});

Deno.test("receive() counts blocks with a key and nothing behind it as bodies that do not decrypt", () => {
  const harness = new DirectHarness();
  const client = harness.stranger();
  const { burst } = FAILURE_RATE;
  for (let count = 0; count < burst + 1; count++) {
    client.changeFernetKey();
    client.send(client.block);
  }
  assertEquals(harness.drops(), { undecryptable: burst, rate_limited: 1 });
  assertEquals(harness.stat("rsa.decryptions"), burst);
});

const ages: { name: string; ageSeconds: number; maxMessageAgeSeconds?: number; taken: boolean }[] =
  [
    { name: "as old as max_message_age", ageSeconds: 60, taken: true },
    { name: "a second older", ageSeconds: 61, taken: false },
    { name: "60 s in the future", ageSeconds: -60, taken: true },
    { name: "61 s in the future", ageSeconds: -61, taken: false },
    { name: "as old as a shorter age", ageSeconds: 5, maxMessageAgeSeconds: 5, taken: true },
    { name: "older than a shorter age", ageSeconds: 6, maxMessageAgeSeconds: 5, taken: false },
    { name: "a year old where any age is", ageSeconds: 3e7, maxMessageAgeSeconds: 0, taken: true },
    {
      name: "a year ahead where any age is",
      ageSeconds: -3e7,
      maxMessageAgeSeconds: 0,
      taken: true,
    },
  ];
for (const { name, ageSeconds, maxMessageAgeSeconds = 60, taken } of ages) {
  Deno.test(`receive() ${taken ? "takes" : "drops"} a token that is ${name}`, () => {
    const harness = new DirectHarness({ maxMessageAgeSeconds });
    const client = harness.stranger();
    client.send(client.hybrid("hi", { ageSeconds }));
    assertEquals(harness.texts(), taken ? ["hi"] : []);
    assertEquals(client.heard(), taken ? ["ACK"] : []);
    assertEquals(harness.drops(), taken ? {} : { stale: 1 });
  });
}

for (
  const { name, ageSeconds, taken } of [
    { name: "before the server may know what it took", ageSeconds: 11, taken: false },
    { name: "in the second from which it knows that", ageSeconds: 10, taken: true },
  ]
) {
  Deno.test(`receive() ${taken ? "takes" : "drops"} a token that was sealed ${name}`, () => {
    const notBeforeUnixSeconds = 1_700_000_000 - 10;
    const harness = new DirectHarness({ notBeforeUnixSeconds });
    const client = harness.stranger();
    client.send(client.hybrid("hi", { ageSeconds }));
    assertEquals([harness.texts(), harness.drops()], taken ? [["hi"], {}] : [[], { stale: 1 }]);
    client.send(client.hybrid("sealed anew"));
    assertEquals(harness.texts(), ["sealed anew"]);
  });
}

/** A hybrid body with one byte of it changed. */
function changed(client: DirectScriptedClient, at: number): Uint8Array {
  const body = client.hybrid("hi");
  const place = at < 0 ? body.byteLength + at : at;
  // Another character of base64, so that the form is right and the content is not.
  body[place] = body[place] === 0x41 ? 0x42 : 0x41;
  return body;
}

const part = (bytes: number) => namedTlv("MESSAGE_PART", new Uint8Array(bytes));
const sequence = (bytes: number) => namedTlv("CLIENT_SEQUENCE", new Uint8Array(bytes).fill(1));

const refused: {
  name: string;
  make: (client: DirectScriptedClient) => Uint8Array;
  reason: string;
}[] = [
  { name: "a forged IV", make: (client) => changed(client, K + 20), reason: "unauthentic" },
  { name: "a forged HMAC", make: (client) => changed(client, -10), reason: "unauthentic" },
  {
    name: "a token of another Fernet key",
    make: (client) => {
      const { block } = client;
      client.changeFernetKey();
      return concat([block, client.hybrid("hi").subarray(K)]);
    },
    reason: "unauthentic",
  },
  {
    name: "a token that is cut short",
    make: (client) => client.hybrid("hi").slice(0, -40),
    reason: "malformed",
  },
  {
    name: "a byte where the token should be",
    make: (client) => concat([client.block, Uint8Array.of(0x67)]),
    reason: "malformed",
  },
  {
    name: "bytes that are no base64",
    make: (client) => concat([client.block, new Uint8Array(200)]),
    reason: "malformed",
  },
  {
    name: "a token behind a token",
    make: (client) => concat([client.hybrid("hi"), client.hybrid("hi").subarray(K)]),
    reason: "malformed",
  },
  { name: "no TLV", make: (client) => client.hybridOf([]), reason: "malformed" },
  {
    name: "a TLV that is cut short",
    make: (client) => client.hybridWith(Uint8Array.of(1, 1, 0, 9, 65)),
    reason: "malformed",
  },
  {
    name: "a byte behind the last TLV",
    make: (client) => client.hybridWith(Uint8Array.of(1, 1, 0, 1, 65, 0)),
    reason: "malformed",
  },
  {
    name: "no MESSAGE",
    make: (client) => client.hybridOf([namedTlv("SENDER_ID", "me"), sequence(8)]),
    reason: "malformed",
  },
  {
    name: "a CLIENT_SEQUENCE of 7 bytes",
    make: (client) => client.hybridOf([sequence(7), MESSAGE]),
    reason: "malformed",
  },
  {
    name: "a CLIENT_SEQUENCE of 0",
    make: (client) => client.hybrid("hi", { sequence: 0n }),
    reason: "replayed",
  },
  {
    name: "a MESSAGE_PART of 15 bytes",
    make: (client) => client.hybridOf([sequence(8), part(15), MESSAGE]),
    reason: "malformed",
  },
  {
    name: "a MESSAGE_PART numbered 0 of 0",
    make: (client) => client.hybridOf([sequence(8), part(16), MESSAGE]),
    reason: "malformed",
  },
  {
    name: "a SIGNATURE without CLIENT_SEQUENCE",
    make: (client) => client.hybrid("hi", { signature: new Uint8Array(256) }),
    reason: "malformed",
  },
];
for (const { name, make, reason } of refused) {
  Deno.test(`receive() keeps silent about a hybrid message with ${name}`, () => {
    const harness = new DirectHarness();
    const client = harness.client();
    client.send(make(client));
    client.send(...client.fragments(make(client)));
    harness.run(20_000);
    assertEquals([harness.messages, client.datagrams()], [[], []]);
    assertEquals(harness.drops(), { [reason]: 2 });
    client.send(client.hybrid("still here", { sequence: 1n }));
    assertEquals(harness.texts(), ["still here"]);
  });
}

Deno.test("receive() passes over TLVs that it does not know, and joins MESSAGE", () => {
  const harness = new DirectHarness();
  const client = harness.stranger();
  const unknown = { type: 0x7777, value: new Uint8Array(3) };
  client.send(client.hybridOf([unknown, namedTlv("MESSAGE", "a"), unknown, MESSAGE]));
  assertEquals(harness.texts(), ["ahi"]);
});

Deno.test("receive() goes by the TLV numbers of the deployment", () => {
  const harness = new DirectHarness({ types: tlvTypesWith({ MESSAGE: 0x4444 }) });
  const client = harness.stranger();
  client.send(client.hybridOf([{ ...MESSAGE, type: 0x4444 }]));
  client.send(client.hybridOf([MESSAGE]));
  assertEquals([harness.texts(), harness.drops()], [["hi"], { malformed: 1 }]);
});

// `+` stands for a sequence that must be taken, `=` for a copy that is acknowledged again, `-` for one
// that may never have been taken, and so must not be acknowledged.
const windows: { name: string; steps: [bigint, "+" | "=" | "-"][] }[] = [
  { name: "in any order", steps: [[3n, "+"], [1n, "+"], [2n, "+"], [1n, "="], [3n, "="]] },
  { name: "down to the end of the window", steps: [[WINDOW, "+"], [1n, "+"], [1n, "="]] },
  { name: "not below it", steps: [[WINDOW + 1n, "+"], [1n, "-"], [2n, "+"]] },
  { name: "not below it when it was taken", steps: [[1n, "+"], [WINDOW + 1n, "+"], [1n, "-"]] },
  { name: "up to the highest there is", steps: [[2n ** 64n - 1n, "+"], [1n, "-"]] },
  { name: "but for 0", steps: [[1n, "+"], [0n, "-"]] },
];
for (const { name, steps } of windows) {
  Deno.test(`receive() takes CLIENT_SEQUENCE once, ${name}`, () => {
    const harness = new DirectHarness();
    const client = harness.stranger();
    const taken = steps.map(([number]) => {
      client.send(client.hybrid(String(number), { sequence: number }));
      const isAcknowledged = client.heard().length === 1;
      if (harness.texts().length === 1) return isAcknowledged ? "+" : "lost";
      return isAcknowledged ? "=" : "-";
    });
    assertEquals(taken, steps.map(([, expected]) => expected));
  });
}

Deno.test("receive() counts CLIENT_SEQUENCE for each Fernet key by itself", () => {
  const harness = new DirectHarness();
  const client = harness.stranger();
  client.send(client.hybrid("one", { sequence: 1n }));
  client.changeFernetKey();
  client.send(client.hybrid("two", { sequence: 1n }));
  assertEquals(harness.texts(), ["one", "two"]);
});
