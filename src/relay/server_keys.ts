import type { Identity } from "../crypto/identity.ts";
import {
  exportSpkiPem,
  generateRsaKeyPair,
  keyFingerprint,
  rsaDecrypt,
  RsaDecryptError,
  type RsaKeyPair,
  type RsaModulusBits,
  spkiDer,
} from "../crypto/rsa.ts";
import { RsaMeter } from "../observe/rsa_meter.ts";
import { encodeServerIdentity } from "../wire/server_identity.ts";
import type { ServerKey } from "./relay_options.ts";

/**
 * How long a signature of the RSA key may be trusted, seconds. It is renewed when half of it is
 * over, so a client sees one that holds for 12 hours or more.
 */
export const IDENTITY_LIFETIME_SECONDS = 24 * 60 * 60;

/** When a signature is renewed after it was made, milliseconds. */
export const IDENTITY_RENEWAL_MS = IDENTITY_LIFETIME_SECONDS / 2 * 1000;

/** An RSA key of the relay: the half that clients get, and the half that stays in memory. */
interface CurrentKey {
  readonly pair: RsaKeyPair;
  readonly der: Uint8Array;
  readonly serverKey: ServerKey;
}

/** The relay's RSA key, made anew at each start and never written to disk, and who vouches for it. */
export class ServerKeys {
  readonly #identity: Identity;
  readonly #bits: RsaModulusBits;
  readonly #meter: RsaMeter;
  #current: CurrentKey;

  private constructor(
    identity: Identity,
    bits: RsaModulusBits,
    meter: RsaMeter,
    current: CurrentKey,
  ) {
    this.#identity = identity;
    this.#bits = bits;
    this.#meter = meter;
    this.#current = current;
  }

  /**
   * Makes the first RSA key; takes a third of a second or more.
   *
   * @param identity Who signs it.
   * @param bits Its length.
   * @param meter Measures its decryptions; by default one of its own.
   */
  static async create(
    identity: Identity,
    bits: RsaModulusBits,
    meter: RsaMeter = new RsaMeter(),
  ): Promise<ServerKeys> {
    return new ServerKeys(identity, bits, meter, await generateKey(bits, 1));
  }

  /** The public half of the key in use. */
  get serverKey(): ServerKey {
    return this.#current.serverKey;
  }

  /** `SHA256:...` of the key in use. */
  get fingerprint(): string {
    return keyFingerprint(this.#current.der);
  }

  /** Replaces the RSA key by a new one; the old one is gone for good. */
  async rotate(): Promise<void> {
    this.#current = await generateKey(this.#bits, this.#current.serverKey.generation + 1);
  }

  /**
   * Signs the RSA key in use.
   *
   * @param nowUnixMs Wall-clock time, milliseconds.
   * @returns The value of SERVER_IDENTITY.
   * @see PROTOCOL 1.3
   */
  async sign(nowUnixMs: number): Promise<Uint8Array> {
    const notAfter = BigInt(Math.floor(nowUnixMs / 1000) + IDENTITY_LIFETIME_SECONDS);
    const signature = await this.#identity.signServerIdentity(this.#current.der, notAfter);
    return encodeServerIdentity({ publicKey: this.#identity.publicKey, notAfter, signature });
  }

  /**
   * Decrypts an RSA block.
   *
   * @param ciphertext The block.
   * @param generation The key that it was made for.
   * @returns The plaintext, or `undefined` when it does not decrypt or that key is gone.
   */
  async decrypt(
    ciphertext: Uint8Array<ArrayBuffer>,
    generation: number,
  ): Promise<Uint8Array | undefined> {
    const { pair, serverKey } = this.#current;
    if (generation !== serverKey.generation) return undefined;
    try {
      return await this.#meter.measure("decrypt", () => rsaDecrypt(pair.privateKey, ciphertext));
    } catch (error) {
      if (error instanceof RsaDecryptError) return undefined;
      throw error;
    }
  }
}

async function generateKey(bits: RsaModulusBits, generation: number): Promise<CurrentKey> {
  const pair = await generateRsaKeyPair(bits);
  const der = await spkiDer(pair.publicKey);
  const pem = new TextEncoder().encode(await exportSpkiPem(pair.publicKey));
  return { pair, der, serverKey: { pem, modulusBytes: bits / 8, generation } };
}
