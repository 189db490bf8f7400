import { assert, assertEquals, assertGreater, assertNotEquals } from "@std/assert";
import { Identity, verifyServerIdentity } from "../../src/crypto/identity.ts";
import { importSpkiPem } from "../../src/crypto/rsa.ts";
import { RsaMeter } from "../../src/observe/rsa_meter.ts";
import { IDENTITY_LIFETIME_SECONDS, ServerKeys } from "../../src/relay/server_keys.ts";
import { decodeServerIdentity } from "../../src/wire/server_identity.ts";

const NOW_UNIX_MS = 1_700_000_000_000;

async function encryptFor(keys: ServerKeys, text: string): Promise<Uint8Array<ArrayBuffer>> {
  const key = await importSpkiPem(keys.serverKey.pem);
  return await key.encrypt(new TextEncoder().encode(text));
}

Deno.test("ServerKeys decrypts what was encrypted for its PEM, and nothing else", async () => {
  const keys = await ServerKeys.create(await Identity.generate(), 2048);
  const block = await encryptFor(keys, "a key");
  const { generation, modulusBytes } = keys.serverKey;
  assertEquals(modulusBytes, 256);
  const plaintext = await keys.decrypt(block, generation);
  assertEquals(plaintext && new TextDecoder().decode(plaintext), "a key");
  block[0] = (block[0] ?? 0) ^ 1;
  assertEquals(await keys.decrypt(block, generation), undefined);
  assertEquals(await keys.decrypt(new Uint8Array(3), generation), undefined);
});

Deno.test("ServerKeys.decrypt() measures what RSA does, and not what it need not do", async () => {
  const told: [boolean, string][] = [];
  const meter = new RsaMeter((seconds, operation) => told.push([seconds > 0, operation]));
  const keys = await ServerKeys.create(await Identity.generate(), 2048, meter);
  const block = await encryptFor(keys, "a key");
  const { generation } = keys.serverKey;
  await keys.decrypt(block, generation);
  await keys.decrypt(new Uint8Array(256), generation);
  await keys.decrypt(block, generation + 1);
  assertEquals(told, [[true, "decrypt"], [true, "decrypt"]]);
  assertGreater(meter.decryptSeconds, 0);
});

Deno.test("ServerKeys.rotate() makes another key, and the old one is gone", async () => {
  const keys = await ServerKeys.create(await Identity.generate(), 2048);
  const { fingerprint } = keys;
  const { generation } = keys.serverKey;
  const block = await encryptFor(keys, "a key");
  await keys.rotate();
  assertNotEquals(keys.fingerprint, fingerprint);
  assertEquals(keys.serverKey.generation, generation + 1);
  assertEquals(await keys.decrypt(block, generation), undefined);
  assertEquals(await keys.decrypt(block, generation + 1), undefined);
});

Deno.test("ServerKeys.sign() signs the key in use for a day", async () => {
  const identity = await Identity.generate();
  const keys = await ServerKeys.create(identity, 2048);
  await keys.rotate();
  const claim = decodeServerIdentity(await keys.sign(NOW_UNIX_MS));
  assertEquals(claim.publicKey, identity.publicKey);
  const notAfter = BigInt(NOW_UNIX_MS / 1000 + IDENTITY_LIFETIME_SECONDS);
  assertEquals(claim.notAfter, notAfter);
  const { der } = await importSpkiPem(keys.serverKey.pem);
  const verdict = await verifyServerIdentity({
    ...claim,
    spkiDer: der,
    nowUnixSeconds: NOW_UNIX_MS / 1000,
  });
  assert(verdict.ok);
});
