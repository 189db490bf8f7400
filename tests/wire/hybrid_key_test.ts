import { assert, assertEquals, assertThrows } from "@std/assert";
import { Fernet } from "../../src/crypto/fernet.ts";
import {
  decodeHybridKey,
  encodeHybridKey,
  HYBRID_KEY_BYTES,
  looksHybrid,
} from "../../src/wire/hybrid_key.ts";
import { amidPoison } from "../support/poisoned.ts";

const KEY = "cw_0x689RpI-jtRR7oE8h_eQsKImvJapLeSbXpwF4e4=";

const keys = [
  { name: "a key", key: KEY },
  { name: "a key of zeros", key: `${"A".repeat(43)}=` },
  { name: "a key of ones", key: `${"_".repeat(42)}8=` },
  { name: "a new key", key: Fernet.generateKey() },
];
for (const { name, key } of keys) {
  Deno.test(`encodeHybridKey() writes ${name}, and decodeHybridKey() reads it`, () => {
    const plaintext = encodeHybridKey(key);
    assertEquals(new TextDecoder().decode(plaintext), `HC1${key}`);
    assertEquals(plaintext.byteLength, HYBRID_KEY_BYTES);
    for (const poison of [0x00, 0x41]) {
      assertEquals(decodeHybridKey(amidPoison(plaintext, poison)), key);
    }
  });
}

Deno.test("decodeHybridKey() takes no key that Fernet refuses, whatever its last letter", () => {
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_+/=";
  let taken = 0;
  for (const letter of alphabet) {
    const key = `${KEY.slice(0, 42)}${letter}=`;
    if (decodeHybridKey(new TextEncoder().encode(`HC1${key}`)) === undefined) continue;
    new Fernet(key);
    taken++;
  }
  assertEquals(taken, 16);
});

const refused = [
  { name: "nothing", text: "" },
  { name: "the mark alone", text: "HC1" },
  { name: "a key without the mark", text: KEY },
  { name: "another mark", text: `HC2${KEY}` },
  { name: "a mark of small letters", text: `hc1${KEY}` },
  { name: "a byte before", text: ` HC1${KEY.slice(1)}` },
  { name: "a byte behind", text: `HC1${KEY} ` },
  { name: "a key cut short", text: `HC1${KEY.slice(1)}` },
  { name: "a key without padding", text: `HC1${KEY.slice(0, -1)}` },
  { name: "a letter in place of the padding", text: `HC1${KEY.slice(0, -1)}A` },
  { name: "padding twice", text: `HC1${KEY.slice(0, -2)}==` },
  { name: "bits behind the last byte", text: `HC1${KEY.slice(0, -2)}5=` },
  { name: "base64 of the other alphabet", text: `HC1+/${KEY.slice(2)}` },
  { name: "a space inside", text: `HC1${KEY.slice(0, 9)} ${KEY.slice(10)}` },
  { name: "an LF inside", text: `HC1${KEY.slice(0, 9)}\n${KEY.slice(10)}` },
  { name: "a message that begins with the mark", text: "HC1 is what hybrid messages begin with." },
];
for (const { name, text } of refused) {
  Deno.test(`decodeHybridKey() refuses ${name}`, () => {
    const bytes = new TextEncoder().encode(text);
    assertEquals(decodeHybridKey(amidPoison(bytes, 0x3d)), undefined);
  });
}

Deno.test("decodeHybridKey() refuses 47 bytes that are no ASCII", () => {
  assertEquals(decodeHybridKey(new Uint8Array(47).fill(0xff)), undefined);
  const bytes = encodeHybridKey(KEY);
  for (let at = 0; at < bytes.byteLength; at++) {
    assertEquals(decodeHybridKey(bytes.with(at, 0xc3)), undefined);
  }
});

for (
  const { name, key } of [
    { name: "nothing", key: "" },
    { name: "a key without padding", key: KEY.slice(0, -1) },
    { name: "a key with LF", key: `${KEY}\n` },
    { name: "bits behind the last byte", key: `${KEY.slice(0, -2)}5=` },
  ]
) {
  Deno.test(`encodeHybridKey() refuses ${name}, and does not repeat it`, () => {
    const error = assertThrows(() => encodeHybridKey(key), RangeError);
    assert(key === "" || !error.message.includes(key.trim()));
  });
}

Deno.test("looksHybrid() knows a token behind a block, and nothing else", () => {
  const body = new TextEncoder().encode(`${"x".repeat(256)}gAAAAABm`);
  assertEquals([255, 256, 257, 512].map((bytes) => looksHybrid(body, bytes)), [
    false,
    true,
    false,
    false,
  ]);
  assertEquals(looksHybrid(body.subarray(0, 256), 256), false);
});
