import type { RsaPublicKey } from "../crypto/rsa_public_key.ts";
import { type Endpoint, formatEndpoint } from "../session/endpoint.ts";
import type { Instant } from "../session/instant.ts";
import { AMPLIFICATION_FACTOR } from "../session/long_answers.ts";
import { TokenBucket } from "../session/token_bucket.ts";
import { Reassembly } from "../wire/reassembly.ts";
import type { ReassemblyPool } from "../wire/reassembly_pool.ts";
import { AnsweredMessages } from "./answered_messages.ts";

/**
 * Bodies of one address that may turn out not to be for us: 64 at once, then 8 a second, and one more
 * for each message that is taken. Each costs an RSA decryption to find out.
 */
export const FAILURE_RATE = { burst: 64, perSecond: 8 } as const;

/** Answers that may be saved up for, bytes. */
const MAX_CREDIT_BYTES = 65_536;

/** The key of a client, and since when it is kept. */
export interface ClientStanding {
  readonly state: "client";
  readonly key: RsaPublicKey;
  readonly sinceUnixMs: number;
  /** Whether a message of it was opened: only who has the server's key can make one. */
  hasDelivered: boolean;
  /** Whether it understands the hybrid form, because it has used it. */
  speaksHybrid: boolean;
}

/** What is known of an address. */
export type Standing = { readonly state: "stranger" } | ClientStanding;

/**
 * An address from which datagrams come: a stranger until its key is kept, then a client.
 *
 * An address can be forged, and so can all that is counted here: it decides who waits for whom, and
 * never what is believed.
 */
export class Peer {
  readonly endpoint: Endpoint;
  /** `formatEndpoint(endpoint)` */
  readonly address: string;
  readonly answered: AnsweredMessages = new AnsweredMessages();
  /** Messages that came from it, and were sent to it, with their bytes of payload. */
  messagesIn = 0;
  messagesOut = 0;
  bytesIn = 0;
  bytesOut = 0;
  /** Monotonic time of the last datagram. */
  lastSeenMs: number;
  lastSeenUnixMs: number;
  /** The job that reads its newest key, while it is at work. */
  importJobId: number | undefined;
  readonly #failures: TokenBucket;
  #standing: Standing = { state: "stranger" };
  #reassembly: Reassembly;
  #creditBytes = 0;

  /** @param endpoint Its address. @param pool Where strangers' fragments are. @param now The moment. */
  constructor(endpoint: Endpoint, pool: ReassemblyPool, now: Instant) {
    this.endpoint = { hostname: endpoint.hostname, port: endpoint.port };
    this.address = formatEndpoint(endpoint);
    this.lastSeenMs = now.monotonicMs;
    this.lastSeenUnixMs = now.unixMs;
    this.#failures = new TokenBucket(FAILURE_RATE, now.monotonicMs);
    this.#reassembly = new Reassembly(pool, this.address);
  }

  /** What is known of it. */
  get standing(): Standing {
    return this.#standing;
  }

  /** Its key, if it is kept. */
  get key(): RsaPublicKey | undefined {
    return this.#standing.state === "client" ? this.#standing.key : undefined;
  }

  /** Its unfinished messages. */
  get reassembly(): Reassembly {
    return this.#reassembly;
  }

  /** Whether its bodies may cost RSA decryptions at the moment. */
  mayTry(nowMs: number): boolean {
    return this.#failures.has(nowMs);
  }

  /** Takes note of a body that was not for us. */
  countFailure(nowMs: number): void {
    this.#failures.take(nowMs);
  }

  /**
   * Takes note of a message that was taken. It makes up for one failure: of fragments that are as long
   * as the modulus the first one of each message is tried as an RSA block in vain.
   */
  countSuccess(nowMs: number): void {
    this.#failures.giveBack(nowMs);
  }

  /** Takes note of a datagram. */
  hear(datagramBytes: number, now: Instant): void {
    this.lastSeenMs = now.monotonicMs;
    this.lastSeenUnixMs = now.unixMs;
    const creditBytes = this.#creditBytes + AMPLIFICATION_FACTOR * datagramBytes;
    this.#creditBytes = Math.min(MAX_CREDIT_BYTES, creditBytes);
  }

  /**
   * Spends what its own datagrams have earned: answers are at most three times as long as they were
   * (PROTOCOL 1.4).
   *
   * @param answerBytes Length of an answer.
   * @returns False, and nothing spent, when that is not enough.
   */
  spend(answerBytes: number): boolean {
    if (answerBytes > this.#creditBytes) return false;
    this.#creditBytes -= answerBytes;
    return true;
  }

  /**
   * Keeps its key. Clients' fragments are kept apart from those of strangers, so that a flood of
   * these can't displace them; what it has sent already goes with it.
   *
   * @param standing Its key, and since when.
   * @param pool Where clients' fragments are.
   */
  becomeClient(standing: ClientStanding, pool: ReassemblyPool): void {
    if (this.#standing.state === "stranger") {
      const reassembly = new Reassembly(pool, this.address);
      this.#reassembly.handOn(reassembly, this.lastSeenMs);
      this.#reassembly = reassembly;
    }
    this.#standing = standing;
  }

  /** Forgets its key, and its unfinished messages. @param pool Where strangers' fragments are. */
  becomeStranger(pool: ReassemblyPool): void {
    this.#standing = { state: "stranger" };
    this.importJobId = undefined;
    this.#reassembly.clear();
    this.#reassembly = new Reassembly(pool, this.address);
  }
}
