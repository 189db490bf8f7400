import { concat } from "@std/bytes";
import { Fernet } from "../../crypto/fernet.ts";
import type { RsaPublicKey } from "../../crypto/rsa_public_key.ts";
import { sha256 } from "../../crypto/sha256.ts";
import { type Instant, unixSeconds } from "../../session/instant.ts";
import { directFragments } from "../../wire/direct_frame.ts";
import { encodeHybridKey } from "../../wire/hybrid_key.ts";
import { messageTlvs } from "../../wire/message.ts";
import { encodeMessagePart, TRANSFER_ID_BYTES } from "../../wire/message_part.ts";
import { signedBytes } from "../../wire/signed_bytes.ts";
import { encodeTlvs, type Tlv } from "../../wire/tlv.ts";
import { DEFAULT_TLV_TYPES } from "../../wire/tlv_types.ts";
import { encodeU64 } from "../../wire/u64.ts";
import type { DirectClientState } from "./direct_client_state.ts";
import { DirectDelivery, type SealedPart } from "./direct_delivery.ts";
import type { DirectForm } from "./direct_form.ts";
import { type HybridPartSize, hybridPartSize } from "./direct_part_size.ts";
import { type DirectPart, DirectTransfer } from "./direct_transfer.ts";

const IV_BYTES = 16;
const FERNET_KEY_BYTES = 32;

/** The RSA block with the Fernet key, with which every body begins. */
type KeyBlock =
  | { readonly state: "none" }
  /** It is being encrypted; what waits for it leaves then, in order. */
  | { readonly state: "encrypting"; readonly jobId: number; readonly waiting: ReadyPart[] }
  | { readonly state: "there"; readonly block: Uint8Array };

interface ReadyPart {
  readonly delivery: DirectDelivery;
  readonly tlvs: readonly Tlv[];
}

interface PartToSign {
  readonly delivery: DirectDelivery;
  readonly head: readonly Tlv[];
}

/**
 * Hybrid messages: one RSA block that is encrypted once, and after it a token for each part. The
 * server decrypts that block once, and then knows it by its hash.
 *
 * @see PROTOCOL 2.2
 */
export class DirectHybridForm implements DirectForm {
  readonly #client: DirectClientState;
  readonly #serverKey: RsaPublicKey;
  readonly #serverDigest: Uint8Array;
  readonly #partSize: HybridPartSize;
  readonly #fernetKey: string;
  readonly #fernet: Fernet;
  readonly #toSign = new Map<number, PartToSign>();
  #block: KeyBlock = { state: "none" };
  #lastSequence = 0n;

