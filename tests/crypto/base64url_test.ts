import { assertEquals } from "@std/assert";
import { decodeBase64Url, encodeBase64Url } from "../../src/crypto/base64url.ts";

const pairs = [
  { bytes: [], text: "" },
  { bytes: [0x66], text: "Zg==" },
  { bytes: [0x66, 0x6f], text: "Zm8=" },
  { bytes: [0x66, 0x6f, 0x6f], text: "Zm9v" },
  { bytes: [0x66, 0x6f, 0x6f, 0x62], text: "Zm9vYg==" },
  { bytes: [0xfb, 0xff, 0xbf], text: "-_-_" },
  { bytes: [0x00, 0x10, 0x83], text: "ABCD" },
];

for (const { bytes, text } of pairs) {
  Deno.test(`encodeBase64Url() gives ${JSON.stringify(text)}`, () => {
    assertEquals(encodeBase64Url(Uint8Array.from(bytes)), text);
  });

  Deno.test(`decodeBase64Url() takes ${JSON.stringify(text)}, padded or not`, () => {
    const expected = Uint8Array.from(bytes);
    const unpadded = text.replaceAll("=", "");
    for (const form of [text, unpadded]) {
      assertEquals(decodeBase64Url(form), expected);
      assertEquals(decodeBase64Url(new TextEncoder().encode(form)), expected);
    }
  });
}

const refused = [
  { name: "a length that no encoder makes", text: "Zm9vY" },
  { name: "a single character", text: "Z" },
  { name: "half of the padding", text: "Zg=" },
  { name: "too much padding", text: "Zm8==" },
  { name: "padding of nothing", text: "====" },
  { name: "one '='", text: "=" },
  { name: "padding after a whole group", text: "Zm9v=" },
  { name: "four '=' after a whole group", text: "Zm9v====" },
  { name: "three '='", text: "Z===" },
  { name: "padding inside", text: "Zg==Zm9v" },
  { name: "padding first", text: "=Zm9" },
  { name: "what follows the padding", text: "Zg==trailing" },
  { name: "'+' of plain base64", text: "+_-_" },
  { name: "'/' of plain base64", text: "-/-_" },
  { name: "a blank inside", text: "Zm 9v" },
  { name: "four blanks after", text: "Zm9v    " },
  { name: "four line ends before", text: "\n\n\n\nZm9v" },
  { name: "blanks instead of characters", text: "Zm\t\n" },
  { name: "blanks within the padding", text: "Zg=    =" },
  { name: "a line end at the end", text: "Zm9v\n" },
  { name: "nothing but blanks", text: "    " },
  { name: "a NUL", text: "Zm9\0" },
  { name: "a letter beyond ASCII", text: "Zm9\u00e9" },
  { name: "a letter whose low byte is that of 'A'", text: "Zm9\u0141" },
  { name: "bits behind one last byte", text: "Zh==" },
  { name: "bits behind two last bytes", text: "Zm9=" },
  { name: "bits behind a last byte without padding", text: "Zh" },
];

for (const { name, text } of refused) {
  Deno.test(`decodeBase64Url() refuses ${name}`, () => {
    assertEquals(decodeBase64Url(text), undefined);
    assertEquals(decodeBase64Url(new TextEncoder().encode(text)), undefined);
  });
}

Deno.test("decodeBase64Url() refuses every byte outside the alphabet", () => {
  for (let byte = 0; byte < 256; byte++) {
    const isAllowed = /[A-Za-z0-9_-]/.test(String.fromCharCode(byte));
    const decoded = decodeBase64Url(Uint8Array.from([0x5a, byte, 0x5a, 0x5a]));
    assertEquals(decoded !== undefined, isAllowed, `byte ${byte}`);
  }
});

Deno.test("decodeBase64Url() reads only the given part of a larger buffer", () => {
  const datagram = new TextEncoder().encode("%%%Zm9v%%%");
  assertEquals(decodeBase64Url(datagram.subarray(3, 7)), Uint8Array.from([0x66, 0x6f, 0x6f]));
});
