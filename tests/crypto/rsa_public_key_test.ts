import { assert, assertEquals, assertMatch, assertNotEquals, assertRejects } from "@std/assert";
import { fingerprintOf } from "../../src/crypto/fingerprint.ts";
import { LongRsaPublicKey } from "../../src/crypto/long_rsa_public_key.ts";
import { importSpkiDer } from "../../src/crypto/rsa_import.ts";
import type { RsaPublicKey } from "../../src/crypto/rsa_public_key.ts";
import { bitLength, i2osp, os2ip } from "../../src/crypto/rsa_public_operation.ts";
import { WebRsaPublicKey } from "../../src/crypto/web_rsa_public_key.ts";
import { pssEncoding } from "../support/direct_pss_encoding.ts";
import { RsaTestKey } from "../support/direct_rsa_test_key.ts";
import { assertSameBytes } from "../support/same_bytes.ts";

const MESSAGE = new TextEncoder().encode("pump 3 is off");

/** The key by hand, whatever its length: `importSpkiDer` gives it only beyond 4096 bits. */
async function longKey(key: RsaTestKey): Promise<RsaPublicKey> {
  return new LongRsaPublicKey(await importSpkiDer(key.spki), key.numbers);
}

const implementations: {
  name: string;
  bits: number[];
  make: (key: RsaTestKey) => Promise<RsaPublicKey>;
}[] = [
  {
    name: "WebRsaPublicKey",
    bits: [2048, 2049, 3072, 4095, 4096],
    make: (key) => importSpkiDer(key.spki),
  },
  { name: "LongRsaPublicKey", bits: [2048, 2049, 3072, 4095, 4096, 8192], make: longKey },
];

for (const { name, bits: lengths, make } of implementations) {
  for (const bits of lengths) {
    const key = await RsaTestKey.read(bits);
    const publicKey = await make(key);
    testContract({ name: `${name} of ${bits} bits`, bits, key, publicKey });
  }
}

/** A public key under test, and the private key that belongs to it. */
interface Subject {
  readonly name: string;
  readonly bits: number;
  readonly key: RsaTestKey;
  readonly publicKey: RsaPublicKey;
}

function testContract(subject: Subject): void {
  const { name, bits, key, publicKey } = subject;
  const modulusBytes = Math.ceil(bits / 8);

  Deno.test(`${name} knows its bytes, fingerprint and lengths`, () => {
    assertSameBytes(publicKey.der, key.spki);
    assertEquals(publicKey.fingerprint, fingerprintOf(key.spki));
    assertEquals([publicKey.modulusBits, publicKey.modulusBytes], [bits, modulusBytes]);
  });

  testEncryption(subject, modulusBytes);
  testSignatures(subject);
  testMalformedSignatures(subject, modulusBytes);

  Deno.test(`${name} refuses another key's signature`, async () => {
    const other = await RsaTestKey.read(bits === 2048 ? 2049 : 2048);
    assertEquals(await publicKey.verify(await other.webSign(MESSAGE), MESSAGE), false);
  });
}

function testEncryption({ name, bits, key, publicKey }: Subject, modulusBytes: number): void {
  const longest = modulusBytes - 66;

  for (const length of [0, 1, 44, longest]) {
    Deno.test(`${name} encrypts ${length} bytes, and the private key decrypts them`, async () => {
      const plaintext = Uint8Array.from({ length }, (_, index) => index * 3);
      const block = await publicKey.encrypt(plaintext);
      assertEquals(block.byteLength, modulusBytes);
      assertSameBytes(key.decrypt(block), plaintext);
      if (bits <= 4096) assertSameBytes(await key.webDecrypt(block), plaintext);
    });
  }

  Deno.test(`${name} refuses ${longest + 1} bytes`, async () => {
    await assertRejects(() => publicKey.encrypt(new Uint8Array(longest + 1)), RangeError);
  });

  Deno.test(`${name} never encrypts the same twice`, async () => {
    const blocks = await Promise.all([1, 2].map(() => publicKey.encrypt(MESSAGE)));
    assertNotEquals(blocks[0]?.toHex(), blocks[1]?.toHex());
  });
}

