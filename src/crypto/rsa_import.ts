import { fingerprintOf } from "./fingerprint.ts";
import { LongRsaPublicKey } from "./long_rsa_public_key.ts";
import { RsaKeyError } from "./rsa_error.ts";
import { RSA_OAEP } from "./rsa_oaep.ts";
import type { RsaPublicKey, RsaPublicKeyFacts } from "./rsa_public_key.ts";
import { bitLength, os2ip, type RsaNumbers } from "./rsa_public_operation.ts";
import { decodeSpkiPem } from "./spki_pem.ts";
import { WebRsaPublicKey } from "./web_rsa_public_key.ts";

/** Longest PEM text looked at: a key of 8192 bits takes about 1,520 bytes. */
export const MAX_PEM_BYTES = 4096;

/** Longest DER looked at, what such a text can hold at most. */
export const MAX_DER_BYTES = MAX_PEM_BYTES / 4 * 3;

const MIN_MODULUS_BITS = 2048;
const MAX_MODULUS_BITS = 8192;

/** The longest modulus that the runtime of Deno 2.9 encrypts and verifies with. */
const MAX_WEB_CRYPTO_BITS = 4096;

/**
 * Keys of real life have 3, 17 or 65537. The work of a public operation grows with the length of the
 * exponent: one as long as a modulus of 8192 bits would keep the processor busy for seconds.
 */
const MAX_EXPONENT_BITS = 32;

/**
 * Reads a public key that a peer sent. Any bytes are allowed: what is not a good key is refused with
 * a code. Only canonical DER is taken, so that one key has one fingerprint, and the key is tried
 * once, because importing alone accepts an even modulus or an exponent of 1.
 *
 * @param pem PEM text, as string or as its bytes; what surrounds the key is ignored; not kept.
 * @returns The key, ready for use.
 * @throws {RsaKeyError} If the text is over 4 KiB or is no PEM public key, and as `importSpkiDer`.
 * @see PROTOCOL 1.3 and 2.1
 */
export async function importSpkiPem(pem: string | Uint8Array): Promise<RsaPublicKey> {
  return await importSpkiDer(derOf(pem));
}

/**
 * Reads a public key that a peer sent, or that was stored, like `importSpkiPem`.
 *
 * @param der Any bytes; copied.
 * @param maxModulusBits Longest modulus to take, at most 8192 bits.
 * @returns The key, ready for use.
 * @throws {RsaKeyError} If it is over 3 KiB, not an RSA key in canonical SubjectPublicKeyInfo, not of
 * 2048 to `maxModulusBits` bits, its public exponent is even, below 3 or longer than 32 bits, or it
 * does not encrypt.
 * @see PROTOCOL 1.3 and 2.1
 */
export async function importSpkiDer(
  der: Uint8Array,
  maxModulusBits: number = MAX_MODULUS_BITS,
): Promise<RsaPublicKey> {
  if (der.byteLength > MAX_DER_BYTES) {
    throw new RsaKeyError(
      "RSA_KEY_TOO_LONG",
      `Cannot read RSA key: DER has ${der.byteLength} bytes, at most ${MAX_DER_BYTES}`,
    );
  }
  const ownDer = new Uint8Array(der);
  const key = await importCanonicalSpki(ownDer);
  const numbers = await numbersOf(key);
  const modulusBits = bitLength(numbers.modulus);
  checkModulusBits(modulusBits, maxModulusBits);
  checkNumbers(numbers);
  const modulusBytes = Math.ceil(modulusBits / 8);
  const facts = { der: ownDer, fingerprint: fingerprintOf(ownDer), modulusBits, modulusBytes };
  return await usableKey(facts, numbers, key);
}

function derOf(pem: string | Uint8Array): Uint8Array<ArrayBuffer> {
  if (pem.length > MAX_PEM_BYTES) {
    throw new RsaKeyError(
      "RSA_KEY_TOO_LONG",
      `Cannot read RSA key: PEM has ${pem.length} bytes, at most ${MAX_PEM_BYTES}`,
    );
  }
  const der = decodeSpkiPem(typeof pem === "string" ? pem : new TextDecoder().decode(pem));
  if (der === undefined) {
    throw new RsaKeyError("RSA_KEY_PEM", "Cannot read RSA key: no PEM public key in the text");
  }
  return der;
}

async function importCanonicalSpki(der: Uint8Array<ArrayBuffer>): Promise<CryptoKey> {
  let key: CryptoKey;
  try {
    key = await crypto.subtle.importKey("spki", der, RSA_OAEP, true, ["encrypt"]);
  } catch (cause) {
    throw new RsaKeyError("RSA_KEY_FORMAT", "Cannot read RSA key: not DER of an RSA key", {
      cause,
    });
  }
  const canonical = new Uint8Array(await crypto.subtle.exportKey("spki", key));
  if (canonical.toBase64() !== der.toBase64()) {
    throw new RsaKeyError("RSA_KEY_FORMAT", "Cannot read RSA key: not in canonical DER");
  }
  return key;
}

/** `modulusLength` of the key is no help here: the runtime rounds it up to whole bytes. */
async function numbersOf(key: CryptoKey): Promise<RsaNumbers> {
  const { n = "", e = "" } = await crypto.subtle.exportKey("jwk", key);
  return { modulus: os2ip(fromBase64Url(n)), exponent: os2ip(fromBase64Url(e)) };
}

function fromBase64Url(text: string): Uint8Array {
  return Uint8Array.fromBase64(text, { alphabet: "base64url" });
}

function checkModulusBits(bits: number, maxBits: number): void {
  if (bits >= MIN_MODULUS_BITS && bits <= maxBits) return;
  throw new RsaKeyError(
    "RSA_KEY_BITS",
    `Cannot use RSA key: ${bits} bits, need ${MIN_MODULUS_BITS} to ${maxBits}`,
  );
}

function checkNumbers({ modulus, exponent }: RsaNumbers): void {
  if (modulus % 2n === 0n) {
    throw new RsaKeyError("RSA_KEY_UNUSABLE", "Cannot use RSA key: its modulus is even");
  }
  if (exponent < 3n || exponent % 2n === 0n || bitLength(exponent) > MAX_EXPONENT_BITS) {
    throw new RsaKeyError(
      "RSA_KEY_UNUSABLE",
      `Cannot use RSA key: need an odd public exponent of 3 or more and ${MAX_EXPONENT_BITS} bits`,
    );
  }
}

async function usableKey(
  facts: RsaPublicKeyFacts,
  numbers: RsaNumbers,
  key: CryptoKey,
): Promise<RsaPublicKey> {
  if (facts.modulusBits > MAX_WEB_CRYPTO_BITS) return new LongRsaPublicKey(facts, numbers);
  const webKey = await WebRsaPublicKey.of(facts, numbers.modulus, key);
  await tryKey(webKey);
  return webKey;
}

async function tryKey(key: RsaPublicKey): Promise<void> {
  try {
    await key.encrypt(new Uint8Array(1));
  } catch (cause) {
    throw new RsaKeyError("RSA_KEY_UNUSABLE", "Cannot use RSA key: it does not encrypt", { cause });
  }
}
