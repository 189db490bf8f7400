import { assertEquals } from "@std/assert";
import { DeliveryTally } from "../../../../scripts/bench/load/delivery_tally.ts";
import { NumberedMessages } from "../../../../scripts/bench/load/numbered_messages.ts";

function tallyOf(
  messages: NumberedMessages,
  options: { weights: number[]; openEvery: number },
): { tally: DeliveryTally; delivered: number[] } {
  const delivered: number[] = [];
  const tally = new DeliveryTally({
    ...options,
    sentAtMs: (payload) => messages.sentAtMs(payload),
    onDelivery: (receiver) => delivered.push(receiver),
  });
  return { tally, delivered };
}

Deno.test("DeliveryTally counts a delivery for each client that a receiver stands for", () => {
  const messages = new NumberedMessages(64);
  const { tally, delivered } = tallyOf(messages, { weights: [30, 20], openEvery: 1 });
  const payload = messages.next();
  messages.leaves(5);
  tally.take(0, payload, 6);
  tally.take(1, payload, 9);
  assertEquals([tally.deliveries, tally.latencies, delivered], [50, [1, 4], [0, 1]]);
});

Deno.test("DeliveryTally.countUnopened() asks for the first of so many of each receiver", () => {
  const messages = new NumberedMessages(64);
  const payload = messages.next();
  messages.leaves(0);
  const { tally } = tallyOf(messages, { weights: [1, 1], openEvery: 3 });
  assertEquals(tally.countUnopened(0), false);
  assertEquals(tally.deliveries, 0);
  tally.take(0, payload, 1);
  assertEquals([tally.countUnopened(0), tally.countUnopened(0)], [true, true]);
  assertEquals([tally.countUnopened(0), tally.countUnopened(1)], [false, false]);
  assertEquals(tally.deliveries, 3);
});

Deno.test("DeliveryTally.take() counts what was never sent as damaged, and as no delivery", () => {
  const messages = new NumberedMessages(64);
  const payload = messages.next();
  const { tally } = tallyOf(messages, { weights: [1], openEvery: 1 });
  tally.take(0, payload, 1);
  messages.leaves(0);
  tally.take(0, payload.subarray(1), 1);
  tally.take(0, payload.with(40, 0xff), 1);
  tally.takeDamaged();
  assertEquals([tally.damaged, tally.deliveries, tally.latencies], [4, 0, []]);
});

Deno.test("DeliveryTally.forgetLatencies() forgets latencies only", () => {
  const messages = new NumberedMessages(4);
  const { tally } = tallyOf(messages, { weights: [1], openEvery: 1 });
  const payload = messages.next();
  messages.leaves(0);
  tally.take(0, payload, 3);
  tally.forgetLatencies();
  assertEquals([tally.deliveries, tally.latencies], [1, []]);
});
