import { assert, assertEquals, assertRejects } from "@std/assert";
import { fingerprintOf } from "../../src/crypto/fingerprint.ts";
import { RsaKeyError, type RsaKeyErrorCode } from "../../src/crypto/rsa_error.ts";
import { importSpkiDer, importSpkiPem, MAX_DER_BYTES } from "../../src/crypto/rsa_import.ts";
import { encodeSpkiPem } from "../../src/crypto/spki_pem.ts";

const RSA_OID = [0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01];
const RSASSA_PSS_OID = [0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x0a];
const DER_NULL = [0x05, 0x00];
const E65537 = [1, 0, 1];

/** One DER element. */
function der(tag: number, content: readonly number[]): number[] {
  const { length } = content;
  if (length < 0x80) return [tag, length, ...content];
  if (length < 0x100) return [tag, 0x81, length, ...content];
  return [tag, 0x82, length >> 8, length & 0xff, ...content];
}

/** A DER integer that is not negative. */
function integer(bytes: readonly number[]): number[] {
  return der(0x02, (bytes[0] ?? 0) < 0x80 ? bytes : [0, ...bytes]);
}

/** SubjectPublicKeyInfo of an RSA key that nobody needs to have the private half of. */
function spki(
  modulus: readonly number[],
  exponent: readonly number[] = E65537,
  algorithm: readonly number[] = [...RSA_OID, ...DER_NULL],
): Uint8Array {
  const key = der(0x30, [...integer(modulus), ...integer(exponent)]);
  return Uint8Array.from(der(0x30, [...der(0x30, algorithm), ...der(0x03, [0, ...key])]));
}

/** An odd number of exactly so many bits. */
function modulus(bits: number): number[] {
  const bytes = Array.from({ length: Math.ceil(bits / 8) }, (_, index) => (index * 37) & 0xff);
  bytes[0] = 1 << ((bits - 1) % 8);
  bytes[bytes.length - 1] = 1;
  return bytes;
}

async function otherKey(algorithm: EcKeyGenParams | "Ed25519"): Promise<Uint8Array> {
  const pair = await crypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
  if (!("publicKey" in pair)) throw new TypeError("Not a key pair");
  return new Uint8Array(await crypto.subtle.exportKey("spki", pair.publicKey));
}

for (const bits of [2048, 2049, 2056, 3072, 4095, 4096, 4097, 6000, 8185, 8192]) {
  Deno.test(`importSpkiPem() takes a key of ${bits} bits, and importSpkiDer() too`, async () => {
    const bytes = spki(modulus(bits));
    for (const key of [await importSpkiPem(encodeSpkiPem(bytes)), await importSpkiDer(bytes)]) {
      assertEquals([key.modulusBits, key.modulusBytes], [bits, Math.ceil(bits / 8)]);
      assertEquals(key.der.toHex(), bytes.toHex());
      assertEquals(key.fingerprint, fingerprintOf(bytes));
      assertEquals((await key.encrypt(new Uint8Array(5))).byteLength, key.modulusBytes);
    }
  });
}

Deno.test("importSpkiPem() takes PEM as bytes, with other text around it, and exponent 3", async () => {
  const pem = `\u00e9 ${encodeSpkiPem(spki(modulus(2048), [3]))} after`;
  assertEquals((await importSpkiPem(new TextEncoder().encode(pem))).modulusBits, 2048);
});

const good = spki(modulus(2048));
const refused: { name: string; bytes: Uint8Array; code: RsaKeyErrorCode }[] = [
  { name: "no bits at all", bytes: spki([0]), code: "RSA_KEY_BITS" },
  { name: "512 bits", bytes: spki(modulus(512)), code: "RSA_KEY_BITS" },
  { name: "1024 bits", bytes: spki(modulus(1024)), code: "RSA_KEY_BITS" },
  { name: "2047 bits", bytes: spki(modulus(2047)), code: "RSA_KEY_BITS" },
  { name: "8193 bits", bytes: spki(modulus(8193)), code: "RSA_KEY_BITS" },
  { name: "16384 bits", bytes: spki(modulus(16384)), code: "RSA_KEY_BITS" },
  {
    name: "RSASSA-PSS alone",
    bytes: spki(modulus(2048), E65537, RSASSA_PSS_OID),
    code: "RSA_KEY_FORMAT",
  },
  {
    name: "parameters left out",
    bytes: spki(modulus(2048), E65537, RSA_OID),
    code: "RSA_KEY_FORMAT",
  },
  { name: "a byte behind it", bytes: Uint8Array.of(...good, 0), code: "RSA_KEY_FORMAT" },
  {
    name: "a length in more bytes than needed",
    bytes: Uint8Array.of(0x30, 0x83, 0, ...good.subarray(2)),
    code: "RSA_KEY_FORMAT",
  },
  {
    name: "an indefinite length",
    bytes: Uint8Array.of(0x30, 0x80, ...good.subarray(4), 0, 0),
    code: "RSA_KEY_FORMAT",
  },
  { name: "an empty PEM block", bytes: new Uint8Array(0), code: "RSA_KEY_FORMAT" },
  {
    name: "an elliptic curve",
    bytes: await otherKey({ name: "ECDSA", namedCurve: "P-256" }),
    code: "RSA_KEY_FORMAT",
  },
  { name: "Ed25519", bytes: await otherKey("Ed25519"), code: "RSA_KEY_FORMAT" },
];

for (const { name, bytes, code } of refused) {
  Deno.test(`importSpkiPem() refuses a key of ${name}`, async () => {
    await assertRefused(encodeSpkiPem(bytes), code);
  });
}

