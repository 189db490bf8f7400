import { assertEquals } from "@std/assert";
import type { HistoryLimits, KeptMessage } from "../../src/history/history.ts";
import { RecentMessages } from "../../src/history/recent_messages.ts";

const WIDE: HistoryLimits = { maxMessages: 1_000, maxBytes: 1_000_000, maxAgeMs: undefined };

function message(sequence: bigint, bytes = 10): KeptMessage {
  return {
    sequence,
    plaintext: new Uint8Array(bytes),
    sessionId: "0123456789abcdef",
    clientSequence: 0n,
    senderId: "alice",
    instance: undefined,
    messageId: `message ${sequence}`,
    payloadBytes: bytes,
    unixMs: Number(sequence) * 1_000,
  };
}

function filled(sizes: readonly number[], maxMessages: number, maxBytes: number): RecentMessages {
  const history = new RecentMessages({ maxMessages, maxBytes, maxAgeMs: undefined });
  sizes.forEach((bytes, index) => history.add(message(BigInt(index + 1), bytes)));
  return history;
}

function held(history: RecentMessages): number[] {
  return [1, 2, 3, 4, 5, 6].filter((sequence) => history.find(BigInt(sequence)) !== undefined);
}

Deno.test("RecentMessages holds nothing at first", () => {
  const history = filled([], 10, 100);
  assertEquals([history.oldest, history.newest, history.bytes], [1n, 0n, 0]);
  assertEquals([history.find(0n), history.find(1n)], [undefined, undefined]);
});

Deno.test("RecentMessages.find() gives what was added", () => {
  const history = new RecentMessages({ maxMessages: 10, maxBytes: 100, maxAgeMs: undefined });
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
  Deno.test(`RecentMessages.add() keeps ${name}`, () => {
    const history = filled(sizes, messages, bytes);
    assertEquals(held(history), is);
    assertEquals(history.newest, BigInt(sizes.length));
    assertEquals(history.oldest, BigInt(is[0] ?? sizes.length + 1));
    const sizesHeld = is.map((sequence) => sizes[sequence - 1] ?? 0);
    assertEquals(history.bytes, sizesHeld.reduce((sum, size) => sum + size, 0));
  });
}

function numbered(count: number, limits: Partial<HistoryLimits> = {}): RecentMessages {
  const recent = new RecentMessages({ ...WIDE, ...limits });
  for (let sequence = 1n; sequence <= count; sequence++) recent.add(message(sequence));
  return recent;
}

Deno.test("RecentMessages.expire() forgets what is older than the bound, and nothing else", () => {
  const recent = numbered(6, { maxAgeMs: 2_000 });
  recent.expire(6_000);
  assertEquals([held(recent), recent.oldest, recent.bytes], [[4, 5, 6], 4n, 30]);
  recent.expire(60_000);
  assertEquals([held(recent), recent.oldest, recent.newest, recent.size], [[], 7n, 6n, 0]);
});

Deno.test("RecentMessages.expire() forgets nothing without a bound", () => {
  const recent = numbered(3);
  recent.expire(1e15);
  assertEquals(recent.size, 3);
});

Deno.test("RecentMessages.firstSince() finds the oldest that is young enough", () => {
  const recent = numbered(4);
  assertEquals([0, 1_000, 1_001, 4_000, 4_001].map((unixMs) => recent.firstSince(unixMs)), [
    1n,
    1n,
    2n,
    4n,
    5n,
  ]);
});

Deno.test("RecentMessages.sequenceOf() finds what names an instance, as long as it is held", () => {
  const recent = new RecentMessages({ ...WIDE, maxMessages: 2 });
  recent.add({ ...message(1n), instance: "ab" });
  recent.add(message(2n));
  assertEquals([recent.sequenceOf("message 1"), recent.sequenceOf("message 2")], [1n, undefined]);
  recent.add(message(3n));
  assertEquals(recent.sequenceOf("message 1"), undefined);
});

Deno.test("RecentMessages.pass() leaves holes that count for nothing", () => {
  const recent = numbered(1);
  recent.pass(4n);
  recent.add(message(5n));
  assertEquals([recent.find(3n), recent.find(5n)?.sequence, recent.size], [undefined, 5n, 2]);
  recent.forgetBelow(2n);
  assertEquals([recent.oldest, recent.size], [5n, 1], "holes at the beginning are passed over");
  recent.pass(3n);
  assertEquals(recent.newest, 5n, "what is behind is no news");
});

Deno.test("RecentMessages.pass() takes any number at once", () => {
  const recent = numbered(3);
  recent.pass(2n ** 63n);
  assertEquals([recent.oldest, recent.newest, recent.size, recent.bytes], [
    2n ** 63n + 1n,
    2n ** 63n,
    0,
    0,
  ]);
  recent.add(message(2n ** 63n + 1n));
  assertEquals(recent.size, 1);
});

Deno.test("RecentMessages.forgetBelow() forgets no more than there is", () => {
  const recent = numbered(3);
  recent.forgetBelow(3n);
  assertEquals([held(recent), recent.oldest], [[3], 3n]);
  recent.forgetBelow(99n);
  assertEquals([recent.oldest, recent.newest, recent.size], [4n, 3n, 0]);
});

Deno.test("RecentMessages goes on with the numbers of before", () => {
  const recent = new RecentMessages(WIDE, 41n);
  assertEquals([recent.oldest, recent.newest, recent.find(41n)], [42n, 41n, undefined]);
  recent.add(message(42n));
  assertEquals(recent.find(42n)?.sequence, 42n);
});
