import { assertEquals } from "@std/assert";
import {
  AnsweredMessages,
  MAX_ANSWERED_MESSAGES,
  REPEATED_ACK_MS,
  UNDECIDED_MS,
} from "../../src/direct/answered_messages.ts";
import type { Fragment } from "../../src/wire/fragment.ts";

const CHUNKS = [Uint8Array.of(1, 2), Uint8Array.of(3, 4), new Uint8Array()];

function fragment(values: Partial<Fragment> = {}): Fragment {
  return { messageId: 7, sequenceNumber: 0, total: 3, chunk: Uint8Array.of(1, 2), ...values };
}

/** One message that was opened at 1,000 ms, and perhaps acknowledged at once. */
function opened({ isAcknowledged }: { isAcknowledged: boolean }): AnsweredMessages {
  const answered = new AnsweredMessages();
  answered.open(7, CHUNKS, 1_000);
  if (isAcknowledged) answered.acknowledge(7, 1_000);
  return answered;
}

const rows: { name: string; fragment: Fragment; isCopy: boolean }[] = [
  { name: "the first fragment", fragment: fragment(), isCopy: true },
  {
    name: "another fragment",
    fragment: fragment({ sequenceNumber: 1, chunk: Uint8Array.of(3, 4) }),
    isCopy: true,
  },
  {
    name: "an empty fragment",
    fragment: fragment({ sequenceNumber: 2, chunk: new Uint8Array() }),
    isCopy: true,
  },
  { name: "another id", fragment: fragment({ messageId: 8 }), isCopy: false },
  { name: "another total", fragment: fragment({ total: 4 }), isCopy: false },
  { name: "other bytes", fragment: fragment({ chunk: Uint8Array.of(1, 3) }), isCopy: false },
  { name: "the bytes of another number", fragment: fragment({ sequenceNumber: 1 }), isCopy: false },
  {
    name: "a number past the last",
    fragment: fragment({ sequenceNumber: 3 }),
    isCopy: false,
  },
];
for (const { name, fragment, isCopy } of rows) {
  Deno.test(`AnsweredMessages takes for ${isCopy ? "a copy" : "new"}: ${name}`, () => {
    const answered = opened({ isAcknowledged: true });
    assertEquals(answered.holds(fragment), isCopy);
    assertEquals(answered.repeat(fragment, 5_000), isCopy ? "asks_for_ack" : "new");
  });
}

Deno.test("AnsweredMessages.repeat() asks for no ACK before the first", () => {
  const answered = opened({ isAcknowledged: false });
  assertEquals(answered.repeat(fragment(), 50_000), "copy");
  answered.acknowledge(7, 50_000);
  assertEquals(answered.repeat(fragment(), 50_000 + REPEATED_ACK_MS), "asks_for_ack");
});

Deno.test("AnsweredMessages.repeat() asks for an ACK once in 100 ms", () => {
  const answered = opened({ isAcknowledged: true });
  const asked = [1_099, 1_100, 1_101, 1_199, 1_200].map((ms) => answered.repeat(fragment(), ms));
  assertEquals(asked, ["copy", "asks_for_ack", "copy", "copy", "asks_for_ack"]);
});

Deno.test("AnsweredMessages.repeat() frees an id that is used again", () => {
  const answered = opened({ isAcknowledged: true });
  assertEquals(answered.repeat(fragment({ total: 2 }), 2_000), "new");
  assertEquals([answered.size, answered.repeat(fragment(), 2_000)], [0, "new"]);
});

Deno.test("AnsweredMessages.holds() changes nothing", () => {
  const answered = opened({ isAcknowledged: true });
  answered.holds(fragment({ total: 2 }));
  answered.holds(fragment());
  assertEquals(answered.repeat(fragment(), 1_100), "asks_for_ack");
});

Deno.test("AnsweredMessages.forget() makes a message new", () => {
  const answered = opened({ isAcknowledged: true });
  answered.forget(7);
  answered.forget(99);
  assertEquals([answered.size, answered.repeat(fragment(), 2_000)], [0, "new"]);
});

Deno.test("AnsweredMessages.acknowledge() passes over what it does not know", () => {
  const answered = opened({ isAcknowledged: false });
  answered.acknowledge(8, 2_000);
  assertEquals(answered.size, 1);
});

Deno.test("AnsweredMessages keeps nothing of the chunks", () => {
  const answered = new AnsweredMessages();
  const chunk = Uint8Array.of(1, 2);
  answered.open(7, [chunk], 0);
  chunk.fill(9);
  assertEquals(answered.holds(fragment({ total: 1 })), true);
});

