import { assertEquals } from "@std/assert";
import { fingerprintOf, isFingerprint } from "../../src/crypto/fingerprint.ts";

const OF_NOTHING = "SHA256:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU";

Deno.test("fingerprintOf() is SHA-256 in unpadded base64", () => {
  assertEquals(fingerprintOf(new Uint8Array(0)), OF_NOTHING);
});

Deno.test("isFingerprint() takes what fingerprintOf() makes", () => {
  for (let byte = 0; byte < 256; byte++) {
    assertEquals(isFingerprint(fingerprintOf(Uint8Array.of(byte))), true);
  }
});

const refused = [
  { name: "nothing", text: "" },
  { name: "the label alone", text: "SHA256:" },
  { name: "no label", text: OF_NOTHING.slice(7) },
  { name: "another label", text: OF_NOTHING.replace("SHA256", "MD5") },
  { name: "a label in lower case", text: OF_NOTHING.replace("SHA256", "sha256") },
  { name: "padding", text: `${OF_NOTHING}=` },
  { name: "a character too few", text: OF_NOTHING.slice(0, -1) },
  { name: "a character too many", text: `${OF_NOTHING}U` },
  { name: "base64url", text: OF_NOTHING.replace("/", "_") },
  { name: "bits behind the last byte", text: `${OF_NOTHING.slice(0, -1)}V` },
  { name: "a blank before", text: ` ${OF_NOTHING}` },
  { name: "a line end after", text: `${OF_NOTHING}\n` },
];

for (const { name, text } of refused) {
  Deno.test(`isFingerprint() refuses ${name}`, () => {
    assertEquals(isFingerprint(text), false);
  });
}
