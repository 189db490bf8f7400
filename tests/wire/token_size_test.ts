import { assert, assertEquals } from "@std/assert";
import { Fernet } from "../../src/crypto/fernet.ts";
import { messageTlvs } from "../../src/wire/message.ts";
import { encodeTlvs } from "../../src/wire/tlv.ts";
import { maxTokenBytes, tokenBytes } from "../../src/wire/token_size.ts";

const fernet = new Fernet(Fernet.generateKeyFrom(new Uint8Array(32)));
const SENDER_ID = { type: 7, value: new Uint8Array(64) };
const RELAY_SEQUENCE = { type: 0x0125, value: new Uint8Array(8) };

for (const plaintextBytes of [0, 1, 15, 16, 17, 31, 32, 33, 47, 48, 49, 1_000, 65_535, 65_536]) {
  Deno.test(`tokenBytes() is the length of a real token of ${plaintextBytes} bytes`, () => {
    const token = fernet.encrypt(new Uint8Array(plaintextBytes));
    assertEquals(tokenBytes(plaintextBytes), token.byteLength);
  });
}

for (const messageBytes of [0, 1, 65_535, 65_536, 131_070, 131_071, 1024 * 1024]) {
  Deno.test(`maxTokenBytes() has room for a relayed message of ${messageBytes} bytes`, () => {
    const message = messageTlvs(0x0101, new Uint8Array(messageBytes));
    const plaintext = encodeTlvs([SENDER_ID, RELAY_SEQUENCE, ...message]);
    assert(fernet.encrypt(plaintext).byteLength <= maxTokenBytes(messageBytes));
  });
}

Deno.test("maxTokenBytes() is not much more than a message needs", () => {
  const mebibyte = 1024 * 1024;
  assert(maxTokenBytes(mebibyte) < tokenBytes(mebibyte) + 2_048);
});
