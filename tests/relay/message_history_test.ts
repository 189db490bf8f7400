import { assertEquals } from "@std/assert";
import { MessageHistory, type RelayedMessage } from "../../src/relay/message_history.ts";

function message(sequence: bigint, bytes = 10): RelayedMessage {
  return {
    sequence,
    plaintext: new Uint8Array(bytes),
    sessionId: "0123456789abcdef",
    clientSequence: 0n,
    senderId: "alice",
  };
}

function filled(sizes: readonly number[], maxMessages: number, maxBytes: number): MessageHistory {
  const history = new MessageHistory({ maxMessages, maxBytes });
  sizes.forEach((bytes, index) => history.add(message(BigInt(index + 1), bytes)));
  return history;
}

function held(history: MessageHistory): number[] {
  return [1, 2, 3, 4, 5, 6].filter((sequence) => history.find(BigInt(sequence)) !== undefined);
}

Deno.test("MessageHistory holds nothing at first", () => {
  const history = filled([], 10, 100);
  assertEquals([history.oldest, history.newest, history.bytes], [1n, 0n, 0]);
  assertEquals([history.find(0n), history.find(1n)], [undefined, undefined]);
});

Deno.test("MessageHistory.find() gives what was added", () => {
  const history = new MessageHistory({ maxMessages: 10, maxBytes: 100 });
  const [first, second] = [message(1n), message(2n)];
  history.add(first);
  history.add(second);
  assertEquals([history.find(1n) === first, history.find(2n) === second], [true, true]);
  assertEquals(history.find(3n), undefined);
});

const rows = [
  {
    name: "all at the bound on messages",
    sizes: [1, 1, 1],
    messages: 3,
    bytes: 100,
    is: [1, 2, 3],
  },
  { name: "the last ones past it", sizes: [1, 1, 1, 1], messages: 3, bytes: 100, is: [2, 3, 4] },
  {
    name: "all at the bound on bytes",
    sizes: [40, 30, 30],
    messages: 9,
    bytes: 100,
    is: [1, 2, 3],
  },
  {
    name: "the last ones past that",
    sizes: [40, 30, 30, 1],
    messages: 9,
    bytes: 100,
    is: [2, 3, 4],
  },
  { name: "few long ones", sizes: [1, 1, 1, 1, 99], messages: 9, bytes: 100, is: [4, 5] },
  { name: "none but one that fills it", sizes: [1, 1, 100], messages: 9, bytes: 100, is: [3] },
  { name: "nothing behind one that is too long", sizes: [1, 101], messages: 9, bytes: 100, is: [] },
  {
    name: "what follows one that is too long",
    sizes: [1, 101, 5],
    messages: 9,
    bytes: 100,
    is: [3],
  },
  { name: "nothing when no message may be held", sizes: [1, 1], messages: 0, bytes: 100, is: [] },
  { name: "nothing when no byte may be held", sizes: [1, 1], messages: 9, bytes: 0, is: [] },
];
for (const { name, sizes, messages, bytes, is } of rows) {
  Deno.test(`MessageHistory.add() keeps ${name}`, () => {
    const history = filled(sizes, messages, bytes);
    assertEquals(held(history), is);
    assertEquals(history.newest, BigInt(sizes.length));
    assertEquals(history.oldest, BigInt(is[0] ?? sizes.length + 1));
    const sizesHeld = is.map((sequence) => sizes[sequence - 1] ?? 0);
    assertEquals(history.bytes, sizesHeld.reduce((sum, size) => sum + size, 0));
  });
}
