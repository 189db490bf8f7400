import { assert, assertEquals } from "@std/assert";
import { PublishQueue } from "../../src/cluster/publish_queue.ts";
import { saidMessage } from "../support/nats_relay.ts";
import { SeededRandom } from "../support/seeded_random.ts";

const LIMITS = { maxMessages: 10_000, maxBytes: 1024 * 1024, maxInFlight: 1_000 } as const;

function ticketsOf(queue: PublishQueue, nowMs = 0): number[] {
  return queue.takeDue(nowMs).map(({ ticket }) => ticket);
}

Deno.test("PublishQueue.takeDue() gives one message of each session at a time", () => {
  const queue = new PublishQueue(LIMITS);
  for (const number of [1, 2]) {
    for (const session of ["a", "b"]) queue.add(saidMessage(session, number), 0);
  }
  assertEquals(ticketsOf(queue), [1, 2]);
  assertEquals(ticketsOf(queue), []);
  queue.acknowledge(2, 1n);
  assertEquals(ticketsOf(queue), [4]);
});

Deno.test("PublishQueue.takeDue() has no more on their way than it may", () => {
  const queue = new PublishQueue({ ...LIMITS, maxInFlight: 2 });
  for (const session of ["a", "b", "c"]) queue.add(saidMessage(session, 1), 0);
  assertEquals(ticketsOf(queue), [1, 2]);
  queue.acknowledge(1, 1n);
  assertEquals(ticketsOf(queue), [3]);
});

Deno.test("PublishQueue.fail() has a message rest, longer each time, before its successor", () => {
  const queue = new PublishQueue(LIMITS);
  for (const number of [1, 2]) queue.add(saidMessage("a", number), 0);
  let nowMs = 0;
  for (const restMs of [100, 200, 400, 800, 1_600, 2_000, 2_000]) {
    assertEquals(ticketsOf(queue, nowMs), [1]);
    queue.fail(1, nowMs);
    assertEquals(queue.nextDeadlineMs(), nowMs + restMs);
    assertEquals(ticketsOf(queue, nowMs + restMs - 1), []);
    nowMs += restMs;
  }
});

Deno.test("PublishQueue.expire() gives up what was not answered, and takes the late answer", () => {
  const queue = new PublishQueue(LIMITS);
  for (const number of [1, 2]) queue.add(saidMessage("a", number), 0);
  assertEquals(ticketsOf(queue), [1]);
  assertEquals(queue.nextDeadlineMs(), 2_000);
  assert(!queue.expire(1_999));
  assert(queue.expire(2_000));
  queue.acknowledge(1, 5n);
  assertEquals(ticketsOf(queue, 2_000), [2]);
});

Deno.test("PublishQueue.interrupt() has all sent again at once", () => {
  const queue = new PublishQueue(LIMITS);
  for (const session of ["a", "b"]) queue.add(saidMessage(session, 1), 0);
  assertEquals(ticketsOf(queue), [1, 2]);
  queue.interrupt();
  assertEquals(ticketsOf(queue), [1, 2]);
});

Deno.test("PublishQueue.settle() takes the earliest message of an id, in whatever stage it is", () => {
  const queue = new PublishQueue(LIMITS);
  for (const session of ["a", "b"]) {
    queue.add({ ...saidMessage(session, 1), messageId: "same" }, 0);
  }
  assertEquals(queue.settle("same"), 1);
  assertEquals(ticketsOf(queue), [2]);
  queue.acknowledge(2, 7n);
  assertEquals(queue.settleUpTo(6n), []);
  assertEquals(queue.settleUpTo(7n), [{ ticket: 2, sequence: 7n }]);
  assertEquals([queue.size, queue.settle("same")], [0, undefined]);
});

