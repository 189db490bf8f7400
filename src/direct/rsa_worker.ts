import { RsaDecryptError, RsaKeyError } from "../crypto/rsa_error.ts";
import { importSpkiPem } from "../crypto/rsa_import.ts";
import type { RsaPrivateKey } from "../crypto/rsa_private_key.ts";
import type { RsaPublicKey } from "../crypto/rsa_public_key.ts";
import { JobQueue } from "../session/job_queue.ts";

/**
 * Does the RSA operations that the core asks for, few at a time. What comes from the network never
 * makes one throw.
 */
export class RsaWorker {
  readonly #key: RsaPrivateKey;
  readonly #jobs: JobQueue;

  /** @param key The server's key. @param maxRunning Operations at the same time. */
  constructor(key: RsaPrivateKey, maxRunning: number) {
    this.#key = key;
    this.#jobs = new JobQueue(maxRunning);
  }

  /** @returns The key that a PEM text holds, or why it is refused. */
  async importKey(pem: Uint8Array): Promise<RsaPublicKey | { readonly refused: string }> {
    try {
      return await this.#jobs.run(() => importSpkiPem(pem));
    } catch (error) {
      if (error instanceof RsaKeyError) return { refused: error.message };
      throw error;
    }
  }

  /** @returns What a block holds, or `undefined` when it does not decrypt. */
  async decryptBlock(block: Uint8Array): Promise<Uint8Array | undefined> {
    try {
      return await this.#jobs.run(() => this.#key.decrypt(block));
    } catch (error) {
      if (error instanceof RsaDecryptError) return undefined;
      throw error;
    }
  }

  /** @returns A block for each plaintext, or `undefined` when the key can't be used. */
  async encryptBlocks(
    key: RsaPublicKey,
    plaintexts: readonly Uint8Array[],
  ): Promise<Uint8Array[] | undefined> {
    try {
      const blocks: Uint8Array[] = [];
      // Each waits for its turn: a long message must not keep the answers of others waiting.
      for (const plaintext of plaintexts) {
        blocks.push(await this.#jobs.run(() => key.encrypt(plaintext)));
      }
      return blocks;
    } catch (error) {
      if (error instanceof RsaKeyError) return undefined;
      throw error;
    }
  }

  /** @returns Whether the owner of a key signed these bytes. */
  async verifySignature(
    key: RsaPublicKey,
    signature: Uint8Array,
    signedBytes: Uint8Array,
  ): Promise<boolean> {
    try {
      return await this.#jobs.run(() => key.verify(signature, signedBytes));
    } catch (error) {
      if (error instanceof RsaKeyError) return false;
      throw error;
    }
  }
}
