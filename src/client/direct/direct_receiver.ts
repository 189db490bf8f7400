import { fingerprintOf } from "../../crypto/fingerprint.ts";
import type { RsaPublicKey } from "../../crypto/rsa_public_key.ts";
import { sha256 } from "../../crypto/sha256.ts";
import { BodyMemory } from "../../session/body_memory.ts";
import type { Instant } from "../../session/instant.ts";
import { type DirectAnswer, parseDirectAnswer } from "../../wire/direct_answer.ts";
import { holdsPublicKey, tryDecodeDirectFragment } from "../../wire/direct_frame.ts";
import { directReassemblyLimits } from "../../wire/direct_reassembly.ts";
import { looksHybrid } from "../../wire/hybrid_key.ts";
import { Reassembly } from "../../wire/reassembly.ts";
import { ReassemblyPool } from "../../wire/reassembly_pool.ts";
import { maxTokenBytes } from "../../wire/token_size.ts";
import { type DirectBody, DirectBodyOpener } from "./direct_body_opener.ts";
import type { DirectClientState } from "./direct_client_state.ts";
import { DirectContentReader } from "./direct_content_reader.ts";
import { derOf } from "./direct_key_request.ts";

/** The longest message that is taken, bytes of payload. */
export const MAX_RECEIVED_BYTES = 1024 * 1024;

/** Fragments of unfinished messages that are held, bytes. */
const MAX_FRAGMENT_BYTES = 4 * 1024 * 1024;

/** Message ids that are remembered. */
const MAX_MESSAGES = 1_024;

/** How long an unfinished message may go without a new fragment, milliseconds (PROTOCOL 2.3). */
const FRAGMENT_TIMEOUT_MS = 10_000;

/** Bodies remembered, to tell copies by: as long as `max_message_age` of PROTOCOL 2.3. */
const MEMORY_LIMITS = { maxAgeSeconds: 60, maxBodies: 1_024 } as const;

/** The one peer that a client has. */
const SERVER = "server";

/** The longest datagram without a header (PROTOCOL 2.3). */
const MAX_WHOLE_BYTES = 1_200;

/**
 * Reads what the server sends once its key is known: encrypted answers, and messages of its own.
 *
 * Answers in plain text come from a server that does not have this client's key yet (PROTOCOL 2.3).
 */
export class DirectReceiver {
  readonly #client: DirectClientState;
  readonly #serverFingerprint: string;
  readonly #pool: ReassemblyPool;
  readonly #reassembly: Reassembly;
  readonly #opener: DirectBodyOpener;
  readonly #memory: BodyMemory = new BodyMemory(MEMORY_LIMITS);
  readonly #reader: DirectContentReader = new DirectContentReader();

  /** @param client What the parts of the client share. @param serverKey The server's. */
  constructor(client: DirectClientState, serverKey: RsaPublicKey) {
    const { modulusBytes } = client.options.ownKey;
    const limits = directReassemblyLimits({
      maxBodyBytes: modulusBytes + maxTokenBytes(MAX_RECEIVED_BYTES),
      maxTotalBytes: MAX_FRAGMENT_BYTES,
      maxMessages: MAX_MESSAGES,
      timeoutMs: FRAGMENT_TIMEOUT_MS,
    });
    this.#client = client;
    this.#serverFingerprint = serverKey.fingerprint;
    // A client asks for nothing again: what the server sends by itself is not acknowledged.
    this.#pool = new ReassemblyPool({ ...limits, maxNacks: 0 });
    this.#reassembly = new Reassembly(this.#pool, SERVER);
    this.#opener = new DirectBodyOpener(client);
  }

  /** Bodies that wait to be opened. */
  get openingBodies(): number {
    return this.#opener.size;
  }

  /** Bytes charged for unfinished messages. */
  get fragmentBytes(): number {
    return this.#pool.chargedBytes;
  }

