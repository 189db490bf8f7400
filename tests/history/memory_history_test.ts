import { assertEquals } from "@std/assert";
import type { NewMessage } from "../../src/history/history.ts";
import { describeTlvs } from "../support/describe_tlvs.ts";
import { memoryHistory } from "../support/relay_defaults.ts";
import { decodeTlvs } from "../../src/wire/tlv.ts";

function said(text: string, fields: Partial<NewMessage> = {}): NewMessage {
  return {
    messageId: `id of ${text}`,
    senderId: "alice",
    sessionId: "0123456789abcdef",
    clientSequence: 7n,
    instance: "ab".repeat(16),
    unixMs: 1_000,
    payload: new TextEncoder().encode(text),
    ...fields,
  };
}

Deno.test("MemoryHistory.append() keeps at once, under the next number", () => {
  const history = memoryHistory();
  const tickets = [history.append(said("one")), history.append(said("two"))];
  const news = history.takeNews();
  assertEquals(news.map((item) => item.type === "kept" && item.ticket), tickets);
  assertEquals([history.newest, history.oldest, history.messages, history.waiting], [2n, 1n, 2, 0]);
  assertEquals(history.takeNews(), []);
});

Deno.test("MemoryHistory.append() keeps the message as it goes out, and a copy of its payload", () => {
  const history = memoryHistory();
  const message = said("one");
  history.append(message);
  message.payload.fill(0);
  const kept = history.find(1n);
  assertEquals(
    describeTlvs(decodeTlvs(kept?.plaintext ?? new Uint8Array())),
    "SENDER_ID alice, RELAY_SEQUENCE 1, MESSAGE one",
  );
  assertEquals([kept?.payloadBytes, kept?.clientSequence, kept?.unixMs], [3, 7n, 1_000]);
});

Deno.test("MemoryHistory.find() gives the same object each time", () => {
  const history = memoryHistory();
  history.append(said("one"));
  const [news] = history.takeNews();
  assertEquals(news?.type === "kept" && news.message === history.find(1n), true);
  assertEquals(history.find(1n) === history.find(1n), true);
});

Deno.test("MemoryHistory.sequenceOf() knows the messages of who names an instance", () => {
  const history = memoryHistory();
  history.append(said("one"));
  history.append(said("two", { instance: undefined }));
  assertEquals([history.sequenceOf("id of one"), history.sequenceOf("id of two")], [1n, undefined]);
});

Deno.test("MemoryHistory keeps to its bounds", () => {
  const history = memoryHistory({ maxMessages: 2, maxAgeMs: 5_000 });
  for (const unixMs of [1_000, 2_000, 9_000]) history.append(said(`at ${unixMs}`, { unixMs }));
  assertEquals([history.oldest, history.messages], [2n, 2]);
  history.expire(9_000);
  assertEquals([history.oldest, history.messages], [3n, 1]);
  assertEquals(history.firstSince(9_000), 3n);
});

Deno.test("MemoryHistory has no trouble, and nothing to wait for", async () => {
  await using history = memoryHistory();
  await history.caughtUp();
  assertEquals([history.hasRoom, history.trouble, history.kind], [true, undefined, "memory"]);
});
