import { assertEquals, assertRejects } from "@std/assert";
import { RsaKeyError } from "../../src/crypto/rsa_error.ts";
import { importSpkiDer } from "../../src/crypto/rsa_import.ts";
import { StoredRsaPublicKey } from "../../src/direct/stored_rsa_public_key.ts";
import { RsaTestKey } from "../support/direct_rsa_test_key.ts";

for (const bits of [2048, 2049]) {
  Deno.test(`StoredRsaPublicKey tells what an imported key of ${bits} bits does, without an import`, async () => {
    const { spki } = await RsaTestKey.read(bits);
    const [stored, imported] = [new StoredRsaPublicKey(spki, bits), await importSpkiDer(spki)];
    const facts = ({ fingerprint, modulusBits, modulusBytes }: StoredRsaPublicKey) =>
      [fingerprint, modulusBits, modulusBytes] as const;
    assertEquals(facts(stored), [
      imported.fingerprint,
      imported.modulusBits,
      imported.modulusBytes,
    ]);
    assertEquals(stored.der, imported.der);
  });
}

Deno.test("StoredRsaPublicKey encrypts and verifies as the key that it holds", async () => {
  const key = await RsaTestKey.read(2048);
  const stored = new StoredRsaPublicKey(key.spki, 2048);
  const message = Uint8Array.of(1, 2, 3);
  assertEquals(await key.webDecrypt(await stored.encrypt(message)), message);
  const signature = await key.webSign(message);
  assertEquals(await stored.verify(signature, message), true);
  assertEquals(await stored.verify(signature, Uint8Array.of(1, 2, 4)), false);
});

Deno.test("StoredRsaPublicKey fails with a code each time when it holds no key", async () => {
  const stored = new StoredRsaPublicKey(new Uint8Array(300), 2048);
  for (let attempt = 0; attempt < 2; attempt++) {
    await assertRejects(() => stored.encrypt(new Uint8Array(1)), RsaKeyError);
    await assertRejects(() => stored.verify(new Uint8Array(256), new Uint8Array(1)), RsaKeyError);
  }
});

Deno.test("StoredRsaPublicKey fails with a code when the key has another length than was kept", async () => {
  const { spki } = await RsaTestKey.read(2048);
  for (const bits of [2049, 4096]) {
    const error = await assertRejects(
      () => new StoredRsaPublicKey(spki, bits).encrypt(new Uint8Array(191)),
      RsaKeyError,
    );
    assertEquals(error.code, "RSA_KEY_BITS");
  }
});
