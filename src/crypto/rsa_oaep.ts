import { RsaDecryptError } from "./rsa_error.ts";

/** RSA-OAEP as PROTOCOL 1.3 wants it, for WebCrypto: MGF1 takes the same hash, the label is empty. */
export const RSA_OAEP = { name: "RSA-OAEP", hash: "SHA-256" } as const;

/** What a block holds beside the plaintext: two SHA-256 digests, two bytes (RFC 8017, 7.1.1). */
export const OAEP_OVERHEAD_BYTES = 66;

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
  checkPlaintextBytes(plaintext, rsaMaxPlaintextBytes(publicKey));
  return new Uint8Array(
    await crypto.subtle.encrypt(RSA_OAEP, publicKey, new Uint8Array(plaintext)),
  );
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
      await crypto.subtle.decrypt(RSA_OAEP, privateKey, new Uint8Array(ciphertext)),
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
 * Refuses what does not fit one block.
 *
 * @param plaintext What is to be encrypted.
 * @param limitBytes How much the block can carry.
 * @throws {RangeError} If the plaintext is longer.
 */
export function checkPlaintextBytes(plaintext: Uint8Array, limitBytes: number): void {
  if (plaintext.byteLength <= limitBytes) return;
  throw new RangeError(
    `Cannot encrypt: plaintext has ${plaintext.byteLength} bytes, at most ${limitBytes}`,
  );
}