const usableExponents: { name: string; exponent: number[] }[] = [
  { name: "3", exponent: [3] },
  { name: "17", exponent: [17] },
  { name: "65537", exponent: E65537 },
  { name: "2^32 - 1", exponent: [0xff, 0xff, 0xff, 0xff] },
];
const uselessExponents: { name: string; exponent: number[] }[] = [
  { name: "0", exponent: [0] },
  { name: "1", exponent: [1] },
  { name: "2", exponent: [2] },
  { name: "65536", exponent: [1, 0, 0] },
  { name: "2^32 + 1", exponent: [1, 0, 0, 0, 1] },
  { name: "2^33 - 1", exponent: [1, 0xff, 0xff, 0xff, 0xff] },
  { name: "2^64 - 1", exponent: new Array(8).fill(0xff) },
  { name: "as many bits as a modulus", exponent: modulus(2047) },
];
for (const bits of [2048, 4096, 8192]) {
  for (const { name, exponent } of usableExponents) {
    Deno.test(`importSpkiDer() takes an exponent of ${name} with ${bits} bits`, async () => {
      const key = await importSpkiDer(spki(modulus(bits), exponent));
      assertEquals((await key.encrypt(new Uint8Array(5))).byteLength, bits / 8);
    });
  }
  for (const { name, exponent } of uselessExponents) {
    Deno.test(`importSpkiPem() refuses an exponent of ${name} with ${bits} bits`, async () => {
      await assertRefused(encodeSpkiPem(spki(modulus(bits), exponent)), "RSA_KEY_UNUSABLE");
    });
  }
  Deno.test(`importSpkiPem() refuses an even modulus of ${bits} bits`, async () => {
    const even = spki([...modulus(bits).slice(0, -1), 2]);
    await assertRefused(encodeSpkiPem(even), "RSA_KEY_UNUSABLE");
  });
}

Deno.test("importSpkiDer() copies the key", async () => {
  const bytes = spki(modulus(2048));
  const key = await importSpkiDer(bytes);
  bytes.fill(0);
  assertEquals(key.der.toHex(), spki(modulus(2048)).toHex());
});

Deno.test("importSpkiDer() takes a key up to the length that it is given, and none above", async () => {
  assertEquals((await importSpkiDer(spki(modulus(4096)), 4096)).modulusBits, 4096);
  const error = await assertRejects(() => importSpkiDer(spki(modulus(4097)), 4096), RsaKeyError);
  assertEquals(error.code, "RSA_KEY_BITS");
  assert(error.message.includes("4097 bits, need 2048 to 4096"));
});

Deno.test("importSpkiDer() looks at 3 KiB and no more", async () => {
  const at = await assertRejects(() => importSpkiDer(new Uint8Array(MAX_DER_BYTES)), RsaKeyError);
  const past = new Uint8Array(MAX_DER_BYTES + 1);
  const above = await assertRejects(() => importSpkiDer(past), RsaKeyError);
  assertEquals([at.code, above.code], ["RSA_KEY_FORMAT", "RSA_KEY_TOO_LONG"]);
});

const refusedTexts: { name: string; pem: string; code: RsaKeyErrorCode }[] = [
  { name: "nothing", pem: "", code: "RSA_KEY_PEM" },
  { name: "no PEM", pem: "REQ_PUB_KEY\n", code: "RSA_KEY_PEM" },
  { name: "4,096 bytes without a key", pem: "x".repeat(4096), code: "RSA_KEY_PEM" },
  { name: "4,097 bytes", pem: encodeSpkiPem(good).padEnd(4097), code: "RSA_KEY_TOO_LONG" },
  {
    name: "what is not base64",
    pem: encodeSpkiPem(good).replace("MII", "M%I"),
    code: "RSA_KEY_PEM",
  },
];

for (const { name, pem, code } of refusedTexts) {
  Deno.test(`importSpkiPem() refuses a text of ${name}`, async () => {
    await assertRefused(pem, code);
    await assertRefused(new TextEncoder().encode(pem), code);
  });
}

Deno.test("importSpkiPem() takes a key in a text of 4,096 bytes", async () => {
  assertEquals((await importSpkiPem(encodeSpkiPem(good).padEnd(4096))).modulusBits, 2048);
});

Deno.test("importSpkiPem() refuses bytes that are no UTF-8 with a code", async () => {
  await assertRefused(new Uint8Array(1000).fill(0xff), "RSA_KEY_PEM");
});

Deno.test("importSpkiPem() refuses a key cut short anywhere with a code", async () => {
  for (let length = 0; length < good.byteLength; length++) {
    await assertRefused(encodeSpkiPem(good.subarray(0, length)), "RSA_KEY_FORMAT");
  }
});

Deno.test("importSpkiPem() takes or refuses with a code a key with any one byte changed", async () => {
  for (const [index, byte] of good.entries()) {
    for (const changed of [byte ^ 0x01, byte ^ 0x80, 0xff]) {
      await importSpkiPem(encodeSpkiPem(good.with(index, changed))).catch(codeOf);
    }
  }
});

/** The code of a refusal; anything else that was thrown is thrown on. */
function codeOf(error: unknown): RsaKeyErrorCode {
  if (error instanceof RsaKeyError) return error.code;
  throw error;
}

async function assertRefused(pem: string | Uint8Array, code: RsaKeyErrorCode): Promise<void> {
  const error = await assertRejects(() => importSpkiPem(pem), RsaKeyError);
  assertEquals(error.code, code);
}
