import { concat } from "@std/bytes";
import { Fernet } from "../crypto/fernet.ts";
import type { RsaPublicKey } from "../crypto/rsa_public_key.ts";
import { type Instant, unixSeconds } from "../session/instant.ts";
import { MessageIds } from "../session/message_ids.ts";
import { parseDirectAnswer } from "../wire/direct_answer.ts";
import { directFragments, maxDirectBodyBytes } from "../wire/direct_frame.ts";
import { encodeHybridKey } from "../wire/hybrid_key.ts";
import { messageTlvs } from "../wire/message.ts";
import { encodeTlvs } from "../wire/tlv.ts";
import { tokenBytes } from "../wire/token_size.ts";
import { MAX_ANSWER_BYTES } from "./answers.ts";
import type { DirectState } from "./direct_state.ts";
import { PacedSender } from "./paced_sender.ts";
import type { Peer } from "./peer.ts";
import { plaintextBlocks } from "../crypto/plaintext_blocks.ts";

/** Messages of the user that wait for their encryption; one more is refused. */
export const MAX_WAITING_MESSAGES = 256;

/** Why a message to a client can't be sent. */
export type SendRefusal =
  /** No key is kept for this address: it would have to go unencrypted. */
  | "no_such_client"
  /** It needs more than 255 fragments. */
  | "too_large"
  /** It reads as an answer, and the client could not tell. */
  | "reads_as_answer"
  /** Too many wait. */
  | "overloaded";

/** What a body is made of, but for its RSA blocks. */
interface Sealed {
  /** The token behind the one block, in the hybrid form. */
  readonly token: Uint8Array | undefined;
  /** What its RSA blocks will hold. */
  readonly plaintexts: readonly Uint8Array[];
}

interface WaitingMessage {
  readonly sendId: number;
  readonly peer: Peer;
  readonly payloadBytes: number;
  /** The token behind the one block, in the hybrid form. */
  readonly token: Uint8Array | undefined;
}

/**
 * Sends what the user has to say to clients. It is encrypted for the client's key, in the hybrid
 * form if the client has used that; nothing acknowledges it.
 */
export class Outgoing {
  readonly #state: DirectState;
  readonly #sender: PacedSender;
  readonly #waiting = new Map<number, WaitingMessage>();
  readonly #messageIds: MessageIds;

  /** @param state What the parts of the core share. @param now The moment. */
  constructor(state: DirectState, now: Instant) {
    this.#state = state;
    this.#sender = new PacedSender(now.monotonicMs);
    this.#messageIds = new MessageIds(state.options.randomBytes(4));
  }