  /**
   * @param client What the parts of the client share.
   * @param serverKey The server's.
   * @throws {RangeError} If the fragments are too short for any message.
   */
  constructor(client: DirectClientState, serverKey: RsaPublicKey) {
    const { options } = client;
    this.#client = client;
    this.#serverKey = serverKey;
    this.#serverDigest = sha256(serverKey.der);
    this.#partSize = hybridPartSize({
      maxFragmentBytes: options.maxFragmentBytes,
      serverModulusBytes: serverKey.modulusBytes,
      signatureBytes: options.isSigning ? options.ownKey.modulusBytes : 0,
    });
    this.#fernetKey = Fernet.generateKeyFrom(options.randomBytes(FERNET_KEY_BYTES));
    this.#fernet = new Fernet(this.#fernetKey);
  }

  /** See `DirectForm`; a message of any length is cut. */
  transfer(messageId: number, payload: Uint8Array): DirectTransfer {
    const { wholeBytes, partBytes } = this.#partSize;
    if (payload.byteLength <= wholeBytes) return new DirectTransfer(messageId, payload);
    const transferId = this.#client.options.randomBytes(TRANSFER_ID_BYTES);
    return new DirectTransfer(messageId, payload, { partBytes, transferId });
  }

  /** See `DirectForm`. */
  deliver(part: DirectPart, now: Instant): DirectDelivery {
    const { options, effects } = this.#client;
    const delivery = new DirectDelivery(part, 0, options.random);
    const sequence = ++this.#lastSequence;
    const head = headTlvs(part, sequence);
    if (!options.isSigning) {
      this.#begin({ delivery, tlvs: [...head, ...payloadTlvs(part)] }, now);
      return delivery;
    }
    const jobId = this.#client.nextJobId();
    this.#toSign.set(jobId, { delivery, head });
    const data = signedBytes(this.#serverDigest, sequence, part.payload);
    effects.push({ type: "sign", jobId, data });
    return delivery;
  }

  /** See `DirectForm`. */
  blocksEncrypted(jobId: number, blocks: readonly Uint8Array[], now: Instant): void {
    const [block] = blocks;
    if (this.#block.state !== "encrypting" || this.#block.jobId !== jobId || block === undefined) {
      return;
    }
    const { waiting } = this.#block;
    this.#block = { state: "there", block };
    for (const ready of waiting) this.#begin(ready, now);
  }

  /** See `DirectForm`. */
  signed(jobId: number, signature: Uint8Array, now: Instant): void {
    const part = this.#toSign.get(jobId);
    if (part === undefined) return;
    this.#toSign.delete(jobId);
    const { delivery, head } = part;
    const tlv = { type: DEFAULT_TLV_TYPES.SIGNATURE, value: signature };
    this.#begin({ delivery, tlvs: [...head, tlv, ...payloadTlvs(delivery.part)] }, now);
  }

  /** See `DirectForm`. */
  end(delivery: DirectDelivery): void {
    for (const [jobId, part] of this.#toSign) {
      if (part.delivery === delivery) this.#toSign.delete(jobId);
    }
  }

  #begin(ready: ReadyPart, now: Instant): void {
    switch (this.#block.state) {
      case "none":
        this.#block = this.#encryptBlock(ready);
        return;
      case "encrypting":
        this.#block.waiting.push(ready);
        return;
      case "there": {
        const { block } = this.#block;
        ready.delivery.begin((sealedAt) => this.#seal(block, ready.tlvs, sealedAt), now);
        return;
      }
      default:
        return this.#block satisfies never;
    }
  }

  #encryptBlock(first: ReadyPart): KeyBlock {
    const jobId = this.#client.nextJobId();
    const plaintexts = [encodeHybridKey(this.#fernetKey)];
    const key = this.#serverKey;
    this.#client.effects.push({ type: "encrypt_blocks", jobId, key, plaintexts });
    return { state: "encrypting", jobId, waiting: [first] };
  }

  /** Always as fragments, also a short one: so that its ACK has a message id. */
  #seal(block: Uint8Array, tlvs: readonly Tlv[], now: Instant): SealedPart {
    const { options } = this.#client;
    const token = this.#fernet.encrypt(encodeTlvs(tlvs), {
      now: unixSeconds(now),
      iv: options.randomBytes(IV_BYTES),
    });
    const messageId = this.#client.nextMessageId();
    const { modulusBytes } = this.#serverKey;
    const body = concat([block, token]);
    const datagrams = directFragments(messageId, body, options.maxFragmentBytes, modulusBytes);
    return { messageId, datagrams };
  }
}

function headTlvs({ transfer, number }: DirectPart, sequence: bigint): Tlv[] {
  const tlv = { type: DEFAULT_TLV_TYPES.CLIENT_SEQUENCE, value: encodeU64(sequence) };
  const { transferId, partCount: count } = transfer;
  if (transferId === undefined) return [tlv];
  const value = encodeMessagePart({ transferId, number, count });
  return [tlv, { type: DEFAULT_TLV_TYPES.MESSAGE_PART, value }];
}

function payloadTlvs({ payload }: DirectPart): Tlv[] {
  return messageTlvs(DEFAULT_TLV_TYPES.MESSAGE, payload);
}
