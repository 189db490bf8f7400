import { assertEquals, assertNotEquals } from "@std/assert";
import { NumberedMessages } from "../../../../scripts/bench/load/numbered_messages.ts";

Deno.test("NumberedMessages.sentAtMs() knows each message that left, by its number", () => {
  const messages = new NumberedMessages(64);
  const payloads = [10, 20, 30].map((atMs) => {
    const payload = messages.next();
    messages.leaves(atMs);
    return payload;
  });
  assertEquals(payloads.map(({ byteLength }) => byteLength), [64, 64, 64]);
  assertNotEquals(payloads[0], payloads[1]);
  assertEquals(payloads.map((payload) => messages.sentAtMs(payload)), [10, 20, 30]);
  assertEquals(messages.sent, 3);
});

Deno.test("NumberedMessages.sentAtMs() knows nothing else", () => {
  const messages = new NumberedMessages(64);
  const payload = messages.next();
  assertEquals(messages.sentAtMs(payload), undefined);
  messages.leaves(1);
  assertEquals(messages.sentAtMs(payload.with(3, 9)), undefined);
  assertEquals(messages.sentAtMs(payload.with(63, 9)), undefined);
  assertEquals(messages.sentAtMs(payload.subarray(0, 63)), undefined);
  assertEquals(messages.sentAtMs(new Uint8Array()), undefined);
});
