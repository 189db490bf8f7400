import { assertEquals } from "@std/assert";
import { readHybridContent } from "../../src/direct/hybrid_content.ts";
import { encodeMessagePart } from "../../src/wire/message_part.ts";
import type { Tlv } from "../../src/wire/tlv.ts";
import { DEFAULT_TLV_TYPES, tlvTypesWith } from "../../src/wire/tlv_types.ts";
import { encodeU64 } from "../../src/wire/u64.ts";
import { namedTlv } from "../support/named_tlv.ts";

const PART = { transferId: new Uint8Array(8).fill(7), number: 1, count: 3 };
const MESSAGE = namedTlv("MESSAGE", "hi");
const SEQUENCE = namedTlv("CLIENT_SEQUENCE", encodeU64(5n));
const SIGNATURE = namedTlv("SIGNATURE", Uint8Array.of(1, 2, 3));
const MESSAGE_PART = namedTlv("MESSAGE_PART", encodeMessagePart(PART));

Deno.test("readHybridContent() reads a message alone", () => {
  assertEquals(readHybridContent([MESSAGE], DEFAULT_TLV_TYPES), {
    payload: MESSAGE.value,
    sequence: undefined,
    part: undefined,
    signature: undefined,
  });
});

Deno.test("readHybridContent() reads all that there can be, in any order", () => {
  const tlvs = [SEQUENCE, MESSAGE_PART, SIGNATURE, MESSAGE];
  const content = {
    payload: MESSAGE.value,
    sequence: 5n,
    part: PART,
    signature: SIGNATURE.value,
  };
  assertEquals(readHybridContent(tlvs, DEFAULT_TLV_TYPES), content);
  assertEquals(readHybridContent(tlvs.toReversed(), DEFAULT_TLV_TYPES), content);
});

Deno.test("readHybridContent() joins MESSAGE, and passes over other types", () => {
  const tlvs = [MESSAGE, namedTlv("SENDER_ID", "me"), { type: 0x7777, value: Uint8Array.of(9) }];
  const content = readHybridContent([...tlvs, MESSAGE], DEFAULT_TLV_TYPES);
  assertEquals(new TextDecoder().decode(content?.payload), "hihi");
});

Deno.test("readHybridContent() takes the first where a TLV comes twice", () => {
  const tlvs = [SEQUENCE, namedTlv("CLIENT_SEQUENCE", encodeU64(6n)), MESSAGE];
  assertEquals(readHybridContent(tlvs, DEFAULT_TLV_TYPES)?.sequence, 5n);
});

Deno.test("readHybridContent() goes by the table in use", () => {
  const types = tlvTypesWith({ MESSAGE: 0x4444 });
  assertEquals(readHybridContent([MESSAGE], types), undefined);
  assertEquals(readHybridContent([{ ...MESSAGE, type: 0x4444 }], types)?.payload, MESSAGE.value);
});

const malformed: { name: string; tlvs: Tlv[] }[] = [
  { name: "nothing", tlvs: [] },
  { name: "no MESSAGE", tlvs: [SEQUENCE, SIGNATURE, MESSAGE_PART] },
  { name: "an empty CLIENT_SEQUENCE", tlvs: [namedTlv("CLIENT_SEQUENCE"), MESSAGE] },
  {
    name: "a CLIENT_SEQUENCE of 9 bytes",
    tlvs: [namedTlv("CLIENT_SEQUENCE", new Uint8Array(9)), MESSAGE],
  },
  { name: "an empty MESSAGE_PART", tlvs: [namedTlv("MESSAGE_PART"), MESSAGE] },
  {
    name: "a MESSAGE_PART of 17 bytes",
    tlvs: [namedTlv("MESSAGE_PART", new Uint8Array(17)), MESSAGE],
  },
  {
    name: "a part number that is the count",
    tlvs: [namedTlv("MESSAGE_PART", new Uint8Array(16).fill(1)), MESSAGE],
  },
  { name: "a SIGNATURE without CLIENT_SEQUENCE", tlvs: [SIGNATURE, MESSAGE] },
];
for (const { name, tlvs } of malformed) {
  Deno.test(`readHybridContent() refuses ${name}`, () => {
    assertEquals(readHybridContent(tlvs, DEFAULT_TLV_TYPES), undefined);
  });
}

Deno.test("readHybridContent() gives a payload whose buffer holds nothing else", () => {
  const plaintexts = new TextEncoder().encode("the words of others, hi, and more");
  const message = { ...MESSAGE, value: plaintexts.subarray(21, 23) };
  const payload = readHybridContent([message], DEFAULT_TLV_TYPES)?.payload;
  assertEquals(new TextDecoder().decode(payload?.buffer), "hi");
});