Deno.test("PublishQueue.startOver() has all published again that is not settled, in order", () => {
  const queue = new PublishQueue(LIMITS);
  for (const number of [1, 2, 3]) queue.add(saidMessage("a", number), 0);
  ticketsOf(queue);
  queue.acknowledge(1, 1n);
  ticketsOf(queue);
  queue.startOver();
  assertEquals(queue.settleUpTo(10n), []);
  for (const ticket of [1, 2, 3]) {
    assertEquals(ticketsOf(queue), [ticket]);
    queue.acknowledge(ticket, BigInt(ticket));
  }
});

Deno.test("PublishQueue.drop() lets the next one go", () => {
  const queue = new PublishQueue(LIMITS);
  for (const number of [1, 2]) queue.add(saidMessage("a", number), 0);
  assertEquals(ticketsOf(queue), [1]);
  queue.drop(1);
  assertEquals(ticketsOf(queue), [2]);
});

Deno.test("PublishQueue.hasRoom keeps to both bounds", () => {
  const byCount = new PublishQueue({ ...LIMITS, maxMessages: 2 });
  byCount.add(saidMessage("a", 1), 0);
  assert(byCount.hasRoom);
  byCount.add(saidMessage("a", 2), 0);
  assert(!byCount.hasRoom);
  byCount.drop(1);
  assert(byCount.hasRoom);
  const byBytes = new PublishQueue({ ...LIMITS, maxBytes: 100 });
  byBytes.add(saidMessage("a", 1, "x".repeat(99)), 0);
  assert(byBytes.hasRoom);
  byBytes.add(saidMessage("a", 2, "x"), 0);
  assert(!byBytes.hasRoom);
});

Deno.test("PublishQueue.add() keeps a copy of the payload", () => {
  const queue = new PublishQueue(LIMITS);
  const message = saidMessage("a", 1, "text");
  queue.add(message, 0);
  message.payload.fill(0);
  assertEquals(queue.takeDue(0)[0]?.message.payload, new TextEncoder().encode("text"));
});

Deno.test("PublishQueue keeps the order of each session whatever fails (any seed)", () => {
  for (let seed = 1; seed <= 30; seed++) {
    const random = new SeededRandom(seed);
    const queue = new PublishQueue({ ...LIMITS, maxInFlight: 3 });
    const stream: string[] = [];
    const marks = new Map<string, bigint>();
    const sent = new Set<{ ticket: number; id: string }>();
    const answered = new Set<number>();
    let [added, nowMs] = [0, 0];
    const sessions = ["a", "b", "c", "d", "e"];
    while (added < 100 || queue.size > 0) {
      nowMs += random.below(300);
      if (added < 100) {
        queue.add(saidMessage(sessions[added % 5] ?? "", Math.floor(added / 5)), nowMs);
        added++;
      }
      for (const { ticket, message } of queue.takeDue(nowMs)) {
        sent.add({ ticket, id: message.messageId });
      }
      for (const attempt of sent) {
        sent.delete(attempt);
        const { ticket, id } = attempt;
        if (random.chance(0.2)) continue;
        const sequence = marks.get(id) ?? BigInt(stream.push(id));
        marks.set(id, sequence);
        if (random.chance(0.3)) queue.fail(ticket, nowMs);
        else if (random.chance(0.7)) queue.acknowledge(ticket, sequence);
      }
      if (random.chance(0.02)) queue.interrupt();
      queue.expire(nowMs);
      const read = Math.max(0, stream.length - random.below(3));
      for (const id of stream.slice(0, read)) {
        const ticket = queue.settle(id);
        if (ticket !== undefined) assert(!answered.has(ticket), `seed ${seed}`);
        if (ticket !== undefined) answered.add(ticket);
      }
      for (const { ticket } of queue.settleUpTo(BigInt(read))) answered.add(ticket);
    }
    assertEquals([answered.size, stream.length], [100, 100], `seed ${seed}`);
    for (const session of sessions) {
      const own = stream.filter((id) => id.includes(`:${session}:`));
      assertEquals(own, own.map((_, number) => saidMessage(session, number).messageId));
    }
  }
});
