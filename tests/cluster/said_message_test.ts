import { assertEquals, assertThrows } from "@std/assert";
import { decodeSaid, encodeSaid } from "../../src/cluster/said_message.ts";
import type { NewMessage } from "../../src/history/history.ts";
import { saidMessage } from "../support/nats_relay.ts";
import { SeededRandom } from "../support/seeded_random.ts";

const whole = saidMessage("0011223344556677", 7);

for (
  const { name, message } of [
    { name: "a message of a reliable client", message: whole },
    { name: "a message of a client without instance", message: { ...whole, instance: undefined } },
    { name: "an empty message", message: { ...whole, payload: new Uint8Array() } },
    { name: "other letters", message: { ...whole, senderId: "\ufeffäöü🦊 名前" } },
    { name: "an empty sender", message: { ...whole, senderId: "" } },
    { name: "the highest numbers", message: { ...whole, clientSequence: 2n ** 64n - 1n } },
    { name: "a long message", message: { ...whole, payload: new Uint8Array(300_000).fill(7) } },
  ] satisfies readonly { name: string; message: NewMessage }[]
) {
  Deno.test(`decodeSaid() gives ${name} back`, () => {
    assertEquals(decodeSaid(encodeSaid(message)), message);
  });
}

Deno.test("decodeSaid() refuses another form, and no bytes at all", () => {
  const bytes = encodeSaid(whole);
  bytes[0] = 2;
  assertEquals(decodeSaid(bytes), undefined);
  assertEquals(decodeSaid(new Uint8Array()), undefined);
});

Deno.test("decodeSaid() refuses every part of a message that ends before the payload", () => {
  const bytes = encodeSaid({ ...whole, payload: new Uint8Array() });
  for (let length = 0; length < bytes.byteLength; length++) {
    assertEquals(decodeSaid(bytes.subarray(0, length)), undefined);
  }
});

for (
  const { name, message } of [
    { name: "no message id", message: { ...whole, messageId: "" } },
    { name: "an instance of another form", message: { ...whole, instance: "xyz" } },
    { name: "a time that no clock shows", message: { ...whole, unixMs: 2 ** 60 } },
  ] satisfies readonly { name: string; message: NewMessage }[]
) {
  Deno.test(`decodeSaid() refuses ${name}`, () => {
    assertEquals(decodeSaid(encodeSaid(message)), undefined);
  });
}

Deno.test("decodeSaid() takes any bytes without failing", () => {
  const random = new SeededRandom(1);
  const bytes = encodeSaid(whole);
  for (let turn = 0; turn < 5_000; turn++) {
    const damaged = bytes.slice(0, random.below(bytes.byteLength + 1));
    if (damaged.byteLength > 0) damaged[random.below(damaged.byteLength)] = random.below(256);
    decodeSaid(damaged);
    decodeSaid(Uint8Array.of(1, ...random.bytes(random.below(100))));
  }
});

Deno.test("encodeSaid() refuses a text that does not fit its field", () => {
  encodeSaid({ ...whole, senderId: "x".repeat(65_535) });
  assertThrows(() => encodeSaid({ ...whole, senderId: "x".repeat(65_536) }), RangeError);
});
