import { assertEquals } from "@std/assert";
import { messageTlvs } from "../../src/wire/message.ts";
import { encodeRelayedMessage } from "../../src/wire/relayed_message.ts";
import { encodeTlvs } from "../../src/wire/tlv.ts";
import { DEFAULT_TLV_TYPES as TYPES } from "../../src/wire/tlv_types.ts";
import { encodeU64 } from "../../src/wire/u64.ts";

const SENDER = new TextEncoder().encode("pumpe-ä");

for (const length of [0, 1, 300, 65_535, 65_536, 131_070, 200_000]) {
  Deno.test(`encodeRelayedMessage() writes the TLVs of a message of ${length} bytes`, () => {
    const payload = Uint8Array.from({ length }, (_, index) => index * 7);
    const plaintext = encodeTlvs([
      { type: TYPES.SENDER_ID, value: SENDER },
      { type: TYPES.RELAY_SEQUENCE, value: encodeU64(0x0102_0304_0506_0708n) },
      ...messageTlvs(TYPES.MESSAGE, payload),
    ]);
    const sequence = 0x0102_0304_0506_0708n;
    const encoded = encodeRelayedMessage(
      TYPES,
      SENDER,
      sequence,
      payload,
      (bytes) => new Uint8Array(bytes + 20).subarray(10, bytes + 10),
    );
    assertEquals(encoded, plaintext);
  });
}
