import { importSpkiDer, RsaDecryptError, RsaKeyError } from "../../crypto/rsa.ts";
import type { RsaPrivateKey } from "../../crypto/rsa_private_key.ts";
import type { RsaPublicKey } from "../../crypto/rsa_public_key.ts";
import type { Instant } from "../../session/instant.ts";
import type { DirectClientCore } from "./direct_client_core.ts";
import type { DirectClientEffect, DirectRsaJob, KeyImport } from "./direct_client_effect.ts";

/** Hands the result of a job to a core. */
export type DirectJobResult = (core: DirectClientCore, now: Instant) => DirectClientEffect[];

/**
 * Does a job that takes RSA. Nothing of the network makes it throw, whatever it holds.
 *
 * @param job The job.
 * @param ownKey The client's own key.
 * @returns What hands the result over.
 */
export async function doRsaJob(job: DirectRsaJob, ownKey: RsaPrivateKey): Promise<DirectJobResult> {
  const { jobId } = job;
  switch (job.type) {
    case "import_key": {
      const result = await importKey(job.der);
      return (core, now) => core.keyImported(jobId, result, now);
    }
    case "encrypt_blocks": {
      const blocks = await encryptBlocks(job.key, job.plaintexts);
      return (core, now) => core.blocksEncrypted(jobId, blocks, now);
    }
    case "sign": {
      const signature = await ownKey.sign(job.data);
      return (core, now) => core.signed(jobId, signature, now);
    }
    case "decrypt_block": {
      const plaintext = await decryptBlock(ownKey, job.block);
      return (core, now) => core.blockDecrypted(jobId, plaintext, now);
    }
    default:
      return job satisfies never;
  }
}

async function importKey(der: Uint8Array): Promise<KeyImport> {
  try {
    return { outcome: "usable", key: await importSpkiDer(der) };
  } catch (error) {
    if (!(error instanceof RsaKeyError)) throw error;
    return { outcome: "unusable", reason: error.message };
  }
}

/** One after the other: the runtime would start a thread for each. */
async function encryptBlocks(
  key: RsaPublicKey,
  plaintexts: readonly Uint8Array[],
): Promise<Uint8Array[]> {
  const blocks: Uint8Array[] = [];
  for (const plaintext of plaintexts) blocks.push(await key.encrypt(plaintext));
  return blocks;
}

async function decryptBlock(
  key: RsaPrivateKey,
  block: Uint8Array,
): Promise<Uint8Array | undefined> {
  try {
    return await key.decrypt(block);
  } catch (error) {
    if (!(error instanceof RsaDecryptError)) throw error;
    return undefined;
  }
}
