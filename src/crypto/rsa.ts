import { fingerprintOf } from "./fingerprint.ts";
import { RSA_OAEP } from "./rsa_oaep.ts";
import { encodeSpkiPem } from "./spki_pem.ts";

export { RsaDecryptError, RsaKeyError, type RsaKeyErrorCode } from "./rsa_error.ts";
export { importSpkiDer, importSpkiPem, MAX_PEM_BYTES } from "./rsa_import.ts";
export { rsaDecrypt, rsaEncrypt, rsaMaxPlaintextBytes } from "./rsa_oaep.ts";
export type { RsaPublicKey } from "./rsa_public_key.ts";

/** Sizes of the keys that hushcast makes, in bits (PROTOCOL 1.3). */
export type RsaModulusBits = 2048 | 3072 | 4096;

/** A key pair for RSA-OAEP with SHA-256. */
export interface RsaKeyPair {
  /** For `exportSpkiPem`; extractable, as every public key. */
  readonly publicKey: CryptoKey;
  /** Not extractable: it can be used, but its bytes can't be read, logged or stored. */
  readonly privateKey: CryptoKey;
}

/** 65537, the public exponent of every key that hushcast makes (PROTOCOL 1.3). */
export const RSA_PUBLIC_EXPONENT: readonly number[] = [1, 0, 1];

/**
 * Generates an RSA key pair with public exponent 65537; takes a third of a second to seconds.
 *
 * @param modulusBits Length of the modulus.
 * @returns The pair; the private key never leaves the process.
 */
export async function generateRsaKeyPair(modulusBits: RsaModulusBits): Promise<RsaKeyPair> {
  return await crypto.subtle.generateKey(
    {
      ...RSA_OAEP,
      modulusLength: modulusBits,
      publicExponent: Uint8Array.from(RSA_PUBLIC_EXPONENT),
    },
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
 * The fingerprint of an RSA public key.
 *
 * @param der Its DER SubjectPublicKeyInfo; not kept.
 * @returns `SHA256:` and unpadded base64.
 */
export function keyFingerprint(der: Uint8Array): string {
  return fingerprintOf(der);
}
