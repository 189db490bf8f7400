import { assertEquals } from "@std/assert";
import { MAX_PACED_DATAGRAMS, PacedSender } from "../../src/direct/paced_sender.ts";

const TO = { hostname: "127.0.0.1", port: 5_000 };

function datagrams(count: number): Uint8Array[] {
  return Array.from({ length: count }, (_, index) => Uint8Array.of(index & 0xff));
}

/** Lets all leave, a millisecond after the other. Returns how many did at each. */
function releaseAll(sender: PacedSender, fromMs: number): number[] {
  const counts: number[] = [];
  for (let nowMs = fromMs; sender.nextDeadlineMs() !== undefined; nowMs++) {
    counts.push(sender.release(nowMs).length);
  }
  return counts;
}

Deno.test("PacedSender lets a short message leave at once", () => {
  const sender = new PacedSender(0);
  assertEquals([sender.nextDeadlineMs(), sender.release(0)], [undefined, []]);
  sender.push(datagrams(3), TO, 7, 0);
  assertEquals([sender.nextDeadlineMs(), sender.size], [0, 3]);
  const released = sender.release(0);
  assertEquals(released.map(({ datagram, to, completes }) => [datagram[0], to, completes]), [
    [0, TO, undefined],
    [1, TO, undefined],
    [2, TO, 7],
  ]);
  assertEquals([sender.nextDeadlineMs(), sender.size], [undefined, 0]);
});

Deno.test("PacedSender lets 32 datagrams leave at once, then 4 a millisecond", () => {
  const sender = new PacedSender(0);
  sender.push(datagrams(41), TO, 7, 0);
  assertEquals(releaseAll(sender, 0), [32, 4, 4, 1]);
});

Deno.test("PacedSender keeps the order of messages, and gives each id with the last datagram", () => {
  const sender = new PacedSender(0);
  for (const sendId of [1, 2, 3]) sender.push(datagrams(20), TO, sendId, 0);
  const ids: (number | undefined)[] = [];
  for (let nowMs = 0; sender.size > 0; nowMs++) {
    ids.push(...sender.release(nowMs).map(({ completes }) => completes));
  }
  assertEquals(ids.flatMap((id, index) => id === undefined ? [] : [[id, index]]), [
    [1, 19],
    [2, 39],
    [3, 59],
  ]);
});

Deno.test("PacedSender gives nothing before its deadline", () => {
  const sender = new PacedSender(0);
  sender.push(datagrams(40), TO, 1, 0);
  sender.release(0);
  assertEquals([sender.nextDeadlineMs(), sender.release(0.5)], [1, []]);
  assertEquals(sender.release(1).length, 4);
});

Deno.test("PacedSender saves up for no more than 32 datagrams in a rest", () => {
  const sender = new PacedSender(0);
  sender.push(datagrams(200), TO, 1, 0);
  sender.release(0);
  assertEquals(sender.release(60_000).length, 32);
});

Deno.test("PacedSender holds 8,192 datagrams, and not one more", () => {
  const sender = new PacedSender(0);
  assertEquals(sender.push(datagrams(MAX_PACED_DATAGRAMS), TO, 1, 0), true);
  assertEquals([sender.push(datagrams(1), TO, 2, 0), sender.size], [false, MAX_PACED_DATAGRAMS]);
  sender.release(0);
  assertEquals(sender.push(datagrams(33), TO, 2, 0), false, "no part of a message is taken");
  assertEquals(sender.push(datagrams(32), TO, 2, 0), true);
});
