import { assertEquals } from "@std/assert";
import { MAX_RELEASED_MESSAGES } from "../../src/client/ordered_delivery.ts";
import { RECEIVE_WINDOW } from "../../src/client/reliable_receiver.ts";
import { encodeSequenceRanges } from "../../src/wire/sequence_ranges.ts";
import type { WorldClient } from "../support/client_world.ts";
import { namedTlv } from "../support/named_tlv.ts";
import { numberMessages, sendSome } from "../support/numbered_messages.ts";
import { meetReliably, nacksAt, numberedTexts, textsTold } from "../support/reliable_world.ts";

Deno.test("OrderedDelivery puts messages into the order of their numbers, each once", () => {
  const { world, relay, client, session } = meetReliably();
  const messages = numberMessages(relay, numberedTexts(6));
  sendSome(relay, session, messages, [3, 0, 0, 2, 3, 1, 5, 4, 1, 5]);
  world.run(40);
  assertEquals(textsTold(client), numberedTexts(6));
  assertEquals(client.core.drops.toObject(), { duplicate: 4 });
  assertEquals(nacksAt(relay), []);
});

Deno.test("OrderedDelivery reports what is lost as a gap, in its place", () => {
  const { world, relay, client, session } = meetReliably();
  const messages = numberMessages(relay, numberedTexts(8));
  relay.history.forget(5n);
  sendSome(relay, session, messages, [1, 7]);
  world.run(1_000);
  assertEquals(client.heard(), [
    "gap 1-1",
    "message ben: 1",
    "gap 3-5",
    "message ben: 5",
    "message ben: 6",
    "message ben: 7",
  ]);
});

Deno.test("OrderedDelivery takes a message that was given up for a duplicate", () => {
  const { world, relay, client, session } = meetReliably();
  const messages = numberMessages(relay, numberedTexts(2));
  sendSome(relay, session, messages, [1]);
  const lost = encodeSequenceRanges([{ first: 1n, last: 1n }]);
  relay.sendSealed(session, namedTlv("LOST", lost));
  sendSome(relay, session, messages, [0]);
  world.run(1_000);
  assertEquals(client.heard(), ["gap 1-1", "message ben: 1"]);
  assertEquals(client.core.drops.of("duplicate"), 1);
});

Deno.test("OrderedDelivery gives a message without number at once", () => {
  const { world, relay, client, session } = meetReliably();
  sendSome(relay, session, numberMessages(relay, numberedTexts(2)), [1]);
  relay.sendSealed(session, namedTlv("SENDER_ID", "ben"), namedTlv("MESSAGE", "no number"));
  world.run(0);
  assertEquals(textsTold(client), ["no number"]);
});

Deno.test("OrderedDelivery hands over 64 messages at a time, 1 ms apart", () => {
  const { world, relay, client, session } = meetReliably();
  const messages = numberMessages(relay, numberedTexts(2 * MAX_RELEASED_MESSAGES + 1));
  sendSome(relay, session, messages, messages.map((_, index) => index).slice(1));
  world.run(0);
  sendSome(relay, session, messages, [0]);
  world.run(0);
  assertEquals(textsTold(client).length, MAX_RELEASED_MESSAGES);
  world.run(1);
  assertEquals(textsTold(client).length, MAX_RELEASED_MESSAGES);
  world.run(1);
  assertEquals(textsTold(client).length, 1);
});

Deno.test("OrderedDelivery holds what comes while it is paused, and asks later for the rest", () => {
  const { world, relay, client } = meetReliably();
  client.pause();
  const texts = numberedTexts(RECEIVE_WINDOW + 100);
  for (const text of texts) relay.say("ben", text);
  world.run(10_000);
  assertEquals(client.heard(), []);
  assertEquals(nacksAt(relay), [], "there is no room for an answer");
  assertEquals(client.core.drops.of("no_room"), 100);
  client.resume();
  world.run(1_000);
  assertEquals(textsTold(client), texts);
});

Deno.test("OrderedDelivery reports a gap when the relay forgot what was said while it was paused", () => {
  const { world, relay, client } = meetReliably();
  client.pause();
  for (const text of numberedTexts(RECEIVE_WINDOW + 100)) relay.say("ben", text);
  world.run(1_000);
  relay.history.forget(BigInt(RECEIVE_WINDOW) + 90n);
  client.resume();
  world.run(1_000);
  const numbers = client.told().flatMap((event): [bigint, bigint][] => {
    if (event.type === "gap") return [[event.first, event.last]];
    return event.type === "message" ? [[event.relaySequence ?? 0n, event.relaySequence ?? 0n]] : [];
  });
  let next = 1n;
  for (const [first, last] of numbers) {
    assertEquals(first, next);
    assertEquals(last > first, first > RECEIVE_WINDOW && first <= RECEIVE_WINDOW + 90);
    next = last + 1n;
  }
  assertEquals(next, BigInt(RECEIVE_WINDOW) + 101n);
});

Deno.test("OrderedDelivery gives everything that it has when the relay ends the session", () => {
  const { world, relay, client, session } = meetReliably();
  client.pause();
  const messages = numberMessages(relay, numberedTexts(3));
  sendSome(relay, session, messages, [0, 2]);
  world.run(0);
  relay.sendSealed(session, namedTlv("DISCONNECT", "too loud"));
  world.run(0);
  assertEquals(client.heard(), [
    "message ben: 0",
    "gap 2-2",
    "message ben: 2",
    "failed DISCONNECTED",
  ]);
});

Deno.test("OrderedDelivery gives up a message that is longer than it may be, after a minute", () => {
  const { world, relay, client } = meetReliably({}, { maxMessageBytes: 1_000 });
  relay.say("ben", new Uint8Array(100_000));
  relay.say("ben", "short");
  world.run(50_000);
  assertEquals(client.heard(), []);
  world.run(20_000);
  assertEquals(client.heard(), ["gap 1-1", "message ben: short"]);
});

function heardByReader(client: WorldClient): number {
  return textsTold(client).length;
}

Deno.test("OrderedDelivery holds 4,096 messages ahead of a gap, and drops the next", () => {
  const { world, relay, client, session } = meetReliably();
  relay.delivery.answers.nack = false;
  const messages = numberMessages(relay, numberedTexts(RECEIVE_WINDOW + 1));
  sendSome(relay, session, messages, messages.map((_, index) => index).slice(1));
  world.run(10);
  assertEquals(client.core.drops.of("no_room"), 1);
  assertEquals(heardByReader(client), 0);
  relay.delivery.answers.nack = true;
  world.run(5_000);
  assertEquals(heardByReader(client), RECEIVE_WINDOW + 1);
});
