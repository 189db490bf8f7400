import { assertEquals } from "@std/assert";
import {
  MAX_BATCH_BYTES,
  MAX_BATCH_MESSAGES,
  MAX_WAITING_BYTES,
  MAX_WAITING_MESSAGES,
  WaitingMessages,
} from "../../../src/history/sqlite/waiting_messages.ts";
import { numberedMessage } from "../../support/sqlite_history_fixture.ts";

function waitingOf(count: number, payloadBytes = 1): WaitingMessages {
  const waiting = new WaitingMessages();
  const message = numberedMessage(1, { payload: new Uint8Array(payloadBytes) });
  for (let number = 0; number < count; number++) waiting.add(message);
  return waiting;
}

Deno.test("WaitingMessages.batch() gives the first ones, which wait on", () => {
  const waiting = waitingOf(3);
  assertEquals(waiting.batch().map(({ ticket }) => ticket), [1, 2, 3]);
  waiting.drop(2);
  assertEquals(waiting.batch().map(({ ticket }) => ticket), [3]);
  assertEquals([waiting.size, waitingOf(0).batch()], [1, []]);
});

Deno.test("WaitingMessages.batch() ends at its bounds, but has one message always", () => {
  assertEquals(waitingOf(MAX_BATCH_MESSAGES).batch().length, MAX_BATCH_MESSAGES);
  assertEquals(waitingOf(MAX_BATCH_MESSAGES + 1).batch().length, MAX_BATCH_MESSAGES);
  assertEquals(waitingOf(3, MAX_BATCH_BYTES / 2).batch().length, 2);
  assertEquals(waitingOf(3, MAX_BATCH_BYTES / 2 + 1).batch().length, 1);
  assertEquals(waitingOf(2, MAX_BATCH_BYTES + 1).batch().length, 1);
});

Deno.test("WaitingMessages.hasRoom ends with the messages that may wait", () => {
  const waiting = waitingOf(MAX_WAITING_MESSAGES - 1);
  assertEquals(waiting.hasRoom, true);
  waiting.add(numberedMessage(1));
  assertEquals(waiting.hasRoom, false);
  waiting.drop(1);
  assertEquals(waiting.hasRoom, true);
});

Deno.test("WaitingMessages.hasRoom ends with the bytes that may wait", () => {
  const waiting = waitingOf(4, MAX_WAITING_BYTES / 4);
  assertEquals(waiting.hasRoom, false);
  waiting.drop(1);
  assertEquals(waiting.hasRoom, true);
});
