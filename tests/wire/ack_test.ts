import { assertEquals } from "@std/assert";
import { decodeAck, encodeAck } from "../../src/wire/ack.ts";

Deno.test("encodeAck() writes the client's number, then the relay's", () => {
  const bytes = encodeAck({ clientSequence: 0x0102n, relaySequence: 0xffff_ffff_ffff_ffffn });
  assertEquals(bytes.toHex(), "0000000000000102ffffffffffffffff");
});

Deno.test("decodeAck() gives back what encodeAck() wrote", () => {
  const ack = { clientSequence: 7n, relaySequence: 2n ** 40n };
  assertEquals(decodeAck(encodeAck(ack)), ack);
});

for (const length of [0, 8, 15, 17, 32]) {
  Deno.test(`decodeAck() refuses ${length} bytes`, () => {
    assertEquals(decodeAck(new Uint8Array(length)), undefined);
  });
}
