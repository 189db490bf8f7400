import { assert, assertEquals, assertMatch, assertNotEquals, assertRejects } from "@std/assert";
import { inspect } from "node:util";
import { decodePkcs8Pem, encodePkcs8Pem } from "../../src/crypto/pkcs8_pem.ts";
import { RsaDecryptError, RsaKeyError, type RsaKeyErrorCode } from "../../src/crypto/rsa_error.ts";
import { importSpkiDer, importSpkiPem } from "../../src/crypto/rsa_import.ts";
import { RsaPrivateKey } from "../../src/crypto/rsa_private_key.ts";
import { i2osp, os2ip } from "../../src/crypto/rsa_public_operation.ts";
import { rsaTestFile, RsaTestKey } from "../support/direct_rsa_test_key.ts";
import { assertSameBytes } from "../support/same_bytes.ts";

const MESSAGE = new TextEncoder().encode("pump 3 is off");

for (const bits of [2048, 2049, 3072, 4095, 4096]) {
  Deno.test(`RsaPrivateKey.import() takes a key of ${bits} bits, which decrypts and signs`, async () => {
    const key = await RsaPrivateKey.import(rsaTestFile(`rsa_${bits}.pem`));
    const { spki } = await RsaTestKey.read(bits);
    const publicKey = await importSpkiDer(spki);
    assertSameBytes(key.publicDer, spki);
    assertSameBytes((await importSpkiPem(key.publicPem)).der, spki);
    assertEquals(key.fingerprint, publicKey.fingerprint);
    assertEquals([key.modulusBits, key.modulusBytes], [bits, Math.ceil(bits / 8)]);
    await assertWorksWith(key, publicKey);
  });
}

Deno.test("RsaPrivateKey.import() takes a key with exponent 3, and one with text around it", async () => {
  const pem = new TextDecoder().decode(rsaTestFile("rsa_2048_exponent_3.pem"));
  const key = await RsaPrivateKey.import(new TextEncoder().encode(`Key of pump 3\n${pem}\n`));
  await assertWorksWith(key, await importSpkiDer(key.publicDer));
});

Deno.test("RsaPrivateKey.import() leaves the text as it is", async () => {
  const pem = rsaTestFile("rsa_2048.pem");
  await RsaPrivateKey.import(pem);
  assertSameBytes(pem, rsaTestFile("rsa_2048.pem"));
});

const refused: { name: string; code: RsaKeyErrorCode; says: string }[] = [
  { name: "rsa_2048_encrypted.pem", code: "RSA_KEY_ENCRYPTED", says: "passphrase" },
  { name: "rsa_2048_pkcs1.pem", code: "RSA_KEY_NOT_PKCS8", says: "PKCS #1" },
  { name: "rsa_2048_public.pem", code: "RSA_KEY_PUBLIC", says: "public key" },
  { name: "rsa_1024.pem", code: "RSA_KEY_BITS", says: "1024 bits, need 2048 to 4096" },
  { name: "rsa_8192.pem", code: "RSA_KEY_BITS", says: "8192 bits, need 2048 to 4096" },
  { name: "rsa_2048_pss_only.pem", code: "RSA_KEY_FORMAT", says: "not an RSA key" },
  { name: "p256.pem", code: "RSA_KEY_FORMAT", says: "not an RSA key" },
  { name: "README.md", code: "RSA_KEY_PEM", says: "no PEM private key" },
];
for (const { name, code, says } of refused) {
  Deno.test(`RsaPrivateKey.import() refuses ${name}`, async () => {
    const error = await refusalOf(rsaTestFile(name));
    assertEquals(error.code, code);
    assert(error.message.includes(says), error.message);
    assertEquals(error.cause, undefined);
  });
}

Deno.test("RsaPrivateKey.import() refuses a key cut short anywhere", async () => {
  const der = decodePkcs8Pem(rsaTestFile("rsa_2048.pem"));
  for (let length = 0; length < der.byteLength; length += 13) {
    const error = await refusalOf(encodePkcs8Pem(der.subarray(0, length)));
    assertEquals(error.code, "RSA_KEY_FORMAT", `${length} bytes`);
  }
});

Deno.test("RsaPrivateKey.import() refuses with a code, or signs rightly, with any byte changed", async () => {
  const der = decodePkcs8Pem(rsaTestFile("rsa_2048.pem"));
  const codes = new Set<string>();
  for (let at = 0; at < der.byteLength; at += 7) {
    const changed = der.with(at, (der[at] ?? 0) ^ 0x10);
    const key = await RsaPrivateKey.import(encodePkcs8Pem(changed)).catch(codeOf);
    if (typeof key === "string") codes.add(key);
    else await assertWorksWith(key, await importSpkiDer(key.publicDer));
  }
  assert(codes.size > 0);
});