  /**
   * Begins to send a message. A `message_left` or `message_failed` effect says how it ends.
   *
   * @param id The client: its `ip:port`, or the fingerprint of its key.
   * @param payload Not changed by anyone until it has left.
   * @param sendId Named in that effect.
   * @returns The client's address, or why it is not sent.
   */
  send(
    id: string,
    payload: Uint8Array,
    sendId: number,
    now: Instant,
  ): { readonly address: string } | { readonly refused: SendRefusal } {
    const { peers, effects, counters } = this.#state;
    const peer = peers.findClient(id);
    if (peer?.standing.state !== "client") return { refused: "no_such_client" };
    const { key, speaksHybrid } = peer.standing;
    if (this.#waiting.size >= MAX_WAITING_MESSAGES) return { refused: "overloaded" };
    const isAnswer = !speaksHybrid && parseDirectAnswer(payload) !== undefined;
    if (isAnswer) return { refused: "reads_as_answer" };
    const sealed = speaksHybrid ? this.#seal(payload, key, now) : this.#cut(payload, key);
    if (sealed === undefined) return { refused: "too_large" };
    const { token, plaintexts } = sealed;
    const jobId = this.#state.nextJobId();
    const { byteLength: payloadBytes } = payload;
    this.#waiting.set(jobId, { sendId, peer, payloadBytes, token });
    counters.rsaPublicOperations += plaintexts.length;
    effects.push({ type: "encrypt_blocks", jobId, key, plaintexts });
    return { address: peer.address };
  }

  /**
   * Takes the result of an `encrypt_blocks` effect.
   *
   * @returns False when it was not about a message of the user.
   */
  blocksEncrypted(
    jobId: number,
    blocks: readonly Uint8Array[] | undefined,
    now: Instant,
  ): boolean {
    const waiting = this.#waiting.get(jobId);
    if (waiting === undefined) return false;
    this.#waiting.delete(jobId);
    const isTaken = blocks !== undefined && this.#dispatch(waiting, blocks, now);
    if (!isTaken) this.#fail(waiting.sendId);
    return true;
  }

  /** Sends what waits and may leave now. */
  release(now: Instant): void {
    for (const { datagram, to, completes } of this.#sender.release(now.monotonicMs)) {
      this.#state.send(datagram, to);
      if (completes === undefined) continue;
      this.#state.effects.push({ type: "message_left", sendId: completes });
    }
  }

  /** When `release` has something to do next, monotonic milliseconds. */
  nextDeadlineMs(): number | undefined {
    return this.#sender.nextDeadlineMs();
  }

  /** @returns What the hybrid form is made of, or `undefined` when it is too long. */
  #seal(payload: Uint8Array, key: RsaPublicKey, now: Instant): Sealed | undefined {
    const { types, randomBytes } = this.#state.options;
    const plaintext = encodeTlvs(messageTlvs(types.MESSAGE, payload));
    if (!this.#fits(key.modulusBytes + tokenBytes(plaintext.byteLength), key)) return undefined;
    const fernetKey = Fernet.generateKeyFrom(randomBytes(32));
    const token = new Fernet(fernetKey).encrypt(plaintext, {
      now: unixSeconds(now),
      iv: randomBytes(16),
    });
    return { token, plaintexts: [encodeHybridKey(fernetKey)] };
  }

  /** @returns What goes into RSA blocks alone, or `undefined` when it is too long. */
  #cut(payload: Uint8Array, key: RsaPublicKey): Sealed | undefined {
    const plaintexts = plaintextBlocks(payload, key.modulusBytes);
    if (!this.#fits(plaintexts.length * key.modulusBytes, key)) return undefined;
    return { token: undefined, plaintexts };
  }

  #fits(bodyBytes: number, { modulusBytes }: RsaPublicKey): boolean {
    const fragmentedBytes = maxDirectBodyBytes(this.#state.options.maxFragmentBytes, modulusBytes);
    return bodyBytes <= Math.max(MAX_ANSWER_BYTES, fragmentedBytes);
  }

  /** @returns False when it can't be sent. */
  #dispatch(message: WaitingMessage, blocks: readonly Uint8Array[], now: Instant): boolean {
    const { sendId, peer, payloadBytes, token } = message;
    const body = concat(token === undefined ? [...blocks] : [...blocks, token]);
    const datagrams = this.#datagrams(body, token !== undefined, blocks[0]?.byteLength ?? 0);
    if (!this.#sender.push(datagrams, peer.endpoint, sendId, now.monotonicMs)) return false;
    const { counters } = this.#state;
    counters.messagesOut++;
    counters.messageBytesOut += payloadBytes;
    peer.messagesOut++;
    peer.bytesOut += payloadBytes;
    return true;
  }

  /** A hybrid body is always in fragments: only so its length says nothing else (PROTOCOL 2.1). */
  #datagrams(body: Uint8Array, isHybrid: boolean, modulusBytes: number): Uint8Array[] {
    if (!isHybrid && body.byteLength <= MAX_ANSWER_BYTES) return [body];
    const { maxFragmentBytes } = this.#state.options;
    return directFragments(this.#messageIds.take(), body, maxFragmentBytes, modulusBytes);
  }

  #fail(sendId: number): void {
    this.#state.counters.drop("send_failed");
    this.#state.effects.push({ type: "message_failed", sendId });
  }
}
