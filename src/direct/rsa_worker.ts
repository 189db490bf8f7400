import { RsaDecryptError, RsaKeyError } from "../crypto/rsa_error.ts";
import { importSpkiPem } from "../crypto/rsa_import.ts";
import type { RsaPrivateKey } from "../crypto/rsa_private_key.ts";
import type { RsaPublicKey } from "../crypto/rsa_public_key.ts";
import { RsaMeter, type RsaOperation } from "../observe/rsa_meter.ts";
import type { Instant } from "../session/instant.ts";
import { JobQueue } from "../session/job_queue.ts";
import type { DirectCore } from "./direct_core.ts";
import type { DirectEffect } from "./direct_effects.ts";

/** An effect that an RSA operation is done for. */
export type RsaEffect = Extract<
  DirectEffect,
  { type: "import_key" | "decrypt_block" | "encrypt_blocks" | "verify_signature" }
>;

/** Hands the result of an operation to the core that asked for it. */
export type RsaOutcome = (core: DirectCore, now: Instant) => DirectEffect[];

/**
 * Does the RSA operations that the core asks for, few at a time. What comes from the network never
 * makes one throw.
 */
export class RsaWorker {
  readonly #key: RsaPrivateKey;
  readonly #jobs: JobQueue;
  readonly #meter: RsaMeter;

  /**
   * @param key The server's key.
   * @param maxRunning Operations at the same time.
   * @param meter Measures them; by default one of its own.
   */
  constructor(key: RsaPrivateKey, maxRunning: number, meter: RsaMeter = new RsaMeter()) {
    this.#key = key;
    this.#jobs = new JobQueue(maxRunning);
    this.#meter = meter;
  }

  /**
   * Does the operation of an effect when its turn comes.
   *
   * @returns What is to be done with the result.
   */
  async perform(effect: RsaEffect): Promise<RsaOutcome> {
    const { jobId } = effect;
    switch (effect.type) {
      case "import_key": {
        const result = await this.#importKey(effect.pem);
        return (core, now) => core.keyImported(jobId, result, now);
      }
      case "decrypt_block": {
        const plaintext = await this.#decryptBlock(effect.block);
        return (core, now) => core.blockDecrypted(jobId, plaintext, now);
      }
      case "encrypt_blocks": {
        const blocks = await this.#encryptBlocks(effect.key, effect.plaintexts);
        return (core, now) => core.blocksEncrypted(jobId, blocks, now);
      }
      case "verify_signature": {
        const isValid = await this.#verifySignature(effect);
        return (core, now) => core.signatureVerified(jobId, isValid, now);
      }
      default:
        return effect satisfies never;
    }
  }

  /** Does an operation when its turn comes, and measures it from then on. */
  async #run<T>(operation: RsaOperation, work: () => Promise<T>): Promise<T> {
    return await this.#jobs.run(() => this.#meter.measure(operation, work));
  }

  async #importKey(pem: Uint8Array): Promise<RsaPublicKey | { readonly refused: string }> {
    try {
      return await this.#run("import", () => importSpkiPem(pem));
    } catch (error) {
      if (error instanceof RsaKeyError) return { refused: error.message };
      throw error;
    }
  }

  async #decryptBlock(block: Uint8Array): Promise<Uint8Array | undefined> {
    try {
      return await this.#run("decrypt", () => this.#key.decrypt(block));
    } catch (error) {
      if (error instanceof RsaDecryptError) return undefined;
      throw error;
    }
  }

  async #encryptBlocks(
    key: RsaPublicKey,
    plaintexts: readonly Uint8Array[],
  ): Promise<Uint8Array[] | undefined> {
    try {
      const blocks: Uint8Array[] = [];
      // Each waits for its turn: a long message must not keep the answers of others waiting.
      for (const plaintext of plaintexts) {
        blocks.push(await this.#run("encrypt", () => key.encrypt(plaintext)));
      }
      return blocks;
    } catch (error) {
      if (error instanceof RsaKeyError) return undefined;
      throw error;
    }
  }

  async #verifySignature(
    { key, signature, signedBytes }: Extract<RsaEffect, { type: "verify_signature" }>,
  ): Promise<boolean> {
    try {
      return await this.#run("verify", () => key.verify(signature, signedBytes));
    } catch (error) {
      if (error instanceof RsaKeyError) return false;
      throw error;
    }
  }
}
