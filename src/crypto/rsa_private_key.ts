import { Buffer } from "node:buffer";
import { createPrivateKey, createPublicKey } from "node:crypto";
import { decodePkcs8Pem, encodePkcs8Pem } from "./pkcs8_pem.ts";
import { RSA_PUBLIC_EXPONENT, type RsaModulusBits } from "./rsa.ts";
import { RsaKeyError } from "./rsa_error.ts";
import { importSpkiDer } from "./rsa_import.ts";
import { RSA_OAEP, rsaDecrypt } from "./rsa_oaep.ts";
import { RSA_PSS } from "./rsa_pss.ts";
import type { RsaPublicKey } from "./rsa_public_key.ts";
import { encodeSpkiPem } from "./spki_pem.ts";

/** The longest key that the runtime of Deno 2.9 decrypts with. */
const MAX_MODULUS_BITS = 4096;

/** A private key and the PEM text to store it as. */
export interface KeptRsaPrivateKey {
  /** The key, ready for use. */
  readonly key: RsaPrivateKey;
  /** PKCS #8 PEM, ASCII; the caller keeps it secret. */
  readonly pem: Uint8Array<ArrayBuffer>;
}

/**
 * An RSA key pair that decrypts with RSA-OAEP and signs with RSA-PSS. Its private half is not
 * extractable: it can be used, but its bytes can't be read, logged or stored.
 *
 * @see PROTOCOL 2.2
 */
export class RsaPrivateKey {
  readonly #publicKey: RsaPublicKey;
  readonly #decryptKey: CryptoKey;
  readonly #signKey: CryptoKey;

  private constructor(publicKey: RsaPublicKey, decryptKey: CryptoKey, signKey: CryptoKey) {
    this.#publicKey = publicKey;
    this.#decryptKey = decryptKey;
    this.#signKey = signKey;
  }

