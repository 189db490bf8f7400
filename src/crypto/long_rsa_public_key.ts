import { oaepEncode } from "./oaep_encoding.ts";
import { isPssEncoding } from "./pss_encoding.ts";
import type { RsaPublicKey, RsaPublicKeyFacts } from "./rsa_public_key.ts";
import {
  bitLength,
  i2osp,
  os2ip,
  type RsaNumbers,
  rsaPublicOperation,
} from "./rsa_public_operation.ts";
import { SHA256_BYTES } from "./sha256.ts";

/**
 * An RSA public key that is too long for WebCrypto. It has only public operations, so the one secret
 * that it works on is the plaintext, masked with fresh random bytes before the arithmetic begins.
 */
export class LongRsaPublicKey implements RsaPublicKey {
  /** See `RsaPublicKey.der`. */
  readonly der: Uint8Array<ArrayBuffer>;
  /** See `RsaPublicKey.fingerprint`. */
  readonly fingerprint: string;
  /** See `RsaPublicKey.modulusBits`. */
  readonly modulusBits: number;
  /** See `RsaPublicKey.modulusBytes`. */
  readonly modulusBytes: number;
  readonly #numbers: RsaNumbers;

  /**
   * Makes the key; `importSpkiDer` has checked it.
   *
   * @param facts Its bytes and numbers; kept.
   * @param numbers Modulus and public exponent.
   */
  constructor(facts: RsaPublicKeyFacts, numbers: RsaNumbers) {
    this.der = facts.der;
    this.fingerprint = facts.fingerprint;
    this.modulusBits = facts.modulusBits;
    this.modulusBytes = facts.modulusBytes;
    this.#numbers = numbers;
  }

  /** See `RsaPublicKey.encrypt`. */
  encrypt(plaintext: Uint8Array): Promise<Uint8Array<ArrayBuffer>> {
    return Promise.try(() => this.#encrypt(plaintext));
  }

  /** See `RsaPublicKey.verify`. */
  verify(signature: Uint8Array, data: Uint8Array): Promise<boolean> {
    return Promise.try(() => this.#verify(signature, data));
  }

  #encrypt(plaintext: Uint8Array): Uint8Array<ArrayBuffer> {
    const seed = crypto.getRandomValues(new Uint8Array(SHA256_BYTES));
    const encoded = os2ip(oaepEncode(plaintext, seed, this.modulusBytes));
    return i2osp(rsaPublicOperation(encoded, this.#numbers), this.modulusBytes);
  }

  #verify(signature: Uint8Array, data: Uint8Array): boolean {
    if (signature.byteLength !== this.modulusBytes) return false;
    const number = os2ip(signature);
    if (number >= this.#numbers.modulus) return false;
    const encodedBits = this.modulusBits - 1;
    const encodedBytes = Math.ceil(encodedBits / 8);
    const encoded = rsaPublicOperation(number, this.#numbers);
    // A modulus of 8n + 1 bits has one byte more than the encoding, which must be 0 then.
    if (bitLength(encoded) > 8 * encodedBytes) return false;
    return isPssEncoding(i2osp(encoded, encodedBytes), encodedBits, data);
  }
}
