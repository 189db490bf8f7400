import { assertEquals } from "@std/assert";
import { concat } from "@std/bytes";
import { TRANSFER_TIMEOUT_MS } from "../../src/direct/transfers.ts";
import { DirectHarness } from "../support/direct_harness.ts";
import type { DirectScriptedClient, HybridOptions } from "../support/direct_scripted_client.ts";
import { assertSameMessages } from "../support/same_bytes.ts";

const ID = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8);
const LETTERS = ["a", "b", "c", "d"];

/** Part `number` of a message that is `LETTERS` in order, under CLIENT_SEQUENCE `number` + 1. */
function part(
  client: DirectScriptedClient,
  number: number,
  options: HybridOptions = {},
): Uint8Array {
  const count = LETTERS.length;
  const sequence = BigInt(number + 1);
  return client.hybrid(LETTERS[number] ?? "", {
    sequence,
    part: { transferId: ID, number, count },
    ...options,
  });
}

/** Sends a part in a fragment of its own, under the message id `number`. */
function sendPart(client: DirectScriptedClient, number: number, options?: HybridOptions): void {
  const body = part(client, number, options);
  client.send(...client.fragments(body, { messageId: number, payloadBytes: 1_194 }));
}

const orders: { order: number[]; acks: string[] }[] = [
  { order: [0, 1, 2, 3], acks: ["0: ACK", "1: ACK", "2: ACK", "3: ACK"] },
  { order: [3, 2, 1, 0], acks: ["2: ACK", "1: ACK", "0: ACK", "3: ACK"] },
  { order: [1, 3, 0, 2], acks: ["1: ACK", "0: ACK", "2: ACK", "3: ACK"] },
];
for (const { order, acks } of orders) {
  Deno.test(`receive() puts parts together that come as ${order}, the last ACK when all are there`, () => {
    const harness = new DirectHarness();
    const client = harness.stranger();
    for (const number of order) {
      assertEquals(harness.messages, []);
      sendPart(client, number);
    }
    assertEquals([harness.texts(), client.heard()], [["abcd"], acks]);
    assertEquals([harness.stat("transfers.completed"), harness.stat("messages.in")], [1, 1]);
    assertEquals(harness.stat("transfers.unfinished_bytes"), 0);
  });
}

Deno.test("receive() acknowledges parts that come again, but not the one numbered last too early", () => {
  const harness = new DirectHarness();
  const client = harness.stranger();
  for (let round = 0; round < 3; round++) {
    for (const number of [0, 2, 3]) sendPart(client, number);
    harness.run(200);
  }
  const acks = ["0: ACK", "2: ACK"];
  assertEquals([harness.messages, client.heard()], [[], [...acks, ...acks, ...acks]]);
  sendPart(client, 1);
  assertEquals([harness.texts(), client.heard()], [["abcd"], ["1: ACK", "3: ACK"]]);
  harness.run(200);
  sendPart(client, 3);
  assertEquals([harness.texts(), client.heard()], [[], ["3: ACK"]]);
});

Deno.test("receive() acknowledges the last part under the id that it came under last", () => {
  const harness = new DirectHarness();
  const [client, mallory] = [harness.stranger(), harness.stranger()];
  sendPart(client, 3);
  const again = client.fragments(part(client, 3), { messageId: 77, payloadBytes: 1_194 });
  client.send(...again);
  mallory.send(...again);
  for (const number of [0, 1, 2]) sendPart(client, number);
  const acks = ["0: ACK", "1: ACK", "2: ACK", "77: ACK"];
  assertEquals([harness.texts(), client.heard(), mallory.heard()], [["abcd"], acks, []]);
  harness.run(200);
  client.send(...again);
  assertEquals([harness.texts(), client.heard()], [[], ["77: ACK"]]);
});

Deno.test("receive() takes a message in one part", () => {
  const harness = new DirectHarness();
  const client = harness.stranger();
  client.send(client.hybrid("hi", { part: { transferId: ID, number: 0, count: 1 } }));
  assertEquals([harness.texts(), client.heard()], [["hi"], ["ACK"]]);
});

Deno.test("receive() takes parts with other messages, and of several transfers, between them", () => {
  const harness = new DirectHarness();
  const client = harness.stranger();
  const other = Uint8Array.of(9, 9, 9, 9, 9, 9, 9, 9);
  for (const number of [0, 1]) {
    for (const [index, transferId] of [ID, other].entries()) {
      const options = {
        sequence: BigInt(10 * number + index + 1),
        part: { transferId, number, count: 2 },
      };
      client.send(client.hybrid(`${index}${number}`, options));
    }
    client.send(client.hybrid(`between ${number}`));
  }
  assertEquals(harness.texts(), ["between 0", "0001", "1011", "between 1"]);
});

Deno.test("receive() tells transfers apart by Fernet key too", () => {
  const harness = new DirectHarness();
  const [alice, bob] = [harness.stranger(), harness.stranger()];
  for (const client of [alice, bob]) for (const number of [0, 1]) sendPart(client, number);
  for (const number of [2, 3]) sendPart(alice, number);
  assertEquals([harness.texts(), harness.drops()], [["abcd"], {}]);
});

