import { assertEquals } from "@std/assert";
import { MAX_WAITING_BYTES, WaitingMessages } from "../../src/client/waiting_messages.ts";
import { assertThrowsWithCode } from "../support/assert_code.ts";

function message(messageId: number, bytes = 10) {
  return { messageId, plaintext: new Uint8Array(bytes) };
}

function takeAll(waiting: WaitingMessages): number[] {
  const ids: number[] = [];
  for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
    ids.push(next.messageId);
  }
  return ids;
}

Deno.test("WaitingMessages gives messages in order", () => {
  const waiting = new WaitingMessages();
  for (const id of [1, 2, 3]) waiting.add(message(id));
  assertEquals(waiting.first?.messageId, 1);
  assertEquals(takeAll(waiting), [1, 2, 3]);
  assertEquals(waiting.isEmpty, true);
});

Deno.test("WaitingMessages.putBack() puts messages before all others, past the bounds", () => {
  const waiting = new WaitingMessages();
  waiting.add(message(3, MAX_WAITING_BYTES));
  waiting.putBack([message(1), message(2)]);
  assertThrowsWithCode(() => waiting.add(message(4)), "SEND_QUEUE_FULL");
  assertEquals(takeAll(waiting), [1, 2, 3]);
  waiting.add(message(5, MAX_WAITING_BYTES));
});
