import { concat } from "@std/bytes";
import { Fernet } from "../../src/crypto/fernet.ts";
import { sha256 } from "../../src/crypto/sha256.ts";
import { decodeHybridKey } from "../../src/wire/hybrid_key.ts";
import { joinMessage } from "../../src/wire/message.ts";
import { decodeMessagePart, type MessagePart } from "../../src/wire/message_part.ts";
import { signedBytes } from "../../src/wire/signed_bytes.ts";
import { decodeTlvs, findTlv, type Tlv } from "../../src/wire/tlv.ts";
import { DEFAULT_TLV_TYPES } from "../../src/wire/tlv_types.ts";
import { decodeU64 } from "../../src/wire/u64.ts";
import type { DirectFakeKey } from "./direct_fake_key.ts";

/** A message that a peer took. */
export interface PeerMessage {
  readonly payload: Uint8Array;
  readonly form: "plain" | "hybrid";
  readonly isSigned: boolean;
}

/** A wire message that a peer opened, copies included. */
export interface PeerPart {
  readonly messageId: number | undefined;
  readonly sequence: bigint | undefined;
  readonly number: number;
  readonly count: number;
  readonly payloadBytes: number;
  readonly tokenSeconds: number | undefined;
}

interface Transfer {
  readonly parts: Map<number, Uint8Array>;
  /** The last part, whose ACK waits until all others are there. */
  heldId: number | undefined;
}

/** What a direct server does with bodies: opens them, puts parts together, takes each once (PROTOCOL 2.2). */
export class DirectPeerInbox {
  /** What it took, each message once. */
  readonly messages: PeerMessage[] = [];
  /** What it opened, copies included. */
  readonly parts: PeerPart[] = [];
  readonly #key: DirectFakeKey;
  readonly #hasSigned: (signature: Uint8Array, data: Uint8Array) => boolean;
  readonly #taken = new Set<string>();
  readonly #transfers = new Map<string, Transfer>();

  /** @param key The server's. @param hasSigned Whether a client has signed something. */
  constructor(key: DirectFakeKey, hasSigned: (signature: Uint8Array, data: Uint8Array) => boolean) {
    this.#key = key;
    this.#hasSigned = hasSigned;
  }

  /**
   * Takes a body.
   *
   * @param body The body.
   * @param messageId Of its fragments; `undefined` when it came whole.
   * @returns The messages that are to be acknowledged now, by id.
   */
  take(body: Uint8Array, messageId: number | undefined): (number | undefined)[] {
    const { modulusBytes } = this.#key;
    const first = this.#key.open(body.subarray(0, modulusBytes));
    if (first === undefined) return [];
    const fernetKey = decodeHybridKey(first);
    return fernetKey === undefined
      ? this.#takeBlocks(body, messageId)
      : this.#takeToken(fernetKey, body.subarray(modulusBytes), messageId);
  }

  #takeBlocks(body: Uint8Array, messageId: number | undefined): (number | undefined)[] {
    const { modulusBytes } = this.#key;
    const plaintexts: Uint8Array[] = [];
    for (let at = 0; at < body.byteLength; at += modulusBytes) {
      const plaintext = this.#key.open(body.subarray(at, at + modulusBytes));
      if (plaintext === undefined) return [];
      plaintexts.push(plaintext);
    }
    const payload = concat(plaintexts);
    const part = { sequence: undefined, number: 0, count: 1, tokenSeconds: undefined };
    this.parts.push({ ...part, messageId, payloadBytes: payload.byteLength });
    this.#deliver(sha256(body).toHex(), { payload, form: "plain", isSigned: false });
    return [messageId];
  }

  #takeToken(
    fernetKey: string,
    token: Uint8Array,
    messageId: number | undefined,
  ): (number | undefined)[] {
    const opened = new Fernet(fernetKey).open(token);
    const plaintext = opened.ok ? opened.plaintext() : undefined;
    if (!opened.ok || plaintext === undefined) return [];
    const tlvs = decodeTlvs(plaintext);
    const payload = joinMessage(DEFAULT_TLV_TYPES.MESSAGE, tlvs) ?? new Uint8Array();
    const sequence = decodeU64(valueOf(tlvs, "CLIENT_SEQUENCE"));
    const part = decodeMessagePart(valueOf(tlvs, "MESSAGE_PART"));
    const { number, count } = part ?? { number: 0, count: 1 };
    const payloadBytes = payload.byteLength;
    const tokenSeconds = opened.timestamp;
    this.parts.push({ messageId, sequence, number, count, payloadBytes, tokenSeconds });
    const signature = valueOf(tlvs, "SIGNATURE");
    const data = signedBytes(sha256(this.#key.der), sequence ?? 0n, payload);
    const message: PeerMessage = {
      payload,
      form: "hybrid",
      isSigned: this.#hasSigned(signature, data),
    };
    if (part !== undefined) return this.#takePart(fernetKey, part, message, messageId);
    this.#deliver(`${fernetKey} ${sequence}`, message);
    return [messageId];
  }

  #takePart(
    fernetKey: string,
    { transferId, number, count }: MessagePart,
    message: PeerMessage,
    messageId: number | undefined,
  ): (number | undefined)[] {
    const name = `${fernetKey} ${transferId.toHex()}`;
    const transfer = this.#transfers.get(name) ?? { parts: new Map(), heldId: undefined };
    this.#transfers.set(name, transfer);
    const { parts } = transfer;
    parts.set(number, message.payload);
    const isLast = number === count - 1;
    if (isLast) transfer.heldId = messageId;
    if (parts.size < count) return isLast ? [] : [messageId];
    const inOrder = [...parts].sort(([a], [b]) => a - b).map(([, bytes]) => bytes);
    this.#deliver(name, { ...message, payload: concat(inOrder) });
    return isLast ? [messageId] : [messageId, transfer.heldId];
  }

  #deliver(mark: string, message: PeerMessage): void {
    if (this.#taken.has(mark)) return;
    this.#taken.add(mark);
    this.messages.push(message);
  }
}

function valueOf(tlvs: readonly Tlv[], name: keyof typeof DEFAULT_TLV_TYPES): Uint8Array {
  return findTlv(tlvs, DEFAULT_TLV_TYPES[name]) ?? new Uint8Array();
}