Deno.test("AnsweredMessages remembers 64 messages, the newest, and not one more", () => {
  const answered = new AnsweredMessages();
  for (let messageId = 0; messageId < MAX_ANSWERED_MESSAGES; messageId++) {
    answered.open(messageId, CHUNKS, messageId);
  }
  assertEquals(answered.holds(fragment({ messageId: 0 })), true);
  answered.open(1_000, CHUNKS, 64);
  assertEquals(answered.size, MAX_ANSWERED_MESSAGES);
  const held = [0, 1, 1_000].map((messageId) => answered.holds(fragment({ messageId })));
  assertEquals(held, [false, true, true]);
});

Deno.test("AnsweredMessages forgets a message after a minute, when another one comes", () => {
  const answered = new AnsweredMessages();
  answered.open(1, CHUNKS, 0);
  answered.open(2, CHUNKS, 30_000);
  answered.open(3, CHUNKS, 59_999);
  assertEquals(answered.size, 3);
  answered.open(4, CHUNKS, 60_000);
  const held = [1, 2, 3, 4].map((messageId) => answered.holds(fragment({ messageId })));
  assertEquals(held, [false, true, true, true]);
});

Deno.test("AnsweredMessages.open() takes an id that comes again for the newest", () => {
  const answered = opened({ isAcknowledged: true });
  answered.open(7, [Uint8Array.of(9)], 2_000);
  assertEquals(answered.size, 1);
  const other = fragment({ total: 1, chunk: Uint8Array.of(9) });
  assertEquals(answered.repeat(other, 9_000), "copy", "it is not acknowledged yet");
});

const FIRST = fragment();
const SECOND = fragment({ sequenceNumber: 1, chunk: Uint8Array.of(3, 4) });
const THIRD = fragment({ sequenceNumber: 2, chunk: Uint8Array.of(5) });
const OTHER_THIRD = fragment({ sequenceNumber: 2, chunk: Uint8Array.of(9) });

/** Acknowledged at 1,000 ms; its first two fragments tell nothing of which message they are. */
function openedWithHead(): AnsweredMessages {
  const answered = new AnsweredMessages();
  answered.open(7, [FIRST.chunk, SECOND.chunk, THIRD.chunk], 1_000, 4);
  answered.acknowledge(7, 1_000);
  return answered;
}

Deno.test("AnsweredMessages.repeat() lets a fragment behind the head tell whose that was", () => {
  const answered = openedWithHead();
  assertEquals(answered.repeat(FIRST, 5_000), "undecided");
  assertEquals(answered.repeat(SECOND, 5_000), "undecided");
  assertEquals(answered.repeat(OTHER_THIRD, 5_000), "new");
  assertEquals(answered.takeUndecided(7, 5_299), [FIRST, SECOND]);
  assertEquals([answered.takeUndecided(7, 5_299), answered.size], [[], 0]);
});

Deno.test("AnsweredMessages.repeat() drops the undecided fragments of a copy", () => {
  const answered = openedWithHead();
  answered.repeat(FIRST, 5_000);
  assertEquals(answered.repeat(THIRD, 5_000), "asks_for_ack");
  assertEquals(answered.takeUndecided(7, 5_299), []);
});

const strays: { name: string; fragment: Fragment }[] = [
  { name: "another head", fragment: fragment({ sequenceNumber: 1, chunk: Uint8Array.of(8) }) },
  { name: "another total", fragment: fragment({ total: 4 }) },
];
for (const { name, fragment } of strays) {
  Deno.test(`AnsweredMessages.repeat() drops the undecided fragments of a message with ${name}`, () => {
    const answered = openedWithHead();
    answered.repeat(FIRST, 5_000);
    assertEquals(answered.repeat(fragment, 5_000), "new");
    assertEquals(answered.takeUndecided(7, 5_299), []);
  });
}

Deno.test("AnsweredMessages.takeUndecided() forgets what came 300 ms ago", () => {
  const answered = openedWithHead();
  answered.repeat(FIRST, 5_000);
  assertEquals(answered.repeat(OTHER_THIRD, 5_300), "new");
  assertEquals(answered.takeUndecided(7, 5_000 + UNDECIDED_MS), []);
});

Deno.test("AnsweredMessages keeps the undecided fragments of one message, in memory of their own", () => {
  const answered = openedWithHead();
  answered.open(8, CHUNKS, 1_000, 4);
  const chunk = Uint8Array.of(1, 2);
  answered.repeat(FIRST, 5_000);
  answered.repeat(fragment({ messageId: 8, chunk }), 5_000);
  chunk.fill(0);
  assertEquals(answered.takeUndecided(7, 5_299), []);
  assertEquals(answered.takeUndecided(8, 5_299), [fragment({ messageId: 8 })]);
});