  /**
   * Takes a datagram of the server.
   *
   * @param datagram Any bytes; copied where kept.
   * @param now The moment.
   * @returns The answer, when it is one in plain text.
   */
  receive(datagram: Uint8Array, now: Instant): DirectAnswer | undefined {
    const plainAnswer = parseDirectAnswer(datagram);
    if (plainAnswer !== undefined) return plainAnswer;
    if (holdsPublicKey(datagram)) this.#noteKey(datagram);
    else if (this.#mayBeBody(datagram)) this.#open(datagram.slice(), true, now);
    else this.#takeFragment(datagram, now);
    return undefined;
  }

  /**
   * Takes the result of a `decrypt_block`.
   *
   * @param jobId The job's number.
   * @param plaintext What the block held; `undefined` when it did not decrypt.
   * @param now The moment.
   * @returns The answer of the server, when the body was one.
   */
  blockDecrypted(
    jobId: number,
    plaintext: Uint8Array | undefined,
    now: Instant,
  ): DirectAnswer | undefined {
    const opened = this.#opener.blockDecrypted(jobId, plaintext);
    if (opened.outcome === "nothing_yet") return undefined;
    if (opened.outcome === "foreign" || opened.outcome === "undecryptable") {
      this.#finish(jobId, undefined);
      if (opened.outcome === "foreign" && isFragment(opened.body)) {
        this.#takeFragment(opened.body.bytes, now);
      } else {
        this.#client.drops.add("undecryptable");
      }
      return undefined;
    }
    this.#memory.remember(opened.body.digest, SERVER, now.monotonicMs);
    const content = this.#reader.read(opened, now);
    if (content.type === "dropped") this.#client.drops.add(content.reason);
    this.#finish(jobId, content.type === "message" ? content.payload : undefined);
    return content.type === "answer" ? content.answer : undefined;
  }

  /** Drops what is overdue. */
  tick(now: Instant): void {
    this.#client.drops.add("fragment_timeout", this.#pool.expire(now.monotonicMs));
  }

  /** When `tick` has something to do next, monotonic milliseconds; `Infinity` for never. */
  nextDeadlineMs(): number {
    return this.#pool.nextDeadlineMs() ?? Infinity;
  }

  /** A server that was started anew may have another key. Anyone can forge that: it is only noted. */
  #noteKey(datagram: Uint8Array): void {
    const der = derOf(datagram);
    const fingerprint = der && fingerprintOf(der);
    if (fingerprint !== undefined && fingerprint !== this.#serverFingerprint) {
      this.#client.silence.noteOtherKey(fingerprint);
    }
    this.#client.drops.add("unexpected");
  }

  /** Blocks, or a block and a token, without a header; by chance a fragment can have that form. */
  #mayBeBody(datagram: Uint8Array): boolean {
    const { modulusBytes } = this.#client.options.ownKey;
    const { byteLength } = datagram;
    if (byteLength < modulusBytes || byteLength > MAX_WHOLE_BYTES) return false;
    return byteLength % modulusBytes === 0 || looksHybrid(datagram, modulusBytes);
  }

  #open(bytes: Uint8Array, isDatagram: boolean, now: Instant): void {
    const { drops } = this.#client;
    const digest = sha256(bytes).toBase64();
    if (
      this.#opener.holds(digest) || this.#memory.senderOf(digest, now.monotonicMs) !== undefined
    ) {
      return drops.add("replayed");
    }
    if (!this.#opener.open({ bytes, digest, isDatagram })) drops.add("overloaded");
  }

  #finish(jobId: number, message: Uint8Array | undefined): void {
    for (const payload of this.#opener.finish(jobId, message)) {
      this.#client.effects.push({ type: "message", payload });
    }
  }

  #takeFragment(datagram: Uint8Array, now: Instant): void {
    const { drops, options } = this.#client;
    const fragment = tryDecodeDirectFragment(datagram);
    if (fragment === undefined) return drops.add("malformed");
    const result = this.#reassembly.add(fragment, now.monotonicMs);
    drops.add("fragment_evicted", result.evicted);
    switch (result.state) {
      case "collecting":
      case "duplicate":
        return;
      case "refused":
        return drops.add(result.reason === "too_large" ? "too_large" : "fragment_mismatch");
      case "complete":
        if (result.token.byteLength < options.ownKey.modulusBytes) return drops.add("malformed");
        return this.#open(result.token, false, now);
      default:
        return result satisfies never;
    }
  }
}

/** By its header alone half of what comes would look like a fragment: this is asked last. */
function isFragment({ isDatagram, bytes }: DirectBody): boolean {
  return isDatagram && tryDecodeDirectFragment(bytes) !== undefined;
}
