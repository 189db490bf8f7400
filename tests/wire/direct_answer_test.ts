import { assertEquals, assertThrows } from "@std/assert";
import {
  type DirectAnswer,
  encodeAck,
  encodeNack,
  MAX_DIRECT_ANSWER_BYTES,
  parseDirectAnswer,
} from "../../src/wire/direct_answer.ts";
import { amidPoison } from "../support/poisoned.ts";

const ALL = Array.from({ length: 255 }, (_, index) => index + 1);

const answers: { name: string; text: string; answer: DirectAnswer }[] = [
  { name: "an ACK of a whole message", text: "ACK", answer: { type: "ack", messageId: undefined } },
  { name: "an ACK of message 0", text: "0: ACK", answer: { type: "ack", messageId: 0 } },
  {
    name: "an ACK of the last message id",
    text: "4294967295: ACK",
    answer: { type: "ack", messageId: 4294967295 },
  },
  {
    name: "a NACK of one fragment",
    text: "7: NACK 1",
    answer: { type: "nack", messageId: 7, missing: [1] },
  },
  {
    name: "a NACK of several",
    text: "7: NACK 2,5,255",
    answer: { type: "nack", messageId: 7, missing: [2, 5, 255] },
  },
  {
    name: "a NACK in no order",
    text: "0: NACK 5,2",
    answer: { type: "nack", messageId: 0, missing: [5, 2] },
  },
  {
    name: "the longest NACK",
    text: `4294967295: NACK ${ALL.join(",")}`,
    answer: { type: "nack", messageId: 4294967295, missing: ALL },
  },
];
for (const { name, text, answer } of answers) {
  Deno.test(`parseDirectAnswer() reads ${name}`, () => {
    for (const poison of [0x30, 0x2c, 0x00]) {
      assertEquals(parseDirectAnswer(amidPoison(bytesOf(text), poison)), answer);
    }
  });
  Deno.test(`encodeAck() or encodeNack() writes ${name}`, () => {
    const bytes = answer.type === "ack"
      ? encodeAck(answer.messageId)
      : encodeNack(answer.messageId, answer.missing, 1_000);
    assertEquals(new TextDecoder().decode(bytes), text);
  });
}

Deno.test("MAX_DIRECT_ANSWER_BYTES is the length of the longest NACK", () => {
  assertEquals(encodeNack(4294967295, ALL, 10_000).byteLength, MAX_DIRECT_ANSWER_BYTES);
});

const refused = [
  { name: "nothing", text: "" },
  { name: "an ACK with LF", text: "ACK\n" },
  { name: "an ACK of small letters", text: "ack" },
  { name: "an ACK with a space before", text: " ACK" },
  { name: "an ACK without an id before its colon", text: ": ACK" },
  { name: "an ACK without a space", text: "7:ACK" },
  { name: "an ACK with two spaces", text: "7:  ACK" },
  { name: "an ACK with LF behind its id", text: "7: ACK\n" },
  { name: "two ACKs", text: "7: ACK8: ACK" },
  { name: "an id with leading zeros", text: "07: ACK" },
  { name: "an id of 00", text: "00: ACK" },
  { name: "an id with a sign", text: "+7: ACK" },
  { name: "an id below 0", text: "-7: ACK" },
  { name: "an id with a fraction", text: "7.0: ACK" },
  { name: "an id in hexadecimal", text: "0x7: ACK" },
  { name: "an id beyond a u32", text: "4294967296: ACK" },
  { name: "an id of eleven digits", text: "10000000000: ACK" },
  { name: "an id in other digits", text: "\u0667: ACK" },
  { name: "a NACK without an id", text: "NACK 1" },
  { name: "a NACK without a number", text: "7: NACK" },
  { name: "a NACK with a space alone", text: "7: NACK " },
  { name: "a NACK of fragment 0", text: "7: NACK 0" },
  { name: "a NACK of fragment 256", text: "7: NACK 256" },
  { name: "a NACK with leading zeros", text: "7: NACK 01" },
  { name: "a NACK with a space behind a comma", text: "7: NACK 1, 2" },
  { name: "a NACK with a comma too many", text: "7: NACK 1,2," },
  { name: "a NACK with two commas", text: "7: NACK 1,,2" },
  { name: "a NACK with a range", text: "7: NACK 1-3" },
  { name: "a NACK of one fragment twice", text: "7: NACK 3,4,3" },
  { name: "a NACK with LF", text: "7: NACK 1\n" },
  { name: "a NACK beyond a u32", text: "4294967296: NACK 1" },
  { name: "a NACK longer than any can be", text: `7: NACK ${"1,".repeat(500)}1` },
  { name: "a long text", text: "1".repeat(60_000) },
];
for (const { name, text } of refused) {
  Deno.test(`parseDirectAnswer() refuses ${name}`, () => {
    assertEquals(parseDirectAnswer(amidPoison(bytesOf(text), 0x31)), undefined);
  });
}

Deno.test("parseDirectAnswer() refuses bytes that are no UTF-8, and a byte order mark", () => {
  assertEquals(parseDirectAnswer(Uint8Array.of(0xff, ...bytesOf("ACK"))), undefined);
  assertEquals(parseDirectAnswer(Uint8Array.of(...bytesOf("7: ACK"), 0xc0)), undefined);
  assertEquals(parseDirectAnswer(Uint8Array.of(0xef, 0xbb, 0xbf, ...bytesOf("ACK"))), undefined);
});

const fitting = [
  { maxBytes: 9, text: "7: NACK 2" },
  { maxBytes: 10, text: "7: NACK 2" },
  { maxBytes: 11, text: "7: NACK 2,5" },
  { maxBytes: 14, text: "7: NACK 2,5" },
  { maxBytes: 15, text: "7: NACK 2,5,100" },
  { maxBytes: 17, text: "7: NACK 2,5,100,3" },
  { maxBytes: 100, text: "7: NACK 2,5,100,3" },
];
for (const { maxBytes, text } of fitting) {
  Deno.test(`encodeNack() names the first numbers that fit ${maxBytes} bytes`, () => {
    assertEquals(new TextDecoder().decode(encodeNack(7, [2, 5, 100, 3], maxBytes)), text);
  });
}

Deno.test("encodeNack() refuses to name nothing", () => {
  assertThrows(() => encodeNack(7, [], 100), RangeError);
  assertThrows(() => encodeNack(7, [2], 8), RangeError);
  assertThrows(() => encodeNack(7, [100], 10), RangeError);
});

function bytesOf(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
