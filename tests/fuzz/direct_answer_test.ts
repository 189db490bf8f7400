import { assert, assertEquals } from "@std/assert";
import * as fc from "fast-check";
import {
  type DirectAnswer,
  encodeAck,
  encodeNack,
  MAX_DIRECT_ANSWER_BYTES,
  parseDirectAnswer,
} from "../../src/wire/direct_answer.ts";

const u32 = fc.nat(0xffffffff);
const missing = fc.uniqueArray(fc.integer({ min: 1, max: 255 }), { minLength: 1, maxLength: 255 });

Deno.test("parseDirectAnswer() reads what encodeAck() and encodeNack() write", () => {
  const property = fc.property(u32, missing, (messageId, missing) => {
    assertEquals(parseDirectAnswer(encodeAck(messageId)), { type: "ack", messageId });
    const nack = encodeNack(messageId, missing, MAX_DIRECT_ANSWER_BYTES);
    assertEquals(parseDirectAnswer(nack), { type: "nack", messageId, missing });
  });
  fc.assert(property, { numRuns: 300 });
});

Deno.test("encodeNack() names as many as fit any length, the first ones", () => {
  const maxBytes = fc.integer({ min: 22, max: MAX_DIRECT_ANSWER_BYTES });
  const property = fc.property(u32, missing, maxBytes, (messageId, missing, maxBytes) => {
    const bytes = encodeNack(messageId, missing, maxBytes);
    assert(bytes.byteLength <= maxBytes);
    const answer = parseDirectAnswer(bytes);
    assert(answer?.type === "nack");
    const count = answer.missing.length;
    assertEquals(answer.missing, missing.slice(0, count));
    if (count === missing.length) return;
    const longer = encodeNack(messageId, missing.slice(0, count + 1), 10_000);
    assert(longer.byteLength > maxBytes);
  });
  fc.assert(property, { numRuns: 300 });
});

Deno.test("parseDirectAnswer() reads any bytes or none, and each answer in one spelling", () => {
  const pieces = fc.array(
    fc.constantFrom(
      "ACK",
      "NACK",
      ": ",
      ":",
      " ",
      ",",
      "0",
      "1",
      "7",
      "255",
      "256",
      "\n",
      "4294967295",
    ),
    { maxLength: 10 },
  ).map((pieces) => new TextEncoder().encode(pieces.join("")));
  const anyBytes = fc.oneof(pieces, fc.uint8Array({ maxLength: 1_000, size: "max" }));
  const property = fc.property(anyBytes, (bytes) => {
    const answer = parseDirectAnswer(bytes);
    if (answer !== undefined) assertEquals(encode(answer), Uint8Array.from(bytes));
  });
  fc.assert(property, { numRuns: 3_000 });
});

function encode(answer: DirectAnswer): Uint8Array {
  return answer.type === "ack"
    ? encodeAck(answer.messageId)
    : encodeNack(answer.messageId, answer.missing, MAX_DIRECT_ANSWER_BYTES);
}
