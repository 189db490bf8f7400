import { assertEquals, assertGreaterOrEqual, assertLessOrEqual } from "@std/assert";
import { REPEATED_ACK_MS } from "../../src/direct/answered_messages.ts";
import { LONG_ANSWER_LIMITS } from "../../src/session/long_answers.ts";
import { DirectHarness } from "../support/direct_harness.ts";

const LONG = "0123456789".repeat(200);

Deno.test("receive() acknowledges a whole message in the clear to who has sent no key", () => {
  const harness = new DirectHarness();
  const client = harness.stranger();
  client.send(client.plain("hi"));
  assertEquals(client.datagrams().map((it) => new TextDecoder().decode(it)), ["ACK"]);
});

Deno.test("receive() acknowledges in a block of the client's key when it has sent one", () => {
  const harness = new DirectHarness();
  const client = harness.client();
  client.send(client.plain("hi"));
  const [answer, ...others] = client.datagrams();
  assertEquals([answer?.byteLength, others], [client.key.modulusBytes, []]);
  client.send(client.hybrid("hi", { sequence: 1n }));
  assertEquals(client.heard(), ["{ACK}"]);
});

Deno.test("receive() acknowledges each of several messages, in the order in which they were opened", () => {
  const harness = new DirectHarness();
  const client = harness.client();
  client.send(client.plain("whole"));
  client.send(...client.fragments(client.plain(LONG), { messageId: 9 }));
  client.send(...client.fragments(client.hybrid(LONG), { messageId: 4_000_000_000 }));
  assertEquals(harness.texts(), ["whole", LONG, LONG]);
  assertEquals(client.heard(), ["{ACK}", "{9: ACK}", "{4000000000: ACK}"]);
});

Deno.test("receive() acknowledges a message again when one of its fragments comes again", () => {
  const harness = new DirectHarness();
  const client = harness.stranger();
  const datagrams = client.fragments(client.plain(LONG), { messageId: 7 });
  client.send(...datagrams);
  client.forget();
  for (const datagram of datagrams) {
    harness.run(REPEATED_ACK_MS);
    client.send(datagram);
    assertEquals(client.heard(), ["7: ACK"]);
  }
  assertEquals([harness.texts(), harness.stat("rsa.decryptions")], [[LONG], 5]);
});

Deno.test("receive() acknowledges again once in 100 ms, however many fragments come again", () => {
  const harness = new DirectHarness();
  const client = harness.stranger();
  const datagrams = client.fragments(client.plain(LONG), { messageId: 7 });
  client.send(...datagrams);
  harness.run(99);
  client.send(...datagrams);
  assertEquals(client.heard(), ["7: ACK"]);
  harness.run(1);
  client.send(...datagrams);
  assertEquals(client.heard(), ["7: ACK"]);
  harness.run(99);
  client.send(...datagrams);
  assertEquals(client.heard(), []);
});

Deno.test("receive() does not acknowledge before a message is opened", () => {
  const harness = new DirectHarness();
  const client = harness.stranger();
  const datagrams = client.fragments(client.plain(LONG), { messageId: 7 });
  harness.held.add("decrypt_block");
  for (let round = 0; round < 5; round++) {
    client.send(...datagrams);
    harness.run(500);
  }
  assertEquals([client.heard(), harness.drops()], [[], {}]);
  harness.doJobs();
  assertEquals([harness.texts(), client.heard()], [[LONG], ["7: ACK"]]);
  assertEquals(harness.stat("rsa.decryptions"), 5);
});

Deno.test("receive() takes another message that uses a message id again", () => {
  const harness = new DirectHarness();
  const client = harness.stranger();
  for (const text of ["first", "second", "third"]) {
    client.send(
      ...client.fragments(client.plain(text), { messageId: 7, payloadBytes: 100 }).toReversed(),
    );
  }
  assertEquals(harness.texts(), ["first", "second", "third"]);
  assertEquals(client.heard(), ["7: ACK", "7: ACK", "7: ACK"]);
});