function testSignatures({ name, key, publicKey }: Subject): void {
  Deno.test(`${name} verifies what the private key signed, and nothing else`, async () => {
    for (const data of [new Uint8Array(), MESSAGE, new Uint8Array(100_000).fill(3)]) {
      const signature = await key.webSign(data);
      assertEquals(await publicKey.verify(signature, data), true);
      assertEquals(await publicKey.verify(signature, Uint8Array.of(...data, 0)), false);
    }
  });

  for (const saltLength of [0, 20, 31, 33, 64]) {
    Deno.test(`${name} refuses a signature with a salt of ${saltLength} bytes`, async () => {
      assertEquals(await publicKey.verify(await key.webSign(MESSAGE, saltLength), MESSAGE), false);
    });
  }
}

function testMalformedSignatures({ name, key, publicKey }: Subject, modulusBytes: number): void {
  Deno.test(`${name} refuses a signature with a bit flipped`, async () => {
    const signature = await key.webSign(MESSAGE);
    for (let at = 0; at < modulusBytes; at += 31) {
      for (const bit of [0x01, 0x80]) {
        const flipped = signature.with(at, (signature[at] ?? 0) ^ bit);
        assertEquals(await publicKey.verify(flipped, MESSAGE), false);
      }
    }
  });

  Deno.test(`${name} refuses what has not the length or form of a signature`, async () => {
    const signature = await key.webSign(MESSAGE);
    const others = [
      new Uint8Array(0),
      new Uint8Array(1),
      signature.subarray(1),
      signature.subarray(0, -1),
      Uint8Array.of(0, ...signature),
      Uint8Array.of(...signature, 0),
      new Uint8Array(modulusBytes),
      new Uint8Array(modulusBytes).fill(0xff),
      i2osp(1n, modulusBytes),
      i2osp(key.numbers.modulus - 1n, modulusBytes),
      i2osp(key.numbers.modulus, modulusBytes),
    ];
    for (const other of others) assertEquals(await publicKey.verify(other, MESSAGE), false);
  });

  Deno.test(`${name} refuses a signature with the modulus added`, async () => {
    const space = 1n << BigInt(8 * modulusBytes);
    let raised: bigint;
    do raised = os2ip(await key.webSign(MESSAGE)) + key.numbers.modulus; while (raised >= space);
    assertEquals(await publicKey.verify(i2osp(raised, modulusBytes), MESSAGE), false);
  });
}

for (const bits of [2048, 8192]) {
  Deno.test(`LongRsaPublicKey of ${bits} bits verifies what was encoded by hand`, async () => {
    const key = await RsaTestKey.read(bits);
    const publicKey = await longKey(key);
    const good = key.privateOperation(pssEncoding(MESSAGE, bits - 1));
    assertEquals(await publicKey.verify(good, MESSAGE), true);
    const bad = key.privateOperation(pssEncoding(MESSAGE, bits - 1, { trailer: 0xcc }));
    assertEquals(await publicKey.verify(bad, MESSAGE), false);
  });
}

Deno.test("LongRsaPublicKey refuses an encoding that fills the modulus of 8n + 1 bits", async () => {
  const key = await RsaTestKey.read(2049);
  const publicKey = await longKey(key);
  const encoded = encodings(2048).find((each) => os2ip(each.with(0, 1)) < key.numbers.modulus);
  assert(encoded !== undefined);
  assertEquals(await publicKey.verify(key.privateOperation(encoded), MESSAGE), true);
  assertEquals(await publicKey.verify(key.privateOperation(encoded.with(0, 1)), MESSAGE), false);
});

/** Encodings of the same with a byte before, each with a salt of its own. */
function encodings(encodedBits: number): Uint8Array<ArrayBuffer>[] {
  return Array.from({ length: 256 }, (_, index) => {
    const salt = new Uint8Array(32).fill(index);
    return Uint8Array.of(0, ...pssEncoding(MESSAGE, encodedBits, { salt }));
  });
}

for (const bits of [2048, 4096]) {
  Deno.test(`importSpkiDer() leaves ${bits} bits to WebCrypto`, async () => {
    const key = await importSpkiDer((await RsaTestKey.read(bits)).spki);
    assertEquals(key instanceof WebRsaPublicKey, true);
  });
}

Deno.test("importSpkiDer() does 8192 bits by hand", async () => {
  const testKey = await RsaTestKey.read(8192);
  const key = await importSpkiDer(testKey.spki);
  assertEquals(key instanceof LongRsaPublicKey, true);
  assertMatch(key.fingerprint, /^SHA256:/);
  assertEquals(bitLength(testKey.numbers.modulus), 8192);
  const plaintext = Uint8Array.of(1, 2, 3);
  assertSameBytes(testKey.decrypt(await key.encrypt(plaintext)), plaintext);
});
