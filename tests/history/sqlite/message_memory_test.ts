import { assertEquals, assertStrictEquals } from "@std/assert";
import type { KeptMessage } from "../../../src/history/history.ts";
import { MessageEncoder } from "../../../src/history/message_encoder.ts";
import {
  MAX_READ_BYTES,
  MAX_READ_MESSAGES,
  MessageMemory,
  RECENT_LIMITS,
} from "../../../src/history/sqlite/message_memory.ts";
import { DEFAULT_TLV_TYPES } from "../../../src/wire/tlv_types.ts";
import { numberedMessage } from "../../support/sqlite_history_fixture.ts";

const encoder = new MessageEncoder(DEFAULT_TLV_TYPES);

function kept(number: number, payload = new Uint8Array(1)): KeptMessage {
  return encoder.encode(numberedMessage(number, { payload }), BigInt(number));
}

Deno.test("MessageMemory holds the newest messages", () => {
  const memory = new MessageMemory(0n);
  const count = RECENT_LIMITS.maxMessages + 1;
  for (let number = 1; number <= count; number++) memory.add(kept(number));
  assertEquals([memory.find(1n), memory.find(2n)?.sequence], [undefined, 2n]);
  assertEquals(memory.sequenceOf(numberedMessage(count).messageId), BigInt(count));
  assertEquals(memory.sequenceOf(numberedMessage(1).messageId), undefined);
});

Deno.test("MessageMemory.recall() gives the message whose plaintext a queue still holds", () => {
  const memory = new MessageMemory(0n);
  const queued = kept(1);
  memory.add(queued);
  for (let number = 2; number <= RECENT_LIMITS.maxMessages + 1; number++) memory.add(kept(number));
  assertEquals(memory.find(1n), undefined);
  assertEquals(memory.recall(1n), queued);
  assertStrictEquals(memory.recall(1n)?.plaintext, queued.plaintext);
});

Deno.test("MessageMemory.recall() gives what was read and is held no longer", () => {
  const memory = new MessageMemory(100_000n);
  const queued = kept(1);
  memory.addRead(queued);
  for (let number = 2; number <= MAX_READ_MESSAGES + 1; number++) memory.addRead(kept(number));
  assertEquals(memory.find(1n), undefined);
  assertEquals(memory.recall(1n), queued);
  assertStrictEquals(memory.recall(1n)?.plaintext, queued.plaintext);
  assertEquals(memory.recall(99_999n), undefined);
});

Deno.test("MessageMemory holds the messages read last, up to a count", () => {
  const memory = new MessageMemory(100_000n);
  for (let number = 1; number <= MAX_READ_MESSAGES; number++) memory.addRead(kept(number));
  assertEquals(memory.find(1n)?.sequence, 1n);
  memory.addRead(kept(MAX_READ_MESSAGES + 1));
  assertEquals([memory.find(1n), memory.find(2n)?.sequence], [undefined, 2n]);
});

Deno.test("MessageMemory holds the messages read last, up to a length", () => {
  const memory = new MessageMemory(100_000n);
  const payload = new Uint8Array(MAX_READ_BYTES / 4);
  for (let number = 1; number <= 4; number++) memory.addRead(kept(number, payload));
  assertEquals([1n, 2n, 3n, 4n].map((it) => memory.find(it)?.sequence), [undefined, 2n, 3n, 4n]);
});

Deno.test("MessageMemory.forgetBelow() forgets what was read as well", () => {
  const memory = new MessageMemory(10n);
  for (const number of [7, 3, 5]) memory.addRead(kept(number));
  memory.add(kept(11));
  memory.add(kept(12));
  memory.forgetBelow(5n);
  assertEquals([3n, 5n, 7n].map((it) => memory.find(it)?.sequence), [undefined, 5n, 7n]);
  memory.forgetBelow(12n);
  assertEquals([5n, 7n, 11n, 12n].map((it) => memory.find(it)?.sequence), [
    undefined,
    undefined,
    undefined,
    12n,
  ]);
});