for (const payloadBytes of [100, 490, 506]) {
  for (const order of ["in order", "reversed"]) {
    Deno.test(`receive() takes hybrid messages with one block and one message id, ${payloadBytes} bytes a fragment, ${order}`, () => {
      const harness = new DirectHarness();
      const client = harness.stranger();
      for (const sequence of [1n, 2n, 3n]) {
        const text = `message ${sequence}`;
        const body = client.hybrid(text, { sequence });
        const datagrams = client.fragments(body, { messageId: 7, payloadBytes });
        const ordered = order === "reversed" ? datagrams.toReversed() : datagrams;
        for (const datagram of ordered) {
          assertEquals(client.heard(), [], "no ACK for what is not there");
          client.send(datagram);
        }
        assertEquals([harness.texts(), client.heard()], [[text], ["7: ACK"]]);
        harness.run(5_000);
        assertEquals(client.heard(), [], "nothing is missing");
        client.send(...ordered);
        assertEquals([harness.texts(), client.heard()], [[], ["7: ACK"]]);
        harness.run(5_000);
      }
      assertEquals(client.heard(), []);
    });
  }
}

Deno.test("receive() takes another message that uses a message id again, with another total", () => {
  const harness = new DirectHarness();
  const client = harness.stranger();
  client.send(...client.fragments(client.plain("first"), { messageId: 7, payloadBytes: 100 }));
  client.send(...client.fragments(client.plain("second"), { messageId: 7, payloadBytes: 90 }));
  assertEquals([harness.texts(), harness.drops()], [["first", "second"], {}]);
});

Deno.test("receive() takes a message again under its id when it came to nothing", () => {
  const harness = new DirectHarness();
  const client = harness.stranger();
  const datagrams = client.fragments(client.plain("hi"), { messageId: 7, payloadBytes: 100 });
  harness.readerHasRoom = false;
  client.send(...datagrams);
  assertEquals([client.heard(), harness.drops()], [[], { reader_full: 1 }]);
  harness.readerHasRoom = true;
  client.send(...datagrams);
  assertEquals([harness.texts(), client.heard()], [["hi"], ["7: ACK"]]);
});

Deno.test("receive() acknowledges a body under each message id that it came under", () => {
  const harness = new DirectHarness();
  const client = harness.stranger();
  const body = client.plain("hi");
  client.send(...client.fragments(body, { messageId: 7 }));
  client.send(...client.fragments(body, { messageId: 8 }));
  assertEquals([harness.texts(), client.heard()], [["hi"], ["7: ACK", "8: ACK"]]);
  client.send(body);
  assertEquals([harness.texts(), client.heard()], [[], ["ACK"]]);
});

Deno.test("receive() acknowledges a body that came under another message id while it was opened", () => {
  const harness = new DirectHarness();
  const client = harness.stranger();
  const body = client.plain("hi");
  const again = client.fragments(body, { messageId: 8 });
  harness.held.add("decrypt_block");
  client.send(...client.fragments(body, { messageId: 7 }), ...again);
  harness.doJobs();
  assertEquals([harness.texts(), client.heard()], [["hi"], ["7: ACK"]]);
  harness.run(500);
  client.send(...again);
  assertEquals([harness.texts(), client.heard()], [[], ["8: ACK"]]);
});

Deno.test("receive() answers every copy that has earned its answer", () => {
  const harness = new DirectHarness();
  const client = harness.client("127.0.0.1", 1_024);
  const [copy = new Uint8Array()] = client.fragments(client.plain("hi"), { payloadBytes: 512 });
  for (let round = 0; round < 40; round++) {
    client.send(copy);
    harness.run(REPEATED_ACK_MS);
  }
  assertEquals(client.datagrams().length, 40, "518 bytes ask for 1,024");
  assertEquals(harness.drops(), {});
});

Deno.test("receive() answers by 3 times what an address sent at most, but for the bucket", () => {
  const harness = new DirectHarness({ serverModulusBytes: 256 });
  const client = harness.client("127.0.0.1", 1_024);
  const datagrams = client.fragments(client.plain("hi"), { payloadBytes: 26 });
  client.send(...datagrams);
  const [copy = new Uint8Array()] = datagrams;
  for (let round = 0; round < 30; round++) {
    harness.run(REPEATED_ACK_MS);
    client.send(copy);
  }
  const answers = client.datagrams();
  const earned = 3 * harness.stat("datagrams.bytes_in");
  const bucket = LONG_ANSWER_LIMITS.perSource.burst + 30 * REPEATED_ACK_MS / 1_000;
  assertLessOrEqual(answers.length * 1_024, earned + bucket * 1_024);
  assertGreaterOrEqual(answers.length * 1_024, earned);
  assertEquals(harness.drops(), { rate_limited: 31 - answers.length });
});
