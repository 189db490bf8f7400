import { assertEquals, assertThrows } from "@std/assert";
import { Fernet, FernetError, type FernetErrorCode } from "../../src/crypto/fernet.ts";
import generate from "../testdata/fernet/generate.json" with { type: "json" };
import invalid from "../testdata/fernet/invalid.json" with { type: "json" };
import verify from "../testdata/fernet/verify.json" with { type: "json" };

/** What exactly is wrong with each invalid vector, in the order of the file. */
const invalidCodes: [description: string, code: FernetErrorCode][] = [
  ["incorrect mac", "FERNET_SIGNATURE"],
  ["too short", "FERNET_TOO_SHORT"],
  ["invalid base64", "FERNET_ENCODING"],
  ["payload size not multiple of block size", "FERNET_LENGTH"],
  ["payload padding error", "FERNET_PADDING"],
  ["far-future TS (unacceptable clock skew)", "FERNET_FUTURE"],
  ["expired TTL", "FERNET_EXPIRED"],
  ["incorrect IV (causes padding error)", "FERNET_PADDING"],
  ["trailing characters after b64 padding", "FERNET_ENCODING"],
  ["invalid characters in b64", "FERNET_ENCODING"],
  ["invalid non-urlsafe characters in b64", "FERNET_ENCODING"],
];

const unixSeconds = (time: string): number => Date.parse(time) / 1000;

for (const { token, now, iv, src, secret } of generate) {
  Deno.test(`Fernet.encrypt() generates the spec's token of ${src}`, () => {
    const options = { now: unixSeconds(now), iv: Uint8Array.from(iv) };
    const made = new Fernet(secret).encrypt(new TextEncoder().encode(src), options);
    assertEquals(new TextDecoder().decode(made), token);
  });
}

for (const { token, now, ttl_sec, src, secret } of verify) {
  Deno.test(`Fernet.decrypt() verifies the spec's token of ${src}`, () => {
    const options = { now: unixSeconds(now), ttl: ttl_sec };
    const plaintext = new Fernet(secret).decrypt(token, options);
    assertEquals(new TextDecoder().decode(plaintext), src);
  });
}

Deno.test("the table of codes covers every invalid vector of the spec", () => {
  assertEquals(invalidCodes.map(([description]) => description), invalid.map(({ desc }) => desc));
});

for (const [index, { desc, token, now, ttl_sec, secret }] of invalid.entries()) {
  Deno.test(`Fernet.decrypt() refuses the spec's invalid token: ${desc}`, () => {
    const options = { now: unixSeconds(now), ttl: ttl_sec };
    const error = assertThrows(() => new Fernet(secret).decrypt(token, options), FernetError);
    assertEquals(error.code, invalidCodes[index]?.[1]);
  });
}
