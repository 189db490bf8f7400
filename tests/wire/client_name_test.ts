import { assertEquals } from "@std/assert";
import {
  checkClientName,
  decodeClientName,
  isClientName,
  MAX_CLIENT_NAME_BYTES,
} from "../../src/wire/client_name.ts";
import { assertThrowsWithCode } from "../support/assert_code.ts";
import { decodeAmidPoison } from "../support/poisoned.ts";

const CODE = "CLIENT_NAME_MALFORMED";

const taken: { name: string; text: string }[] = [
  { name: "one letter", text: "a" },
  { name: "a name as people give them", text: "pump-3" },
  { name: "a blank within", text: "Ada Lovelace" },
  { name: "letters beyond ASCII", text: "Zoë 東京" },
  { name: "64 bytes of ASCII", text: "x".repeat(MAX_CLIENT_NAME_BYTES) },
  { name: "64 bytes in 32 letters", text: "é".repeat(32) },
  { name: "a character of four bytes", text: "\u{1F512}" },
  { name: "15 hexadecimal digits", text: "0123456789abcde" },
  { name: "17 hexadecimal digits", text: "0123456789abcdef0" },
  { name: "16 letters, one no digit", text: "0123456789abcdeg" },
  { name: "an IPv4 address without a port", text: "127.0.0.1" },
  { name: "three numbers and a port", text: "127.0.1:5000" },
  { name: "a host name and a port", text: "localhost:5000" },
  { name: "an address with words behind it", text: "127.0.0.1:5000 (pump)" },
];
for (const { name, text } of taken) {
  Deno.test(`checkClientName() takes ${name}`, () => checkClientName(text));
  Deno.test(`decodeClientName() reads ${name}`, () => {
    const outcome = decodeAmidPoison(new TextEncoder().encode(text), decodeClientName, CODE);
    assertEquals(outcome, { ok: true, value: text });
  });
}

const refused: { name: string; text: string }[] = [
  { name: "an empty name", text: "" },
  { name: "65 bytes of ASCII", text: "x".repeat(MAX_CLIENT_NAME_BYTES + 1) },
  { name: "66 bytes in 33 letters", text: "é".repeat(33) },
  { name: "NUL", text: "a\0b" },
  { name: "a tab", text: "a\tb" },
  { name: "a line feed", text: "a\nb" },
  { name: "a carriage return", text: "a\r" },
  { name: "an escape sequence", text: "\x1b[31mred" },
  { name: "DEL", text: "a\x7f" },
  { name: "a control character of Latin-1", text: "a\u0085b" },
  { name: "a line separator", text: "a\u2028b" },
  { name: "a paragraph separator", text: "a\u2029b" },
  { name: "a right-to-left override", text: "a\u202eb" },
  { name: "a right-to-left mark", text: "a\u200fb" },
  { name: "a direction isolate", text: "a\u2066b" },
  { name: "16 hexadecimal digits, as a session id has", text: "0123456789abcdef" },
  { name: "16 hexadecimal digits in capitals", text: "0123456789ABCDEF" },
  { name: "an IPv4 address with a port", text: "127.0.0.1:5000" },
  { name: "an IPv4 address with a port that no one has", text: "999.0.0.1:99999" },
  { name: "an IPv6 address with a port", text: "[::1]:5000" },
  { name: "a full IPv6 address with a port", text: "[2001:DB8:0:0:0:0:0:1]:47700" },
  { name: "an IPv6 address with a zone and a port", text: "[fe80::1%eth0]:5000" },
  { name: "an IPv6 address with a numbered zone and a port", text: "[fe80::1%2]:5000" },
];
for (const { name, text } of refused) {
  Deno.test(`checkClientName() refuses ${name}`, () => {
    assertThrowsWithCode(() => checkClientName(text), CODE);
  });
  Deno.test(`decodeClientName() rejects ${name}`, () => {
    assertThrowsWithCode(() => decodeClientName(new TextEncoder().encode(text)), CODE);
  });
}

Deno.test("checkClientName() refuses half a surrogate pair", () => {
  assertThrowsWithCode(() => checkClientName("a\ud800"), CODE);
});

const notUtf8: { name: string; bytes: number[] }[] = [
  { name: "a byte that UTF-8 never has", bytes: [0x61, 0xff] },
  { name: "a sequence cut short", bytes: [0x61, 0xc3] },
  { name: "a continuation without a beginning", bytes: [0x80] },
  { name: "an overlong slash", bytes: [0xc0, 0xaf] },
  { name: "an encoded surrogate", bytes: [0xed, 0xa0, 0x80] },
  { name: "a code point above U+10FFFF", bytes: [0xf4, 0x90, 0x80, 0x80] },
];
for (const { name, bytes } of notUtf8) {
  Deno.test(`decodeClientName() rejects ${name}`, () => {
    assertEquals(decodeAmidPoison(Uint8Array.from(bytes), decodeClientName, CODE).ok, false);
  });
}

Deno.test("decodeClientName() keeps a byte order mark, so that no two names look alike in bytes", () => {
  assertEquals(decodeClientName(Uint8Array.of(0xef, 0xbb, 0xbf, 0x61)), "\ufeffa");
});

Deno.test("decodeClientName() keeps the cause when the bytes are not UTF-8", () => {
  const error = assertThrowsWithCode(() => decodeClientName(Uint8Array.of(0xff)), CODE);
  assertEquals(error.cause instanceof TypeError, true);
});

Deno.test("isClientName() says what checkClientName() refuses", () => {
  const names = ["ada", "pump 3", "", "a\nb", "0123456789abcdef", "127.0.0.1:5000", "a".repeat(65)];
  assertEquals(names.filter(isClientName), ["ada", "pump 3"]);
});
