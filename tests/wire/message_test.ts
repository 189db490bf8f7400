import { assertEquals, assertStrictEquals } from "@std/assert";
import { joinMessage, messageTlvs } from "../../src/wire/message.ts";
import { decodeTlvs, encodeTlvs, MAX_TLV_VALUE_BYTES, type Tlv } from "../../src/wire/tlv.ts";
import { assertSameBytes } from "../support/same_bytes.ts";

const MESSAGE = 0x0101;
const OTHER = 0x0007;

const splits: { name: string; payloadBytes: number; lengths: number[] }[] = [
  { name: "an empty payload", payloadBytes: 0, lengths: [0] },
  { name: "one byte", payloadBytes: 1, lengths: [1] },
  { name: "one byte less than the bound", payloadBytes: 65_534, lengths: [65_534] },
  { name: "the bound", payloadBytes: 65_535, lengths: [65_535] },
  { name: "one byte past the bound", payloadBytes: 65_536, lengths: [65_535, 1] },
  { name: "twice the bound", payloadBytes: 131_070, lengths: [65_535, 65_535] },
  { name: "one byte past twice the bound", payloadBytes: 131_071, lengths: [65_535, 65_535, 1] },
];
for (const { name, payloadBytes, lengths } of splits) {
  const payload = Uint8Array.from({ length: payloadBytes }, (_, index) => index * 31);
  Deno.test(`messageTlvs() splits ${name}`, () => {
    const tlvs = messageTlvs(MESSAGE, payload);
    assertEquals(tlvs.map(({ value }) => value.byteLength), lengths);
    assertEquals(tlvs.every(({ type }) => type === MESSAGE), true);
  });
  Deno.test(`joinMessage() puts ${name} together again`, () => {
    const tlvs = decodeTlvs(encodeTlvs(messageTlvs(MESSAGE, payload)));
    assertSameBytes(joinMessage(MESSAGE, tlvs), payload);
  });
}

Deno.test("messageTlvs() copies nothing", () => {
  const payload = new Uint8Array(MAX_TLV_VALUE_BYTES + 1);
  for (const { value } of messageTlvs(MESSAGE, payload)) {
    assertStrictEquals(value.buffer, payload.buffer);
  }
});

Deno.test("joinMessage() gives undefined when there is no MESSAGE", () => {
  assertEquals(joinMessage(MESSAGE, []), undefined);
  assertEquals(joinMessage(MESSAGE, [tlv(OTHER, 1)]), undefined);
});

Deno.test("joinMessage() tells an empty message from none", () => {
  assertEquals(joinMessage(MESSAGE, [tlv(OTHER, 1), tlv(MESSAGE)]), new Uint8Array());
});

Deno.test("joinMessage() takes no other type into the payload", () => {
  const tlvs = [tlv(OTHER, 9), tlv(MESSAGE, 1, 2), tlv(MESSAGE, 3), tlv(OTHER, 9)];
  assertEquals(joinMessage(MESSAGE, tlvs), Uint8Array.of(1, 2, 3));
});

Deno.test("joinMessage() keeps to the type table in use", () => {
  assertEquals(joinMessage(0x4242, [tlv(0x4242, 5), tlv(MESSAGE, 6)]), Uint8Array.of(5));
});

Deno.test("joinMessage() gives memory of its own for a message in several TLVs", () => {
  const first = tlv(MESSAGE, 1);
  const joined = joinMessage(MESSAGE, [first, tlv(MESSAGE, 2)]);
  first.value.fill(9);
  assertEquals(joined, Uint8Array.of(1, 2));
});

function tlv(type: number, ...value: number[]): Tlv {
  return { type, value: Uint8Array.from(value) };
}
