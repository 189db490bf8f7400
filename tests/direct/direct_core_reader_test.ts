import { assertEquals } from "@std/assert";
import { DirectHarness } from "../support/direct_harness.ts";
import type { DirectScriptedClient } from "../support/direct_scripted_client.ts";

type Making = (client: DirectScriptedClient) => Uint8Array;

const forms: { name: string; make: Making }[] = [
  { name: "a plain message", make: (client) => client.plain("hi") },
  { name: "a plain message of two blocks", make: (client) => client.plain("hi".padEnd(500)) },
  { name: "a hybrid message", make: (client) => client.hybrid("hi") },
  {
    name: "a hybrid message with CLIENT_SEQUENCE",
    make: (client) => client.hybrid("hi", { sequence: 1n }),
  },
  {
    name: "a signed message",
    make: (client) => client.hybrid("hi", { sequence: 1n, signer: client.key }),
  },
];
for (const { name, make } of forms) {
  Deno.test(`receive() takes ${name} later when its reader is full`, () => {
    const harness = new DirectHarness();
    const client = harness.client();
    const body = make(client);
    const datagrams = client.fragments(body, { messageId: 7 });
    harness.readerHasRoom = false;
    for (let round = 0; round < 3; round++) {
      client.send(body);
      client.send(...datagrams);
      harness.run(1_000);
    }
    assertEquals([harness.messages, client.heard()], [[], []]);
    assertEquals(harness.drops(), { reader_full: 6 });
    harness.readerHasRoom = true;
    client.send(...datagrams);
    assertEquals(harness.texts().map((text) => text.trimEnd()), ["hi"]);
    assertEquals(client.heard(), ["{7: ACK}"]);
    client.send(body);
    assertEquals([harness.texts(), client.heard()], [[], ["{ACK}"]]);
  });
}

Deno.test("receive() asks the reader for room when a message is opened, not when it comes", () => {
  const harness = new DirectHarness();
  const client = harness.stranger();
  harness.held.add("decrypt_block");
  client.send(client.plain("one"), client.plain("two"));
  harness.readerHasRoom = false;
  harness.doJob();
  harness.readerHasRoom = true;
  harness.doJob();
  assertEquals([harness.texts(), harness.drops()], [["two"], { reader_full: 1 }]);
});

Deno.test("receive() acknowledges copies of a plain message also when its reader is full", () => {
  const harness = new DirectHarness();
  const client = harness.stranger();
  const body = client.plain("hi");
  client.send(body);
  harness.readerHasRoom = false;
  client.send(body);
  assertEquals([harness.texts(), client.heard()], [["hi"], ["ACK", "ACK"]]);
});

Deno.test("receive() answers key requests, and keeps keys, when its reader is full", () => {
  const harness = new DirectHarness();
  harness.readerHasRoom = false;
  const client = harness.client();
  client.askForKey();
  assertEquals([client.heard(), harness.stat("clients")], [["PEM"], 1]);
});
