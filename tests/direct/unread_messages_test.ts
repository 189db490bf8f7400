import { assertEquals } from "@std/assert";
import {
  MAX_UNREAD_BYTES,
  MAX_UNREAD_MESSAGES,
  UnreadMessages,
} from "../../src/direct/unread_messages.ts";

function message(payloadBytes: number) {
  return {
    sender: "192.0.2.1:5",
    from: { hostname: "192.0.2.1", port: 5 },
    payload: new Uint8Array(payloadBytes),
    signedBy: undefined,
    form: "plain",
  } as const;
}

Deno.test("UnreadMessages.hasRoom ends with as many messages as may wait", () => {
  const unread = new UnreadMessages();
  for (let count = 1; count < MAX_UNREAD_MESSAGES; count++) unread.add(message(0));
  assertEquals(unread.hasRoom, true);
  unread.add(message(0));
  assertEquals([unread.hasRoom, unread.size], [false, MAX_UNREAD_MESSAGES]);
});

Deno.test("UnreadMessages.hasRoom ends with as many bytes as may wait", () => {
  const unread = new UnreadMessages();
  unread.add(message(MAX_UNREAD_BYTES - 1));
  assertEquals(unread.hasRoom, true);
  unread.add(message(1));
  assertEquals(unread.hasRoom, false);
});

Deno.test("UnreadMessages.read() gives what waits, makes room, and ends", async () => {
  const unread = new UnreadMessages();
  for (let bytes = 1; bytes <= 3; bytes++) unread.add(message(bytes));
  unread.end();
  const read = await Array.fromAsync(unread.read(), ({ payload }) => payload.byteLength);
  assertEquals([read, unread.size, unread.hasRoom], [[1, 2, 3], 0, true]);
});
