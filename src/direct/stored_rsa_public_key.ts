import { keyFingerprint } from "../crypto/rsa.ts";
import { RsaKeyError } from "../crypto/rsa_error.ts";
import { importSpkiDer } from "../crypto/rsa_import.ts";
import type { RsaPublicKey } from "../crypto/rsa_public_key.ts";

/**
 * A client's key as it was kept: read when it is used for the first time. Reading thousands of them
 * at the start would keep the first client waiting for seconds.
 */
export class StoredRsaPublicKey implements RsaPublicKey {
  readonly der: Uint8Array<ArrayBuffer>;
  readonly fingerprint: string;
  readonly modulusBits: number;
  readonly modulusBytes: number;
  #key: Promise<RsaPublicKey> | undefined;

  /**
   * @param der SubjectPublicKeyInfo of a key that was imported once; not to be changed any more.
   * @param modulusBits Exact length of its modulus.
   */
  constructor(der: Uint8Array<ArrayBuffer>, modulusBits: number) {
    this.der = der;
    this.fingerprint = keyFingerprint(der);
    this.modulusBits = modulusBits;
    this.modulusBytes = Math.ceil(modulusBits / 8);
  }

  /** @throws {RsaKeyError} If what was kept is no key after all. */
  async encrypt(plaintext: Uint8Array): Promise<Uint8Array<ArrayBuffer>> {
    return await (await this.#imported()).encrypt(plaintext);
  }

  /** @throws {RsaKeyError} If what was kept is no key after all. */
  async verify(signature: Uint8Array, data: Uint8Array): Promise<boolean> {
    return await (await this.#imported()).verify(signature, data);
  }

  async #imported(): Promise<RsaPublicKey> {
    return await (this.#key ??= this.#import());
  }

  async #import(): Promise<RsaPublicKey> {
    const key = await importSpkiDer(this.der);
    if (key.modulusBits === this.modulusBits) return key;
    throw new RsaKeyError(
      "RSA_KEY_BITS",
      `Cannot use kept RSA key: it has ${key.modulusBits} bits, and was kept as one of ${this.modulusBits}`,
    );
  }
}
