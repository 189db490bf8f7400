import { concat } from "@std/bytes";
import { maxBlockPlaintextBytes, plaintextBlocks } from "../../crypto/plaintext_blocks.ts";
import type { RsaPublicKey } from "../../crypto/rsa_public_key.ts";
import type { Instant } from "../../session/instant.ts";
import { directFragments, maxDirectBodyBytes } from "../../wire/direct_frame.ts";
import { DirectClientError } from "./direct_client_error.ts";
import type { DirectClientState } from "./direct_client_state.ts";
import { DirectDelivery, type SealedPart } from "./direct_delivery.ts";
import type { DirectForm } from "./direct_form.ts";
import { type DirectPart, DirectTransfer } from "./direct_transfer.ts";
import { WholeDatagramSlot } from "./direct_whole_datagram_slot.ts";

/** Blocks encrypted by one job, so that other work gets its turn between two of them. */
export const BLOCKS_PER_JOB = 16;

interface PlainWork {
  readonly delivery: DirectDelivery;
  readonly plaintexts: readonly Uint8Array[];
  readonly blocks: Uint8Array[];
}

/**
 * Messages of RSA blocks alone.
 *
 * Unlike a token, such a body is never encrypted anew: the server knows a copy by its bytes, and
 * would take the same message in other bytes for another one.
 *
 * @see PROTOCOL 2.2
 */
export class DirectPlainForm implements DirectForm {
  readonly #client: DirectClientState;
  readonly #serverKey: RsaPublicKey;
  readonly #maxBytes: number;
  readonly #working = new Map<number, PlainWork>();
  readonly #slot = new WholeDatagramSlot();

  /** @param client What the parts of the client share. @param serverKey The server's. */
  constructor(client: DirectClientState, serverKey: RsaPublicKey) {
    const { modulusBytes } = serverKey;
    const maxBodyBytes = maxDirectBodyBytes(client.options.maxFragmentBytes, modulusBytes);
    this.#client = client;
    this.#serverKey = serverKey;
    this.#maxBytes = Math.floor(maxBodyBytes / modulusBytes) *
      maxBlockPlaintextBytes(modulusBytes);
  }

  /** See `DirectForm`; a message is never cut. */
  transfer(messageId: number, payload: Uint8Array): DirectTransfer {
    if (payload.byteLength > this.#maxBytes) {
      throw new DirectClientError(
        "MESSAGE_TOO_LARGE",
        `Cannot send message: it has ${payload.byteLength} bytes, and at most ${this.#maxBytes} ` +
          "fit in RSA blocks alone; leave --plain-rsa out to send it",
      );
    }
    return new DirectTransfer(messageId, payload);
  }

  /** See `DirectForm`. */
  deliver(part: DirectPart, _now: Instant): DirectDelivery {
    const plaintexts = plaintextBlocks(part.payload, this.#serverKey.modulusBytes);
    const delivery = new DirectDelivery(part, plaintexts.length, this.#client.options.random);
    this.#encryptNext({ delivery, plaintexts, blocks: [] });
    return delivery;
  }

  /** See `DirectForm`. */
  blocksEncrypted(jobId: number, blocks: readonly Uint8Array[], now: Instant): void {
    const work = this.#working.get(jobId);
    if (work === undefined) return;
    this.#working.delete(jobId);
    work.blocks.push(...blocks);
    if (work.blocks.length < work.plaintexts.length) return this.#encryptNext(work);
    const sealed = this.#sealed(work, now);
    work.delivery.begin(() => sealed, now);
  }

  /** See `DirectForm`; nothing is signed. */
  signed(): void {}

  /** See `DirectForm`. */
  end(delivery: DirectDelivery): void {
    for (const [jobId, work] of this.#working) {
      if (work.delivery === delivery) this.#working.delete(jobId);
    }
    this.#slot.free(delivery);
  }

  #encryptNext(work: PlainWork): void {
    const jobId = this.#client.nextJobId();
    const { length } = work.blocks;
    const plaintexts = work.plaintexts.slice(length, length + BLOCKS_PER_JOB);
    const key = this.#serverKey;
    this.#working.set(jobId, work);
    this.#client.effects.push({ type: "encrypt_blocks", jobId, key, plaintexts });
  }

  #sealed({ delivery, blocks }: PlainWork, now: Instant): SealedPart {
    if (blocks.length === 1 && this.#slot.take(delivery, now.monotonicMs)) {
      return { messageId: undefined, datagrams: blocks };
    }
    const messageId = this.#client.nextMessageId();
    const { maxFragmentBytes } = this.#client.options;
    const { modulusBytes } = this.#serverKey;
    const datagrams = directFragments(messageId, concat(blocks), maxFragmentBytes, modulusBytes);
    return { messageId, datagrams };
  }
}
