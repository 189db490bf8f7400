import { assertEquals, assertThrows } from "@std/assert";
import {
  decodeMessagePart,
  encodeMessagePart,
  type MessagePart,
} from "../../src/wire/message_part.ts";
import { amidPoison } from "../support/poisoned.ts";

const ID = [1, 2, 3, 4, 5, 6, 7, 8];

const parts: { name: string; bytes: number[]; part: MessagePart }[] = [
  {
    name: "big-endian fields",
    bytes: [...ID, 9, 10, 11, 12, 13, 14, 15, 16],
    part: part(ID, 0x090a0b0c, 0x0d0e0f10),
  },
  {
    name: "the only part",
    bytes: [...new Array(8).fill(0), 0, 0, 0, 0, 0, 0, 0, 1],
    part: part(new Array(8).fill(0), 0, 1),
  },
  {
    name: "the last of as many as there can be",
    bytes: [...new Array(8).fill(255), 255, 255, 255, 254, 255, 255, 255, 255],
    part: part(new Array(8).fill(255), 0xfffffffe, 0xffffffff),
  },
];
for (const { name, bytes, part } of parts) {
  Deno.test(`encodeMessagePart() writes ${name}`, () => {
    assertEquals(encodeMessagePart(part), Uint8Array.from(bytes));
  });
  Deno.test(`decodeMessagePart() reads ${name}`, () => {
    for (const poison of [0x00, 0xff]) {
      assertEquals(decodeMessagePart(amidPoison(Uint8Array.from(bytes), poison)), part);
    }
  });
}

const refused = [
  { name: "nothing", bytes: [] },
  { name: "15 bytes", bytes: [...ID, 0, 0, 0, 0, 0, 0, 1] },
  { name: "17 bytes", bytes: [...ID, 0, 0, 0, 0, 0, 0, 0, 1, 0] },
  { name: "part 0 of 0", bytes: [...ID, 0, 0, 0, 0, 0, 0, 0, 0] },
  { name: "a number equal to the count", bytes: [...ID, 0, 0, 0, 3, 0, 0, 0, 3] },
  { name: "a number above the count", bytes: [...ID, 255, 255, 255, 255, 0, 0, 0, 3] },
];
for (const { name, bytes } of refused) {
  Deno.test(`decodeMessagePart() refuses ${name}`, () => {
    for (const poison of [0x00, 0xff]) {
      assertEquals(decodeMessagePart(amidPoison(Uint8Array.from(bytes), poison)), undefined);
    }
  });
}

Deno.test("decodeMessagePart() gives an id in memory of its own", () => {
  const value = encodeMessagePart(part(ID, 1, 2));
  const decoded = decodeMessagePart(value);
  value.fill(0);
  assertEquals(decoded, part(ID, 1, 2));
});

const unwritable = [
  { name: "an id of 7 bytes", part: part(ID.slice(1), 0, 1) },
  { name: "an id of 9 bytes", part: part([...ID, 9], 0, 1) },
  { name: "part 0 of 0", part: part(ID, 0, 0) },
  { name: "a number equal to the count", part: part(ID, 2, 2) },
  { name: "a number below 0", part: part(ID, -1, 2) },
  { name: "a number with a fraction", part: part(ID, 0.5, 2) },
  { name: "a count with a fraction", part: part(ID, 0, 1.5) },
  { name: "a count beyond a u32", part: part(ID, 0, 2 ** 32) },
  { name: "a count that is no number", part: part(ID, 0, NaN) },
];
for (const { name, part } of unwritable) {
  Deno.test(`encodeMessagePart() refuses ${name}`, () => {
    assertThrows(() => encodeMessagePart(part), RangeError);
  });
}

function part(transferId: readonly number[], number: number, count: number): MessagePart {
  return { transferId: Uint8Array.from(transferId), number, count };
}
