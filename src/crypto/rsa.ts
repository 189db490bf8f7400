import { fingerprintOf } from "./fingerprint.ts";
import { RsaDecryptError, RsaKeyError } from "./rsa_error.ts";
import { decodeSpkiPem, encodeSpkiPem } from "./spki_pem.ts";

export { RsaDecryptError, RsaKeyError, type RsaKeyErrorCode } from "./rsa_error.ts";

/** Sizes of the keys that hushcast makes, in bits (PROTOCOL 1.3). */
export type RsaModulusBits = 2048 | 3072 | 4096;

/** A key pair for RSA-OAEP with SHA-256. */
export interface RsaKeyPair {
  /** For `exportSpkiPem`; extractable, as every public key. */
  readonly publicKey: CryptoKey;
  /** Not extractable: it can be used, but its bytes can't be read, logged or stored. */
  readonly privateKey: CryptoKey;
}

/** A public key that came from elsewhere and passed every check. */
export interface RsaPublicKey {
  /** For `rsaEncrypt`. */
  readonly key: CryptoKey;
  /** Its DER SubjectPublicKeyInfo, in the one form that its fingerprint is taken over. */
  readonly der: Uint8Array<ArrayBuffer>;
  /** Exact length of the modulus, 2048 to 8192. */
  readonly modulusBits: number;
}

/** Longest PEM text looked at: a key of 8192 bits takes about 1,520 bytes. */
export const MAX_PEM_BYTES = 4096;

const MIN_MODULUS_BITS = 2048;
const MAX_MODULUS_BITS = 8192;
const PUBLIC_EXPONENT = [1, 0, 1];
const OAEP = { name: "RSA-OAEP", hash: "SHA-256" };

/** Two SHA-256 digests and two bytes (RFC 8017, section 7.1.1). */
const OAEP_OVERHEAD_BYTES = 66;

/**
 * Generates an RSA key pair with public exponent 65537; takes a third of a second to seconds.
 *
 * @param modulusBits Length of the modulus.
 * @returns The pair; the private key never leaves the process.
 */
export async function generateRsaKeyPair(modulusBits: RsaModulusBits): Promise<RsaKeyPair> {
  return await crypto.subtle.generateKey(
    { ...OAEP, modulusLength: modulusBits, publicExponent: Uint8Array.from(PUBLIC_EXPONENT) },
    false,
    ["encrypt", "decrypt"],
  );
}

/**
 * Gives a public key as DER.
 *
 * @param publicKey An RSA public key.
 * @returns SubjectPublicKeyInfo, in a new array owned by the caller.
 */
export async function spkiDer(publicKey: CryptoKey): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await crypto.subtle.exportKey("spki", publicKey));
}

/**
 * Gives a public key as PEM, as SERVER_PUBLIC_KEY_RESPONSE carries it.
 *
 * @param publicKey An RSA public key.
 * @returns Lines of 64 characters ended by LF, byte for byte as OpenSSL writes them.
 */
export async function exportSpkiPem(publicKey: CryptoKey): Promise<string> {
  return encodeSpkiPem(await spkiDer(publicKey));
}

/**
 * Reads a public key that a peer sent. Any bytes are allowed: what is not a good key is refused with
 * a code. Only canonical DER is taken, so that one key has one fingerprint, and the key is tried
 * once, because importing alone accepts an even modulus or an exponent of 1.
 *
 * @param pem PEM text, as string or as its bytes; what surrounds the key is ignored; not kept.
 * @returns The key, ready for `rsaEncrypt`.
 * @throws {RsaKeyError} If the text is over 4 KiB, is no PEM public key, or the key is not RSA, not
 * of 2048 to 8192 bits, or can't be used (the runtime of Deno 2.9 has no RSA above 4096 bits).
 * @see PROTOCOL 1.3 and 2.1
 */
export async function importSpkiPem(pem: string | Uint8Array): Promise<RsaPublicKey> {
  const der = derOf(pem);
  const key = await importCanonicalSpki(der);
  const modulusBits = await exactModulusBits(key);
  if (modulusBits < MIN_MODULUS_BITS || modulusBits > MAX_MODULUS_BITS) {
    throw new RsaKeyError(
      "RSA_KEY_BITS",
      `Cannot use RSA key: ${modulusBits} bits, need ${MIN_MODULUS_BITS} to ${MAX_MODULUS_BITS}`,
    );
  }
  await tryKey(key);
  return { key, der, modulusBits };
}