Deno.test("receive() puts a message of 5 MB together", () => {
  const harness = new DirectHarness();
  const client = harness.client();
  const count = 25;
  const payloads = Array.from({ length: count }, () => harness.random.bytes(200_000));
  for (const number of harness.random.shuffle([...payloads.keys()])) {
    const options = { sequence: BigInt(number + 1), part: { transferId: ID, number, count } };
    const body = client.hybrid(payloads[number] ?? "", options);
    client.send(...client.fragments(body, { messageId: number, payloadBytes: 1_194 }));
  }
  assertSameMessages(harness.messages.map(({ payload }) => payload), [concat(payloads)]);
  assertEquals(client.heard().length, count);
  assertEquals(harness.stat("rsa.decryptions"), 1);
});

Deno.test("receive() says that a message is signed when all its parts are", () => {
  const harness = new DirectHarness();
  const client = harness.client();
  for (const number of [2, 3, 0, 1]) sendPart(client, number, { signer: client.key });
  assertEquals(harness.messages.map(({ signedBy }) => signedBy), [client.key.fingerprint]);
});

type Sending = (client: DirectScriptedClient, harness: DirectHarness) => void;

const contradictions: { name: string; send: Sending }[] = [
  { name: "a part that is not signed among such as are", send: (client) => sendPart(client, 2) },
  {
    name: "a part that is signed with another key",
    send: (client, harness) => {
      const other = harness.newKey(256);
      client.send(other.pem);
      sendPart(client, 2, { signer: other });
      client.sendKey();
    },
  },
  {
    name: "another count",
    send: (client) =>
      sendPart(client, 2, { signer: client.key, part: { transferId: ID, number: 2, count: 5 } }),
  },
  {
    name: "another part of the same number",
    send: (client) =>
      sendPart(client, 2, { signer: client.key, part: { transferId: ID, number: 1, count: 4 } }),
  },
];
for (const { name, send } of contradictions) {
  Deno.test(`receive() gives a transfer up for ${name}`, () => {
    const harness = new DirectHarness();
    const client = harness.client();
    for (const number of [0, 1]) sendPart(client, number, { signer: client.key });
    client.forget();
    send(client, harness);
    assertEquals(harness.drops(), { malformed: 1 });
    for (const number of [2, 3]) {
      sendPart(client, number, { signer: client.key, sequence: BigInt(number + 10) });
    }
    assertEquals([harness.messages, client.heard()], [[], []]);
    assertEquals(harness.stat("transfers.unfinished_bytes"), 0);
  });
}

Deno.test("tick() gives a transfer up when no new part came for 60 s", () => {
  const harness = new DirectHarness({ maxMessageAgeSeconds: 0 });
  const client = harness.stranger();
  for (const number of [0, 3]) sendPart(client, number);
  harness.run(TRANSFER_TIMEOUT_MS - 1);
  sendPart(client, 1);
  harness.run(TRANSFER_TIMEOUT_MS - 1);
  sendPart(client, 1);
  assertEquals(harness.drops(), { replayed: 1 });
  client.forget();
  harness.run(1);
  assertEquals(harness.drops(), { replayed: 1, transfer_evicted: 1 });
  assertEquals(harness.stat("transfers.unfinished_bytes"), 0);
  for (const number of [0, 1, 2, 3]) sendPart(client, number);
  assertEquals([harness.messages, client.heard()], [[], []]);
});

for (
  const { bytes, isTaken } of [{ bytes: 1_000, isTaken: true }, { bytes: 1_001, isTaken: false }]
) {
  Deno.test(`receive() ${isTaken ? "takes" : "drops"} a transfer of ${bytes} bytes where 1,000 are the longest`, () => {
    const harness = new DirectHarness({ maxTransferBytes: 1_000 });
    const client = harness.stranger();
    for (const [number, length] of [400, bytes - 400].entries()) {
      const options = { sequence: BigInt(number + 1), part: { transferId: ID, number, count: 2 } };
      client.send(client.hybrid(new Uint8Array(length), options));
    }
    assertEquals(harness.messages.map(({ payload }) => payload.byteLength), isTaken ? [1_000] : []);
    assertEquals(client.heard(), isTaken ? ["ACK", "ACK"] : ["ACK"]);
    assertEquals(harness.drops(), isTaken ? {} : { too_large: 1 });
  });
}

Deno.test("receive() does not take the completing part when its reader is full, and later does", () => {
  const harness = new DirectHarness();
  const client = harness.stranger();
  harness.readerHasRoom = false;
  for (const number of [3, 0, 1, 2]) sendPart(client, number);
  assertEquals([client.heard(), harness.drops()], [["0: ACK", "1: ACK"], { reader_full: 1 }]);
  harness.readerHasRoom = true;
  sendPart(client, 2);
  assertEquals([harness.texts(), client.heard()], [["abcd"], ["2: ACK", "3: ACK"]]);
});

Deno.test("DirectCore, started again in the middle, never acknowledges the last part", () => {
  const harness = new DirectHarness();
  const client = harness.stranger();
  for (const number of [0, 1]) sendPart(client, number);
  harness.restart();
  for (const number of [2, 3]) sendPart(client, number);
  assertEquals([harness.messages, client.heard()], [[], ["0: ACK", "1: ACK", "2: ACK"]]);
  for (let round = 0; round < 5; round++) {
    harness.run(1_000);
    sendPart(client, 3);
  }
  assertEquals([harness.messages, client.heard()], [[], []]);
  for (const number of [0, 1]) sendPart(client, number);
  assertEquals([harness.texts(), client.heard()], [["abcd"], ["0: ACK", "1: ACK", "3: ACK"]]);
});
