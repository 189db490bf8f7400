import { concat } from "@std/bytes";
import type { RsaPublicKey } from "../crypto/rsa_public_key.ts";
import type { Endpoint } from "../session/endpoint.ts";
import type { Instant } from "../session/instant.ts";
import { SourceLimiter } from "../session/source_limiter.ts";
import { encodeAck, encodeNack } from "../wire/direct_answer.ts";
import type { DirectState } from "./direct_state.ts";
import type { Opening } from "./opening.ts";
import type { Peer } from "./peer.ts";
import { maxBlockPlaintextBytes, plaintextBlocks } from "../crypto/plaintext_blocks.ts";

/** The longest answer in one datagram, bytes (PROTOCOL 2.3); no other answer is longer. */
export const MAX_ANSWER_BYTES = 1_200;

/** Answers that wait for their encryption; one more is not given, and clients ask again. */
export const MAX_WAITING_ANSWERS = 1_024;

/**
 * While so many answers wait no NACK is added to them, of whose address a message was opened before
 * (`proven`) or was not. A NACK can cost several RSA operations, which half a message is enough to ask
 * for five times; it is of no use when it comes late, and ACKs and decryptions would wait behind it.
 */
export const MAX_WAITING_AT_NACK = { proven: 128, unproven: 16 } as const;

/**
 * NACKs to addresses of which no message was ever opened: 64 at once, then 16 a second for each
 * source, 256 a second in all. Half of all junk looks like a fragment of something.
 */
export const UNPROVEN_NACK_LIMITS = {
  perSource: { burst: 64, perSecond: 16 },
  global: { burst: 256, perSecond: 256 },
  maxSources: 4_096,
} as const;

/**
 * Says ACK and NACK, and hands out the server's key (PROTOCOL 2.3).
 *
 * Answers are encrypted for whom the server knows the key of. All are bounded by what the address has
 * sent: whoever forges an address gains nothing by it (PROTOCOL 1.4).
 */
export class Answers {
  readonly #state: DirectState;
  readonly #unprovenNacks: SourceLimiter;
  readonly #waiting = new Map<number, Endpoint>();

  /** @param state What the parts of the core share. @param nowMs Monotonic time. */
  constructor(state: DirectState, nowMs: number) {
    this.#state = state;
    this.#unprovenNacks = new SourceLimiter(UNPROVEN_NACK_LIMITS, nowMs);
  }

  /** How many wait for their encryption. */
  get waiting(): number {
    return this.#waiting.size;
  }

  /** Hands out the server's key. */
  serverKey(to: Endpoint, questionBytes: number, now: Instant): void {
    const { counters, longAnswers, options: { serverKey: { pem } } } = this.#state;
    if (!longAnswers.allow(pem.byteLength, questionBytes, to.hostname, now.monotonicMs)) {
      return counters.drop("rate_limited");
    }
    counters.keysOut++;
    this.#state.send(pem, to);
  }

  /** Acknowledges a message that was taken. */
  acknowledge({ peer, origin }: Opening, now: Instant): void {
    if (origin.type === "datagram") return this.#acknowledge(peer, undefined, now);
    peer.answered.acknowledge(origin.messageId, now.monotonicMs);
    this.#acknowledge(peer, origin.messageId, now);
  }

  /** Acknowledges a fragmented message again. */
  acknowledgeAgain(peer: Peer, messageId: number, now: Instant): void {
    this.#acknowledge(peer, messageId, now);
  }

  /**
   * Asks for fragments.
   *
   * @param missing Their numbers, from 1.
   */
  nack(peer: Peer, messageId: number, missing: readonly number[], now: Instant): void {
    const current = this.#current(peer);
    const { key, standing, endpoint } = current;
    const isProven = standing.state === "client" && standing.hasDelivered;
    const maxWaiting = MAX_WAITING_AT_NACK[isProven ? "proven" : "unproven"];
    if (key !== undefined && this.#waiting.size >= maxWaiting) {
      return this.#state.counters.drop("overloaded");
    }
    if (!isProven && !this.#unprovenNacks.take(endpoint.hostname, now.monotonicMs)) {
      return this.#state.counters.drop("rate_limited");
    }
    const text = encodeNack(messageId, missing, longestAnswer(key));
    if (this.#answer(current, text, now)) this.#state.counters.nacksOut++;
  }

  /**
   * Takes the result of an `encrypt_blocks` effect.
   *
   * @returns False when it was not about an answer.
   */
  blocksEncrypted(jobId: number, blocks: readonly Uint8Array[] | undefined): boolean {
    const to = this.#waiting.get(jobId);
    if (to === undefined) return false;
    this.#waiting.delete(jobId);
    if (blocks === undefined) this.#state.counters.drop("send_failed");
    else this.#state.send(concat([...blocks]), to);
    return true;
  }

  #acknowledge(peer: Peer, messageId: number | undefined, now: Instant): void {
    const isSent = this.#answer(this.#current(peer), encodeAck(messageId), now);
    if (isSent) this.#state.counters.acksOut++;
  }

  /** Whoever was forgotten while its message was opened may have come back with a key. */
  #current(peer: Peer): Peer {
    return this.#state.peers.at(peer.address) ?? peer;
  }

  /** @returns Whether the answer is on its way. */
  #answer(peer: Peer, text: Uint8Array, now: Instant): boolean {
    const { counters, effects, longAnswers } = this.#state;
    const { key, endpoint } = peer;
    const plaintexts = key === undefined ? [] : plaintextBlocks(text, key.modulusBytes);
    const answerBytes = key === undefined ? text.byteLength : plaintexts.length * key.modulusBytes;
    const isAllowed = peer.spend(answerBytes) ||
      longAnswers.allow(answerBytes, 0, endpoint.hostname, now.monotonicMs);
    if (!isAllowed) {
      counters.drop("rate_limited");
      return false;
    }
    if (key === undefined) {
      this.#state.send(text, endpoint);
      return true;
    }
    if (this.#waiting.size >= MAX_WAITING_ANSWERS) {
      counters.drop("overloaded");
      return false;
    }
    const jobId = this.#state.nextJobId();
    this.#waiting.set(jobId, endpoint);
    counters.rsaPublicOperations += plaintexts.length;
    effects.push({ type: "encrypt_blocks", jobId, key, plaintexts });
    return true;
  }
}

/** The longest text that makes an answer of one datagram. */
function longestAnswer(key: RsaPublicKey | undefined): number {
  if (key === undefined) return MAX_ANSWER_BYTES;
  return Math.floor(MAX_ANSWER_BYTES / key.modulusBytes) * maxBlockPlaintextBytes(key.modulusBytes);
}