  /**
   * Generates a key with public exponent 65537; takes a third of a second to seconds.
   *
   * @param modulusBits Length of the modulus.
   */
  static async generate(modulusBits: RsaModulusBits): Promise<RsaPrivateKey> {
    return await withNewPkcs8(modulusBits, (pkcs8) => RsaPrivateKey.#of(pkcs8));
  }

  /**
   * Generates a key that will be stored.
   *
   * @param modulusBits Length of the modulus.
   * @returns The key, and the text that `import` takes.
   */
  static async generateForKeeping(modulusBits: RsaModulusBits): Promise<KeptRsaPrivateKey> {
    return await withNewPkcs8(modulusBits, async (pkcs8) => ({
      key: await RsaPrivateKey.#of(pkcs8),
      pem: encodePkcs8Pem(pkcs8),
    }));
  }

  /**
   * Takes up a stored key. It is tried once: what is decrypted or signed with a damaged key can tell
   * its secret (Boneh, DeMillo and Lipton's attack on the Chinese remainder theorem).
   *
   * @param pem PKCS #8 PEM, and anything else that was found in its place; not kept.
   * @throws {RsaKeyError} If it is no such key, is protected by a passphrase, is not RSA of 2048 to
   * 4096 bits, or its parts don't fit; the message says what to do.
   */
  static async import(pem: Uint8Array): Promise<RsaPrivateKey> {
    return await overwritten(decodePkcs8Pem(pem), (pkcs8) => RsaPrivateKey.#of(pkcs8));
  }

  /** SubjectPublicKeyInfo of its public half, DER; not to be changed. */
  get publicDer(): Uint8Array<ArrayBuffer> {
    return this.#publicKey.der;
  }

  /** Its public half as PEM, lines ended by LF. */
  get publicPem(): string {
    return encodeSpkiPem(this.#publicKey.der);
  }

  /** `SHA256:` and the unpadded base64 of SHA-256 over `publicDer`. */
  get fingerprint(): string {
    return this.#publicKey.fingerprint;
  }

  /** Exact length of the modulus, 2048 to 4096. */
  get modulusBits(): number {
    return this.#publicKey.modulusBits;
  }

  /** Length of the modulus in whole bytes, as that of every block and signature. */
  get modulusBytes(): number {
    return this.#publicKey.modulusBytes;
  }

  /**
   * Decrypts one RSA-OAEP block.
   *
   * @param block Any bytes; not kept.
   * @returns The plaintext in a new array owned by the caller.
   * @throws {RsaDecryptError} If it does not decrypt, always alike.
   * @see PROTOCOL 2.2; RFC 8017, section 7.1.2
   */
  async decrypt(block: Uint8Array): Promise<Uint8Array<ArrayBuffer>> {
    return await rsaDecrypt(this.#decryptKey, block);
  }

  /**
   * Signs with RSA-PSS (SHA-256, MGF1-SHA-256, salt of 32 bytes).
   *
   * @param data What to sign; not kept.
   * @returns The signature, `modulusBytes` bytes owned by the caller.
   * @see PROTOCOL 2.2; RFC 8017, section 8.1.1
   */
  async sign(data: Uint8Array): Promise<Uint8Array<ArrayBuffer>> {
    return new Uint8Array(await crypto.subtle.sign(RSA_PSS, this.#signKey, new Uint8Array(data)));
  }

  static async #of(pkcs8: Uint8Array<ArrayBuffer>): Promise<RsaPrivateKey> {
    const decryptKey = await importPrivate(pkcs8, RSA_OAEP, "decrypt");
    const signKey = await importPrivate(pkcs8, RSA_PSS, "sign");
    const publicKey = await importSpkiDer(publicDerOf(pkcs8), MAX_MODULUS_BITS);
    const key = new RsaPrivateKey(publicKey, decryptKey, signKey);
    await key.#tryOnce();
    return key;
  }

  async #tryOnce(): Promise<void> {
    const data = new Uint8Array(1);
    // A key whose parts don't fit either throws here or signs what does not verify.
    const signature = await this.sign(data).catch(() => undefined);
    if (signature !== undefined && await this.#publicKey.verify(signature, data)) return;
    throw new RsaKeyError("RSA_KEY_UNUSABLE", "Cannot use RSA key: its parts do not fit together");
  }
}

async function withNewPkcs8<T>(
  modulusBits: RsaModulusBits,
  use: (pkcs8: Uint8Array<ArrayBuffer>) => Promise<T>,
): Promise<T> {
  const algorithm = {
    ...RSA_OAEP,
    modulusLength: modulusBits,
    publicExponent: Uint8Array.from(RSA_PUBLIC_EXPONENT),
  };
  // Extractable for this moment, since WebCrypto can't give one new key to two algorithms.
  const { privateKey } = await crypto.subtle.generateKey(algorithm, true, ["encrypt", "decrypt"]);
  return await overwritten(
    new Uint8Array(await crypto.subtle.exportKey("pkcs8", privateKey)),
    use,
  );
}

/** Leaves none of the secret behind in memory that outlives its use. */
async function overwritten<T>(
  secret: Uint8Array<ArrayBuffer>,
  use: (secret: Uint8Array<ArrayBuffer>) => Promise<T>,
): Promise<T> {
  try {
    return await use(secret);
  } finally {
    secret.fill(0);
  }
}

async function importPrivate(
  pkcs8: Uint8Array<ArrayBuffer>,
  algorithm: RsaHashedImportParams,
  usage: "decrypt" | "sign",
): Promise<CryptoKey> {
  try {
    return await crypto.subtle.importKey("pkcs8", pkcs8, algorithm, false, [usage]);
  } catch (error) {
    if (!(error instanceof DOMException)) throw error;
    throw notAnRsaKey();
  }
}

/** By node:crypto, since WebCrypto gives the public half only of keys that can be exported. */
function publicDerOf(pkcs8: Uint8Array<ArrayBuffer>): Uint8Array {
  const key = Buffer.from(pkcs8.buffer, pkcs8.byteOffset, pkcs8.byteLength);
  try {
    const privateKey = createPrivateKey({ key, format: "der", type: "pkcs8" });
    return createPublicKey(privateKey).export({ format: "der", type: "spki" });
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw notAnRsaKey();
  }
}

/** Without a cause, whose text may quote bytes of the key. */
function notAnRsaKey(): RsaKeyError {
  return new RsaKeyError("RSA_KEY_FORMAT", "Cannot read RSA key: not an RSA key in PKCS #8");
}
