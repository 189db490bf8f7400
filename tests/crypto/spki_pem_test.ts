import { assertEquals } from "@std/assert";
import { decodeSpkiPem, encodeSpkiPem } from "../../src/crypto/spki_pem.ts";

const BEGIN = "-----BEGIN PUBLIC KEY-----";
const END = "-----END PUBLIC KEY-----";

const lines = [
  { name: "nothing", length: 0, lengths: [] },
  { name: "one short line", length: 3, lengths: [4] },
  { name: "one whole line", length: 48, lengths: [64] },
  { name: "one line and a character group", length: 49, lengths: [64, 4] },
  { name: "two whole lines", length: 96, lengths: [64, 64] },
];

for (const { name, length, lengths } of lines) {
  Deno.test(`encodeSpkiPem() writes ${name}, and decodeSpkiPem() reads it`, () => {
    const der = new Uint8Array(length).fill(0xa5);
    const pem = encodeSpkiPem(der);
    const [first, ...rest] = pem.split("\n");
    assertEquals(first, BEGIN);
    assertEquals(rest.slice(-2), [END, ""]);
    assertEquals(rest.slice(0, -2).map((line) => line.length), lengths);
    assertEquals(decodeSpkiPem(pem), der);
  });
}

const accepted = [
  { name: "CRLF", pem: `${BEGIN}\r\nAQID\r\nBAUG\r\n${END}\r\n` },
  { name: "no last line end", pem: `${BEGIN}\nAQIDBAUG\n${END}` },
  { name: "lines of any length", pem: `${BEGIN}\nA\nQIDB\n\n AUG \n${END}\n` },
  { name: "text around it", pem: `Key of pump 3:\n${BEGIN}\nAQIDBAUG\n${END}\nbye` },
  { name: "a second key", pem: `${BEGIN}\nAQIDBAUG\n${END}\n${BEGIN}\nAAAA\n${END}\n` },
  { name: "an end marker before it", pem: `${END}\n${BEGIN}\nAQIDBAUG\n${END}\n` },
];

for (const { name, pem } of accepted) {
  Deno.test(`decodeSpkiPem() reads a key with ${name}`, () => {
    assertEquals(decodeSpkiPem(pem), Uint8Array.of(1, 2, 3, 4, 5, 6));
  });
}

const refused = [
  { name: "nothing", pem: "" },
  { name: "the begin marker alone", pem: BEGIN },
  { name: "the end marker alone", pem: END },
  { name: "the markers in the wrong order", pem: `${END}\nAQID\n${BEGIN}` },
  { name: "the markers run together", pem: "-----BEGIN PUBLIC KEY-----END PUBLIC KEY-----" },
  { name: "another kind of key", pem: `${BEGIN}\nAQID\n${END}`.replaceAll("PUBLIC", "PRIVATE") },
  { name: "missing padding", pem: `${BEGIN}\nAQ\n${END}` },
  { name: "bits behind the last byte", pem: `${BEGIN}\nAR==\n${END}` },
  { name: "base64url", pem: `${BEGIN}\n-_-_\n${END}` },
  { name: "a header", pem: `${BEGIN}\nProc-Type: 4,ENCRYPTED\n\nAQID\n${END}` },
  { name: "a NUL", pem: `${BEGIN}\nAQ\0ID\n${END}` },
  { name: "a begin marker inside", pem: `${BEGIN}\n${BEGIN}\nAQID\n${END}` },
];

for (const { name, pem } of refused) {
  Deno.test(`decodeSpkiPem() refuses ${name}`, () => {
    assertEquals(decodeSpkiPem(pem), undefined);
  });
}