for (const bits of [2048, 3072, 4096] as const) {
  Deno.test(`RsaPrivateKey.generate() makes a key of ${bits} bits, which decrypts and signs`, async () => {
    const key = await RsaPrivateKey.generate(bits);
    assertEquals([key.modulusBits, key.modulusBytes], [bits, bits / 8]);
    assertMatch(key.fingerprint, /^SHA256:[A-Za-z0-9+/]{43}$/);
    await assertWorksWith(key, await importSpkiDer(key.publicDer));
  });
}

Deno.test("RsaPrivateKey.generate() makes another key each time", async () => {
  const [one, other] = await Promise.all([1, 2].map(() => RsaPrivateKey.generate(2048)));
  assertNotEquals(one?.fingerprint, other?.fingerprint);
});

Deno.test("RsaPrivateKey.generateForKeeping() gives the text that import() takes up again", async () => {
  const { key, pem } = await RsaPrivateKey.generateForKeeping(2048);
  const again = await RsaPrivateKey.import(pem);
  assertEquals(again.fingerprint, key.fingerprint);
  await assertWorksWith(again, await importSpkiDer(key.publicDer));
  assertMatch(
    new TextDecoder().decode(pem),
    /^-----BEGIN PRIVATE KEY-----\n([A-Za-z0-9+/=]{1,64}\n)+-----END PRIVATE KEY-----\n$/,
  );
});

Deno.test("RsaPrivateKey shows nothing of its secret", async () => {
  const { key, pem } = await RsaPrivateKey.generateForKeeping(2048);
  const shown = inspect(key, { depth: 10, showHidden: true }) + JSON.stringify(key);
  const lines = new TextDecoder().decode(pem).split("\n").slice(1, -2);
  assertEquals(lines.filter((line) => shown.includes(line)), []);
});

const own = await RsaPrivateKey.import(rsaTestFile("rsa_2048.pem"));
const ownPublic = await importSpkiDer(own.publicDer);
const block = await ownPublic.encrypt(MESSAGE);
const foreign = await importSpkiDer((await RsaTestKey.read(3072)).spki);
const undecryptable = [
  { name: "nothing", bytes: new Uint8Array(0) },
  { name: "a block cut short", bytes: block.subarray(1) },
  { name: "a block with a 0 before it", bytes: Uint8Array.of(0, ...block) },
  { name: "two blocks", bytes: Uint8Array.of(...block, ...block) },
  { name: "a bit flipped", bytes: block.with(9, (block[9] ?? 0) ^ 1) },
  { name: "another key's block", bytes: await foreign.encrypt(MESSAGE) },
  { name: "a signature", bytes: await own.sign(MESSAGE) },
];
for (const { name, bytes } of undecryptable) {
  Deno.test(`RsaPrivateKey.decrypt() refuses ${name}, like all others`, async () => {
    const error = await assertRejects(() => own.decrypt(bytes), RsaDecryptError);
    assertEquals([error.message, error.cause], ["Cannot decrypt RSA-OAEP block", undefined]);
  });
}

// Replays are found by the bytes of a block, so a block must have no second spelling.
Deno.test("RsaPrivateKey.decrypt() refuses a block with the modulus added", async () => {
  const { numbers } = await RsaTestKey.read(2048);
  let raised: bigint;
  do raised = os2ip(await ownPublic.encrypt(MESSAGE)) + numbers.modulus; while (
    raised >= 1n << 2048n
  );
  await assertRejects(() => own.decrypt(i2osp(raised, 256)), RsaDecryptError);
});

Deno.test("RsaPrivateKey.sign() never signs alike, and binds the data", async () => {
  const [one, other] = [await own.sign(MESSAGE), await own.sign(MESSAGE)];
  assertNotEquals(one.toHex(), other.toHex());
  assertEquals(one.byteLength, own.modulusBytes);
  assertEquals(await ownPublic.verify(other, MESSAGE), true);
  assertEquals(await ownPublic.verify(other, MESSAGE.subarray(1)), false);
  assertEquals(await foreign.verify(other, MESSAGE), false);
});

async function assertWorksWith(
  key: RsaPrivateKey,
  publicKey: Awaited<ReturnType<typeof importSpkiDer>>,
): Promise<void> {
  assertSameBytes(await key.decrypt(await publicKey.encrypt(MESSAGE)), MESSAGE);
  assertEquals(await publicKey.verify(await key.sign(MESSAGE), MESSAGE), true);
}

function refusalOf(pem: Uint8Array): Promise<RsaKeyError> {
  return assertRejects(() => RsaPrivateKey.import(pem), RsaKeyError);
}

function codeOf(error: unknown): RsaKeyErrorCode {
  if (error instanceof RsaKeyError) return error.code;
  throw error;
}