/**
 * Encrypts a short plaintext with RSA-OAEP (SHA-256, MGF1-SHA-256, empty label).
 *
 * @param publicKey The recipient's key.
 * @param plaintext At most `rsaMaxPlaintextBytes(publicKey)` bytes; not kept.
 * @returns As many bytes as the modulus has, owned by the caller.
 * @throws {RangeError} If the plaintext is too long.
 * @see PROTOCOL 1.3; RFC 8017, section 7.1.1
 */
export async function rsaEncrypt(
  publicKey: CryptoKey,
  plaintext: Uint8Array,
): Promise<Uint8Array<ArrayBuffer>> {
  const limit = rsaMaxPlaintextBytes(publicKey);
  if (plaintext.byteLength > limit) {
    throw new RangeError(
      `Cannot encrypt: plaintext has ${plaintext.byteLength} bytes, at most ${limit}`,
    );
  }
  return new Uint8Array(await crypto.subtle.encrypt(OAEP, publicKey, new Uint8Array(plaintext)));
}

/**
 * Decrypts one RSA-OAEP block.
 *
 * @param privateKey Our key.
 * @param ciphertext Any bytes; not kept.
 * @returns The plaintext in a new array owned by the caller.
 * @throws {RsaDecryptError} If it does not decrypt, always alike: wrong length, wrong key, damaged.
 * @see PROTOCOL 1.3; RFC 8017, section 7.1.2
 */
export async function rsaDecrypt(
  privateKey: CryptoKey,
  ciphertext: Uint8Array,
): Promise<Uint8Array<ArrayBuffer>> {
  try {
    return new Uint8Array(
      await crypto.subtle.decrypt(OAEP, privateKey, new Uint8Array(ciphertext)),
    );
  } catch (error) {
    if (error instanceof DOMException && error.name === "OperationError") {
      throw new RsaDecryptError();
    }
    throw error;
  }
}

/**
 * How much one RSA-OAEP block can carry.
 *
 * @param key An RSA key, public or private.
 * @returns Bytes of plaintext: the modulus less 66.
 * @throws {TypeError} If it is a key of another kind.
 */
export function rsaMaxPlaintextBytes(key: CryptoKey): number {
  if (!("modulusLength" in key.algorithm) || typeof key.algorithm.modulusLength !== "number") {
    throw new TypeError(`Cannot use key with RSA: it is for ${key.algorithm.name}`);
  }
  return Math.ceil(key.algorithm.modulusLength / 8) - OAEP_OVERHEAD_BYTES;
}

/**
 * The fingerprint of an RSA public key.
 *
 * @param der Its DER SubjectPublicKeyInfo; not kept.
 * @returns `SHA256:` and unpadded base64.
 */
export function keyFingerprint(der: Uint8Array): string {
  return fingerprintOf(der);
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
    key = await crypto.subtle.importKey("spki", der, OAEP, true, ["encrypt"]);
  } catch (cause) {
    throw new RsaKeyError("RSA_KEY_FORMAT", "Cannot read RSA key: not DER of an RSA key", {
      cause,
    });
  }
  const canonical = await spkiDer(key);
  if (canonical.toBase64() !== der.toBase64()) {
    throw new RsaKeyError("RSA_KEY_FORMAT", "Cannot read RSA key: not in canonical DER");
  }
  return key;
}

/** `modulusLength` is no help here: the runtime rounds it up to whole bytes. */
async function exactModulusBits(key: CryptoKey): Promise<number> {
  const { n = "" } = await crypto.subtle.exportKey("jwk", key);
  const modulus = Uint8Array.fromBase64(n, { alphabet: "base64url" });
  const leadingZeroBits = Math.clz32(modulus[0] ?? 0) - 24;
  return modulus.byteLength * 8 - leadingZeroBits;
}

async function tryKey(key: CryptoKey): Promise<void> {
  try {
    await crypto.subtle.encrypt(OAEP, key, new Uint8Array(1));
  } catch (cause) {
    throw new RsaKeyError("RSA_KEY_UNUSABLE", "Cannot use RSA key: it does not encrypt", { cause });
  }
}
