import { assert, assertEquals } from "@std/assert";
import {
  decodePkcs8Pem,
  encodePkcs8Pem,
  MAX_PRIVATE_PEM_BYTES,
} from "../../src/crypto/pkcs8_pem.ts";
import { assertThrowsWithCode } from "../support/assert_code.ts";
import { rsaTestFile } from "../support/direct_rsa_test_key.ts";

const BEGIN = "-----BEGIN PRIVATE KEY-----";
const END = "-----END PRIVATE KEY-----";

for (const name of ["rsa_2048.pem", "rsa_8192.pem", "p256.pem"]) {
  Deno.test(`decodePkcs8Pem() reads ${name}, and encodePkcs8Pem() writes it as OpenSSL does`, () => {
    const pem = rsaTestFile(name);
    assertEquals(new TextDecoder().decode(encodePkcs8Pem(decodePkcs8Pem(pem))), textOf(name));
  });
}

Deno.test("decodePkcs8Pem() reads a key with other text around it and other line ends", () => {
  const pem = `Bag Attributes\r\n${BEGIN}\r\nAQ\r\nID\r\n${END}\r\n${
    textOf("rsa_2048_public.pem")
  }`;
  assertEquals(decodePkcs8Pem(bytesOf(pem)), Uint8Array.of(1, 2, 3));
});

const refused = [
  { name: "rsa_2048_encrypted.pem", code: "RSA_KEY_ENCRYPTED", says: "openssl pkey -in" },
  { name: "rsa_2048_pkcs1_encrypted.pem", code: "RSA_KEY_ENCRYPTED", says: "openssl pkey -in" },
  { name: "rsa_2048_pkcs1.pem", code: "RSA_KEY_NOT_PKCS8", says: "openssl pkey -in" },
  { name: "rsa_2048_openssh.pem", code: "RSA_KEY_NOT_PKCS8", says: "ssh-keygen -p" },
  { name: "rsa_2048_public.pem", code: "RSA_KEY_PUBLIC", says: "need the private key" },
  { name: "rsa_2048_pkcs1_public.pem", code: "RSA_KEY_PUBLIC", says: "need the private key" },
  { name: "p256_sec1.pem", code: "RSA_KEY_FORMAT", says: "need RSA" },
];
for (const { name, code, says } of refused) {
  Deno.test(`decodePkcs8Pem() refuses ${name} and says what to do`, () => {
    const error = assertThrowsWithCode(() => decodePkcs8Pem(rsaTestFile(name)), code);
    assert(error.message.includes(says), error.message);
    assertHoldsNoKey(error.message, textOf(name));
  });
}

const noPem = [
  { name: "nothing", text: "" },
  { name: "no PEM", text: "hello" },
  { name: "DER", text: String.fromCharCode(0x30, 0x82, 0x04) },
  { name: "the begin marker alone", text: BEGIN },
  { name: "the markers in the wrong order", text: `${END}\nAQID\n${BEGIN}` },
  { name: "what is not base64", text: `${BEGIN}\nAQ%D\n${END}` },
  { name: "base64 cut short", text: `${BEGIN}\nAQI\n${END}` },
  {
    name: "a damaged key beside its public key",
    text: `${BEGIN}\n%\n${END}\n${textOf("rsa_2048_public.pem")}`,
  },
  { name: "as many bytes as it looks at", text: "x".repeat(MAX_PRIVATE_PEM_BYTES) },
];
for (const { name, text } of noPem) {
  Deno.test(`decodePkcs8Pem() refuses ${name}`, () => {
    assertThrowsWithCode(() => decodePkcs8Pem(bytesOf(text)), "RSA_KEY_PEM");
  });
}

Deno.test("decodePkcs8Pem() refuses a text that is longer than it looks at", () => {
  const pem = bytesOf(textOf("rsa_2048.pem").padEnd(MAX_PRIVATE_PEM_BYTES + 1));
  assertEquals(decodePkcs8Pem(pem.subarray(0, -1)).byteLength > 1_000, true);
  assertThrowsWithCode(() => decodePkcs8Pem(pem), "RSA_KEY_TOO_LONG");
});

Deno.test("decodePkcs8Pem() refuses bytes that are no UTF-8 with a code", () => {
  assertThrowsWithCode(() => decodePkcs8Pem(new Uint8Array(100).fill(0xff)), "RSA_KEY_PEM");
});

/** No line of the file stands in the text, but for the marker lines. */
function assertHoldsNoKey(text: string, pem: string): void {
  const lines = pem.split("\n").filter((line) => line.length > 20 && !line.startsWith("-----"));
  assertEquals(lines.filter((line) => text.includes(line)), []);
}

function textOf(name: string): string {
  return new TextDecoder().decode(rsaTestFile(name));
}

function bytesOf(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
