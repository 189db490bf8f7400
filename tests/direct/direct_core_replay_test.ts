import { assertEquals } from "@std/assert";
import { DirectHarness } from "../support/direct_harness.ts";
import type { DirectScriptedClient } from "../support/direct_scripted_client.ts";

const LONG = "0123456789".repeat(200);

/** How a body comes; what it is answered with in either case. */
const ways: {
  name: string;
  ack: string;
  send: (client: DirectScriptedClient, body: Uint8Array) => void;
}[] = [
  { name: "whole", ack: "ACK", send: (client, body) => client.send(body) },
  {
    name: "in fragments",
    ack: "7: ACK",
    send: (client, body) => client.send(...client.fragments(body, { messageId: 7 })),
  },
];

const forms: {
  name: string;
  make: (client: DirectScriptedClient) => Uint8Array;
  decryptions: number;
}[] = [
  { name: "a plain message", make: (client) => client.plain(LONG), decryptions: 5 },
  { name: "a hybrid message", make: (client) => client.hybrid(LONG), decryptions: 1 },
  {
    name: "a hybrid message with CLIENT_SEQUENCE",
    make: (client) => client.hybrid(LONG, { sequence: 1n }),
    decryptions: 1,
  },
];

for (const { name, make, decryptions } of forms) {
  for (const way of ways) {
    Deno.test(`receive() takes ${name} once that comes again ${way.name}, and acknowledges it`, () => {
      const harness = new DirectHarness();
      const client = harness.stranger();
      const body = make(client);
      for (let round = 0; round < 3; round++) {
        way.send(client, body);
        harness.run(1_000);
      }
      assertEquals([harness.texts(), client.heard()], [[LONG], [way.ack, way.ack, way.ack]]);
      assertEquals(harness.stat("rsa.decryptions"), decryptions);
    });

    Deno.test(`receive() keeps silent about ${name} that another address sends again ${way.name}`, () => {
      const harness = new DirectHarness();
      const [client, mallory] = [harness.stranger(), harness.client()];
      const body = make(client);
      way.send(client, body);
      way.send(mallory, body);
      harness.run(20_000);
      assertEquals([harness.texts(), mallory.heard()], [[LONG], []]);
      assertEquals(harness.drops(), { replayed: 1 });
      assertEquals(harness.stat("rsa.decryptions"), decryptions);
    });
  }

  Deno.test(`receive() takes ${name} once of two addresses that send it at the same time`, () => {
    const harness = new DirectHarness({ rsaConcurrency: 2 });
    const [client, mallory] = [harness.stranger(), harness.stranger()];
    const body = make(client);
    harness.held.add("decrypt_block");
    client.send(body);
    mallory.send(body);
    harness.doJobs();
    assertEquals([harness.texts(), client.heard(), mallory.heard()], [[LONG], ["ACK"], []]);
    assertEquals(harness.drops(), { replayed: 1 });
  });

  Deno.test(`receive() asks for no second decryption of ${name} that comes again while it is opened`, () => {
    const harness = new DirectHarness();
    const client = harness.stranger();
    const body = make(client);
    harness.held.add("decrypt_block");
    for (let round = 0; round < 4; round++) client.send(body);
    assertEquals([harness.stat("rsa.waiting"), harness.jobs.length], [0, 1]);
    harness.doJobs();
    assertEquals([harness.texts(), client.heard()], [[LONG], ["ACK"]]);
    assertEquals(harness.stat("rsa.decryptions"), decryptions);
    assertEquals(harness.drops(), { replayed: 3 });
  });
}

Deno.test("receive() takes equal messages that were encrypted anew", () => {
  const harness = new DirectHarness();
  const client = harness.stranger();
  for (const body of [client.plain("a"), client.plain("a"), client.hybrid("a")]) client.send(body);
  client.send(client.hybrid("a"), client.hybrid("a", { sequence: 1n }));
  client.send(client.hybrid("a", { sequence: 2n }));
  assertEquals(harness.texts(), ["a", "a", "a", "a", "a", "a"]);
});

Deno.test("receive() takes a plain message anew when max_message_age is over", () => {
  const harness = new DirectHarness({ maxMessageAgeSeconds: 30 });
  const client = harness.stranger();
  const body = client.plain("hi");
  client.send(body);
  harness.run(29_999);
  client.send(body);
  assertEquals([harness.texts(), client.heard()], [["hi"], ["ACK", "ACK"]]);
  harness.run(1);
  client.send(body);
  assertEquals([harness.texts(), client.heard()], [["hi"], ["ACK"]]);
});

Deno.test("receive() remembers a plain message for good when no age is too old", () => {
  const harness = new DirectHarness({ maxMessageAgeSeconds: 0 });
  const client = harness.stranger();
  const body = client.plain("hi");
  client.send(body);
  harness.run(1_000_000_000);
  client.send(body);
  assertEquals([harness.texts(), client.heard()], [["hi"], ["ACK", "ACK"]]);
});

Deno.test("receive() takes a message of two whose blocks are the same in another order", () => {
  const harness = new DirectHarness();
  const client = harness.stranger();
  const body = client.plain(`${"a".repeat(446)}${"b".repeat(446)}`);
  const swapped = Uint8Array.from([...body.subarray(512), ...body.subarray(0, 512)]);
  client.send(...client.fragments(body), ...client.fragments(swapped));
  assertEquals(harness.texts().map((text) => text.slice(445, 447)), ["ab", "ba"]);
});

Deno.test("receive() knows copies of a hybrid message by their sequence, however they are sealed", () => {
  const harness = new DirectHarness();
  const client = harness.stranger();
  client.send(client.hybrid("hi", { sequence: 5n }));
  harness.run(2_000);
  client.send(client.hybrid("hi", { sequence: 5n }));
  client.send(...client.fragments(client.hybrid("hi", { sequence: 5n }), { messageId: 9 }));
  assertEquals([harness.texts(), client.heard()], [["hi"], ["ACK", "ACK", "9: ACK"]]);
  assertEquals(harness.drops(), { replayed: 2 });
});

Deno.test("receive() acknowledges a copy to where the newest message under its Fernet key came from", () => {
  const harness = new DirectHarness();
  const [before, after] = [harness.stranger(), harness.stranger()];
  after.shareFernetKey(before);
  before.send(before.hybrid("1", { sequence: 1n }));
  after.send(after.hybrid("2", { sequence: 2n }));
  const copy = after.hybrid("1", { sequence: 1n });
  before.forget();
  after.forget();
  before.send(copy);
  after.send(copy);
  assertEquals([before.heard(), after.heard()], [[], ["ACK"]]);
});

Deno.test("receive() acknowledges a copy that was sealed anew to where its client has moved meanwhile", () => {
  const harness = new DirectHarness();
  const [before, after, mallory] = [harness.stranger(), harness.stranger(), harness.stranger()];
  after.shareFernetKey(before);
  const first = before.hybrid("hi", { sequence: 1n });
  before.send(first);
  before.forget();
  after.send(first);
  assertEquals(after.heard(), [], "what was seen before may be a replay");
  harness.run(2_000);
  const sealedAnew = after.hybrid("hi", { sequence: 1n });
  after.send(sealedAnew);
  mallory.send(sealedAnew);
  assertEquals([after.heard(), mallory.heard(), before.heard()], [["ACK"], [], []]);
  harness.run(2_000);
  before.send(first);
  assertEquals([harness.texts(), before.heard()], [["hi"], []]);
});
