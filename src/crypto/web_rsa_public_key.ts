import { rsaEncrypt } from "./rsa_oaep.ts";
import { RSA_PSS } from "./rsa_pss.ts";
import type { RsaPublicKey, RsaPublicKeyFacts } from "./rsa_public_key.ts";
import { os2ip } from "./rsa_public_operation.ts";

/** An RSA public key that WebCrypto can use: up to 4096 bits. */
export class WebRsaPublicKey implements RsaPublicKey {
  /** See `RsaPublicKey.der`. */
  readonly der: Uint8Array<ArrayBuffer>;
  /** See `RsaPublicKey.fingerprint`. */
  readonly fingerprint: string;
  /** See `RsaPublicKey.modulusBits`. */
  readonly modulusBits: number;
  /** See `RsaPublicKey.modulusBytes`. */
  readonly modulusBytes: number;
  readonly #modulus: bigint;
  readonly #encryptKey: CryptoKey;
  readonly #verifyKey: CryptoKey;

  private constructor(
    facts: RsaPublicKeyFacts,
    modulus: bigint,
    encryptKey: CryptoKey,
    verifyKey: CryptoKey,
  ) {
    this.der = facts.der;
    this.fingerprint = facts.fingerprint;
    this.modulusBits = facts.modulusBits;
    this.modulusBytes = facts.modulusBytes;
    this.#modulus = modulus;
    this.#encryptKey = encryptKey;
    this.#verifyKey = verifyKey;
  }

  /**
   * Makes the key; `importSpkiDer` has checked it.
   *
   * @param facts Its bytes and numbers; kept.
   * @param modulus Its modulus.
   * @param encryptKey The same key, imported for RSA-OAEP.
   */
  static async of(
    facts: RsaPublicKeyFacts,
    modulus: bigint,
    encryptKey: CryptoKey,
  ): Promise<WebRsaPublicKey> {
    // WebCrypto binds a key to one algorithm, so the two uses need two of it.
    const verifyKey = await crypto.subtle.importKey("spki", facts.der, RSA_PSS, true, ["verify"]);
    return new WebRsaPublicKey(facts, modulus, encryptKey, verifyKey);
  }

  /** See `RsaPublicKey.encrypt`. */
  async encrypt(plaintext: Uint8Array): Promise<Uint8Array<ArrayBuffer>> {
    return await rsaEncrypt(this.#encryptKey, plaintext);
  }

  /** See `RsaPublicKey.verify`. */
  async verify(signature: Uint8Array, data: Uint8Array): Promise<boolean> {
    if (signature.byteLength !== this.modulusBytes) return false;
    // RFC 8017, section 5.2.2, step 1, which the runtime of Deno 2.9 leaves out: then a signature
    // would have a second spelling, itself with the modulus added.
    if (os2ip(signature) >= this.#modulus) return false;
    return await crypto.subtle.verify(
      RSA_PSS,
      this.#verifyKey,
      new Uint8Array(signature),
      new Uint8Array(data),
    );
  }
}
