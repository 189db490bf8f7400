import {
  assertEquals,
  assertMatch,
  assertNotEquals,
  assertRejects,
  assertThrows,
} from "@std/assert";
import {
  exportSpkiPem,
  generateRsaKeyPair,
  importSpkiPem,
  keyFingerprint,
  rsaDecrypt,
  RsaDecryptError,
  rsaEncrypt,
  rsaMaxPlaintextBytes,
  spkiDer,
} from "../../src/crypto/rsa.ts";

const pair = await generateRsaKeyPair(2048);
const otherPair = await generateRsaKeyPair(2048);
const plaintext = new TextEncoder().encode("cw_0x689RpI-jtRR7oE8h_eQsKImvJapLeSbXpwF4e4=");

for (const modulusBits of [2048, 3072, 4096] as const) {
  Deno.test(`generateRsaKeyPair() makes a usable key of ${modulusBits} bits`, async () => {
    const { publicKey, privateKey } = await generateRsaKeyPair(modulusBits);
    const imported = await importSpkiPem(await exportSpkiPem(publicKey));
    assertEquals(imported.modulusBits, modulusBits);
    assertEquals(imported.der, await spkiDer(publicKey));
    const ciphertext = await imported.encrypt(plaintext);
    assertEquals(ciphertext.byteLength, modulusBits / 8);
    assertEquals(await rsaDecrypt(privateKey, ciphertext), plaintext);
  });
}

Deno.test("generateRsaKeyPair() keeps the private key in", async () => {
  assertEquals(pair.privateKey.extractable, false);
  await assertRejects(() => crypto.subtle.exportKey("pkcs8", pair.privateKey), DOMException);
});

Deno.test("exportSpkiPem() writes lines of 64 characters, ended by LF", async () => {
  const pem = await exportSpkiPem(pair.publicKey);
  assertMatch(
    pem,
    /^-----BEGIN PUBLIC KEY-----\n([A-Za-z0-9+/]{64}\n){6}[A-Za-z0-9+/]{8}\n-----END PUBLIC KEY-----\n$/,
  );
});

Deno.test("rsaEncrypt() takes 190 bytes under 2048 bits and refuses 191", async () => {
  assertEquals(rsaMaxPlaintextBytes(pair.publicKey), 190);
  const longest = new Uint8Array(190).fill(7);
  const ciphertext = await rsaEncrypt(pair.publicKey, longest);
  assertEquals(await rsaDecrypt(pair.privateKey, ciphertext), longest);
  await assertRejects(() => rsaEncrypt(pair.publicKey, new Uint8Array(191)), RangeError);
});

Deno.test("rsaEncrypt() carries an empty plaintext, and never looks the same twice", async () => {
  const ciphertext = await rsaEncrypt(pair.publicKey, new Uint8Array(0));
  assertEquals(await rsaDecrypt(pair.privateKey, ciphertext), new Uint8Array(0));
  assertNotEquals(await rsaEncrypt(pair.publicKey, new Uint8Array(0)), ciphertext);
});

Deno.test("rsaMaxPlaintextBytes() refuses a key of another kind", async () => {
  const key = await crypto.subtle.generateKey({ name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  assertThrows(() => rsaMaxPlaintextBytes(key), TypeError);
});

const good = await rsaEncrypt(pair.publicKey, plaintext);
const label = new TextEncoder().encode("label");
const undecryptable = [
  { name: "nothing", ciphertext: new Uint8Array(0) },
  { name: "one byte", ciphertext: new Uint8Array(1) },
  { name: "a block cut short", ciphertext: good.subarray(0, -1) },
  { name: "a block with a byte behind it", ciphertext: Uint8Array.of(...good, 0) },
  { name: "two blocks", ciphertext: Uint8Array.of(...good, ...good) },
  { name: "zeros", ciphertext: new Uint8Array(256) },
  { name: "a number above the modulus", ciphertext: new Uint8Array(256).fill(0xff) },
  { name: "one bit flipped", ciphertext: good.with(200, (good[200] ?? 0) ^ 1) },
  { name: "another key's block", ciphertext: await rsaEncrypt(otherPair.publicKey, plaintext) },
  {
    name: "a block with a label",
    ciphertext: new Uint8Array(
      await crypto.subtle.encrypt({ name: "RSA-OAEP", label }, pair.publicKey, plaintext),
    ),
  },
];

for (const { name, ciphertext } of undecryptable) {
  Deno.test(`rsaDecrypt() refuses ${name}, like all others`, async () => {
    const error = await assertRejects(
      () => rsaDecrypt(pair.privateKey, ciphertext),
      RsaDecryptError,
      "Cannot decrypt RSA-OAEP block",
    );
    assertEquals(error.code, "RSA_DECRYPT");
    assertEquals(error.cause, undefined);
  });
}

Deno.test("rsaDecrypt() calls a public key our mistake, not the peer's", async () => {
  const error = await assertRejects(() => rsaDecrypt(pair.publicKey, good), DOMException);
  assertEquals(error.name, "InvalidAccessError");
});

Deno.test("keyFingerprint() is that of the DER and differs from key to key", async () => {
  const fingerprint = keyFingerprint(await spkiDer(pair.publicKey));
  assertMatch(fingerprint, /^SHA256:[A-Za-z0-9+/]{43}$/);
  assertNotEquals(keyFingerprint(await spkiDer(otherPair.publicKey)), fingerprint);
});
