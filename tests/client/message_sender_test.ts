import { assert, assertEquals } from "@std/assert";
import {
  MAX_PUMPED_DATAGRAMS,
  MessageSender,
  type SenderStep,
} from "../../src/client/message_sender.ts";
import { MAX_WAITING_BYTES, MAX_WAITING_MESSAGES } from "../../src/client/waiting_messages.ts";
import { Fernet } from "../../src/crypto/fernet.ts";
import type { Instant } from "../../src/session/instant.ts";
import { Outbox } from "../../src/session/outbox.ts";
import { decodeFragment } from "../../src/wire/fragment.ts";
import { TLV_HEADER_BYTES } from "../../src/wire/tlv.ts";
import { DEFAULT_TLV_TYPES } from "../../src/wire/tlv_types.ts";
import { assertThrowsWithCode } from "../support/assert_code.ts";
import { SeededRandom } from "../support/seeded_random.ts";

function at(monotonicMs: number): Instant {
  return { monotonicMs, unixMs: 1_700_000_000_000 + monotonicMs };
}

function outbox(): Outbox {
  const random = new SeededRandom(1);
  const sealer = new Fernet(Fernet.generateKeyFrom(random.bytes(32)));
  const randomBytes = (count: number) => random.bytes(count);
  const options = { types: DEFAULT_TLV_TYPES, budgetBytes: 1_200, sealer, randomBytes };
  return new Outbox(options, at(0));
}

function sender(rate = { burst: 1_000, perSecond: 1_000 }): MessageSender {
  return new MessageSender(rate, 0);
}

function message(messageId: number, bytes = 10) {
  return { messageId, plaintext: new Uint8Array(bytes) };
}

function leftIn(steps: readonly SenderStep[]): number[] {
  return steps.flatMap((step) => step.step === "left" ? [step.messageId] : []);
}

Deno.test("MessageSender keeps messages until it has an outbox", () => {
  const waiting = sender();
  waiting.add(message(1));
  assertEquals(waiting.pump(at(0)), []);
  assertEquals(waiting.nextDeadlineMs(), undefined);
  waiting.attach(outbox());
  assertEquals(leftIn(waiting.pump(at(0))), [1]);
  assert(waiting.isEmpty);
});

Deno.test("MessageSender.add() takes 256 messages and refuses one more", () => {
  const full = sender();
  for (let id = 1; id <= MAX_WAITING_MESSAGES; id++) full.add(message(id));
  assertThrowsWithCode(() => full.add(message(0)), "SEND_QUEUE_FULL");
});

Deno.test("MessageSender.add() takes 8 MiB and refuses one byte more", () => {
  const full = sender();
  full.add(message(1, MAX_WAITING_BYTES - 10));
  full.add(message(2, 10));
  assertThrowsWithCode(() => full.add(message(3, 1)), "SEND_QUEUE_FULL");
});

Deno.test("MessageSender.add() takes a single message of any length", () => {
  const full = sender();
  full.add(message(1, MAX_WAITING_BYTES + 1));
  assertThrowsWithCode(() => full.add(message(2, 0)), "SEND_QUEUE_FULL");
});

Deno.test("MessageSender has room again for what has left", () => {
  const waiting = sender();
  for (let id = 1; id <= MAX_WAITING_MESSAGES; id++) waiting.add(message(id));
  waiting.attach(outbox());
  waiting.pump(at(0));
  for (let id = 1; id <= MAX_PUMPED_DATAGRAMS; id++) waiting.add(message(id));
  assertThrowsWithCode(() => waiting.add(message(0)), "SEND_QUEUE_FULL");
});

Deno.test("MessageSender.pump() gives at most 64 datagrams", () => {
  const busy = sender();
  for (let id = 1; id <= MAX_PUMPED_DATAGRAMS + 1; id++) busy.add(message(id));
  busy.attach(outbox());
  assertEquals(leftIn(busy.pump(at(0))).length, MAX_PUMPED_DATAGRAMS);
  assertEquals(busy.nextDeadlineMs(), 1);
  assertEquals(leftIn(busy.pump(at(1))), [MAX_PUMPED_DATAGRAMS + 1]);
  assertEquals(busy.nextDeadlineMs(), undefined);
});

Deno.test("MessageSender.pump() keeps the pace of messages", () => {
  const paced = sender({ burst: 2, perSecond: 100 });
  for (let id = 1; id <= 4; id++) paced.add(message(id));
  paced.attach(outbox());
  assertEquals(leftIn(paced.pump(at(0))), [1, 2]);
  assertEquals(leftIn(paced.pump(at(9))), []);
  assertEquals(leftIn(paced.pump(at(10))), [3]);
  assertEquals(leftIn(paced.pump(at(20))), [4]);
});

Deno.test("MessageSender lets nothing overtake a long message", () => {
  const busy = sender();
  busy.add(message(1, 100_000));
  busy.add(message(2));
  busy.attach(outbox());
  const left: number[] = [];
  for (let ms = 0; ms < 100; ms++) left.push(...leftIn(busy.pump(at(ms))));
  assertEquals(left, [1, 2]);
});

Deno.test("MessageSender.detach() puts a message that has not left whole back to the head", () => {
  const busy = sender();
  busy.add(message(1, 100_000));
  busy.add(message(2));
  busy.attach(outbox());
  assertEquals(leftIn(busy.pump(at(0))), []);
  busy.detach();
  assertEquals(busy.isEmpty, false);
  assertEquals(busy.pump(at(1)), []);
  busy.attach(outbox());
  const steps: SenderStep[] = [];
  for (let ms = 1; ms < 100; ms++) steps.push(...busy.pump(at(ms)));
  assertEquals(leftIn(steps), [1, 2]);
  const first = steps.find((step) => step.step === "progress");
  assertEquals(first?.sentDatagrams, 1);
});

Deno.test("MessageSender reports no progress for fragments that are sent again", () => {
  const busy = sender();
  busy.add(message(1, 100_000));
  busy.attach(outbox());
  const steps = busy.pump(at(0));
  const [first] = steps;
  assert(first?.step === "datagram");
  const { messageId } = decodeFragment(first.datagram.subarray(TLV_HEADER_BYTES));
  busy.repair({ messageId, missing: [0, 1, 2] }, at(1));
  for (let ms = 1; ms < 100; ms++) steps.push(...busy.pump(at(ms)));
  const sent = steps.flatMap((step) => step.step === "progress" ? [step.sentDatagrams] : []);
  assertEquals(sent, sent.toSorted((a, b) => a - b));
  assertEquals(new Set(sent).size, sent.length);
  const datagrams = steps.filter(({ step }) => step === "datagram").length;
  assertEquals(datagrams, Math.max(...sent) + 3);
});
