import { concat } from "@std/bytes";
import type { DirectDropReason } from "../observe/direct_counters.ts";
import { BodyMemory } from "../session/body_memory.ts";
import type { Instant } from "../session/instant.ts";
import { decodeHybridKey } from "../wire/hybrid_key.ts";
import type { DirectState } from "./direct_state.ts";
import { HybridKeys } from "./hybrid_keys.ts";
import { HybridReader } from "./hybrid_reader.ts";
import type { MessageDesk } from "./message_desk.ts";
import { beginOpening, type Opening, type Origin } from "./opening.ts";
import type { Peer } from "./peer.ts";
import { Transfers } from "./transfers.ts";

/** Plain bodies remembered at once. */
const MAX_REMEMBERED_BODIES = 65_536;

/** Unfinished transfers held for all clients together, bytes; at least one of the longest fits. */
const TOTAL_TRANSFER_BYTES = 128 * 1024 * 1024;

/** What one `pump` opens without RSA, bodies and bytes, so that it never keeps the caller long. */
const MAX_PUMPED_BODIES = 64;
const MAX_PUMPED_BYTES = 1024 * 1024;

/** Who reads datagrams that are no body of their own. */
export interface FragmentReaders {
  /** Reads a datagram as a fragment if that is waited for by now. Returns whether it was. */
  readIfExpected(peer: Peer, datagram: Uint8Array, now: Instant): boolean;
  /** Reads a datagram that could be a fragment, now that it is known to be no RSA block. */
  readNoBlock(peer: Peer, datagram: Uint8Array, now: Instant): void;
}

/**
 * Opens bodies: finds out how each was encrypted, block by block, and makes messages of them
 * (PROTOCOL 2.2).
 *
 *     begin -> waits for its turn -> decrypting <-> waits for its next turn
 *                                        |
 *                    plain message, hybrid message, fragment after all, or nothing
 *
 * RSA is an effect that goes out, and its result an input: nothing here waits for it.
 */
export class Openings {
  readonly #state: DirectState;
  readonly #desk: MessageDesk;
  readonly #readers: FragmentReaders;
  readonly #plainMemory: BodyMemory;
  readonly #hybridKeys: HybridKeys;
  readonly #transfers: Transfers;
  readonly #hybrid: HybridReader;
  readonly #decrypting = new Map<number, Opening>();
  /** Whether the last `pump` stopped before all was done that could be. */
  #isBehind = false;

  /** @param state What the parts share. @param desk Who takes messages. @param readers See there. */
  constructor(state: DirectState, desk: MessageDesk, readers: FragmentReaders) {
    const { maxMessageAgeSeconds, notBeforeUnixSeconds, maxTransferBytes } = state.options;
    this.#state = state;
    this.#desk = desk;
    this.#readers = readers;
    this.#plainMemory = new BodyMemory({
      maxAgeSeconds: maxMessageAgeSeconds,
      maxBodies: MAX_REMEMBERED_BODIES,
    });
    this.#transfers = new Transfers({
      maxTransferBytes,
      maxTotalBytes: Math.max(TOTAL_TRANSFER_BYTES, maxTransferBytes),
    });
    this.#hybridKeys = new HybridKeys(maxMessageAgeSeconds, notBeforeUnixSeconds, (key) => {
      this.#transfers.forget(key.transfers);
    });
    this.#hybrid = new HybridReader(state, desk, this.#transfers);
  }

  /** RSA decryptions that have not come back. */
  get decrypting(): number {
    return this.#decrypting.size;
  }

  /** What the parts of unfinished transfers count, bytes. */
  get transferBytes(): number {
    return this.#transfers.chargedBytes;
  }

  /** Fernet keys remembered. */
  get hybridKeys(): number {
    return this.#hybridKeys.size;
  }

  /**
   * Takes a datagram that may be a body of its own. What could not wait for RSA is dropped unseen:
   * in a flood even a hash of each would cost too much.
   *
   * @param datagram Copied where kept.
   */
  beginDatagram(peer: Peer, datagram: Uint8Array, now: Instant): void {
    const { byteLength } = datagram;
    const origin = { type: "datagram" } as const;
    const isBlock = byteLength === this.#modulusBytes;
    if (isBlock && !peer.mayTry(now.monotonicMs)) {
      return this.#dropNew(peer, origin, "rate_limited");
    }
    if (!this.#state.work.hasRoomFor(peer, byteLength)) {
      return this.#dropNew(peer, origin, "overloaded");
    }
    this.begin(peer, datagram.slice(), origin, now);
  }

  /**
   * Takes a body that is to be opened.
   *
   * @param peer Who sent it.
   * @param body The whole body; taken over.
   * @param origin How it came.
   */
  begin(peer: Peer, body: Uint8Array, origin: Origin, now: Instant): void {
    const { modulusBytes } = this.#state.options.serverKey;
    if (body.byteLength < modulusBytes) return this.#dropNew(peer, origin, "undecryptable");
    const opening = beginOpening(peer, body, origin, modulusBytes);
    const { bodyDigest, blockDigest } = opening;
    const takenFrom = this.#plainMemory.senderOf(bodyDigest, now.monotonicMs);
    if (takenFrom !== undefined) return this.#desk.answerCopy(opening, takenFrom, now);
    const { work } = this.#state;
    // A client that is waiting for its ACK sends again: that must not add to what it waits for.
    if (work.holds(peer, bodyDigest)) return this.#dropNew(peer, origin, "replayed");
    const isKnown = this.#hybridKeys.get(blockDigest, now.monotonicMs) !== undefined;
    if (!isKnown && !peer.mayTry(now.monotonicMs)) {
      return this.#dropNew(peer, origin, "rate_limited");
    }
    if (!work.push(opening)) this.#dropNew(peer, origin, "overloaded");
  }

  /** Does what can be done, and asks for as many RSA decryptions as may be under way. */
  pump(now: Instant): void {
    const { work, options: { rsaConcurrency } } = this.#state;
    let bodies = 0;
    let bytes = 0;
    this.#isBehind = false;
    while (this.#decrypting.size < rsaConcurrency && !this.#isBehind) {
      const opening = work.take();
      if (opening === undefined) return;
      if (this.#advance(opening, now) === "done") work.finish(opening);
      bodies++;
      bytes += opening.body.byteLength;
      this.#isBehind = bodies >= MAX_PUMPED_BODIES || bytes >= MAX_PUMPED_BYTES;
    }
  }

  /**
   * Takes the result of a `decrypt_block` effect.
   *
   * @param plaintext What the block held, or `undefined` when it does not decrypt.
   */
  blockDecrypted(jobId: number, plaintext: Uint8Array | undefined, now: Instant): void {
    const opening = this.#decrypting.get(jobId);
    if (opening === undefined) return;
    this.#decrypting.delete(jobId);
    const outcome = plaintext === undefined
      ? this.#fail(opening, now)
      : this.#takeBlock(opening, plaintext, now);
    if (outcome === "done") this.#state.work.finish(opening);
    if (outcome === "more") this.#state.work.goOn(opening);
  }

  /** Takes the result of a `verify_signature` effect. */
  signatureVerified(jobId: number, isValid: boolean, now: Instant): void {
    const opening = this.#hybrid.signatureVerified(jobId, isValid, now);
    if (opening !== undefined) this.#state.work.finish(opening);
  }

  /** Gives up transfers that have gone without a new part for too long. */
  expire(now: Instant): void {
    this.#state.counters.drop("transfer_evicted", this.#transfers.expire(now.monotonicMs));
  }

  /** When `expire` or `pump` has something to do next, monotonic milliseconds. */
  nextDeadlineMs(): number | undefined {
    return this.#isBehind ? 0 : this.#transfers.nextDeadlineMs();
  }

  #advance(opening: Opening, now: Instant): "done" | "waiting" {
    const { peer, body, origin, opened } = opening;
    if (opened.length === 0) {
      if (origin.type === "datagram" && this.#readers.readIfExpected(peer, body, now)) {
        return "done";
      }
      const key = this.#hybridKeys.get(opening.blockDigest, now.monotonicMs);
      if (key !== undefined) {
        if (body.byteLength === this.#modulusBytes) return this.#dropLoneKey();
        return this.#hybrid.read(opening, key, now) === "done" ? "done" : "waiting";
      }
    }
    this.#decryptNext(opening);
    return "waiting";
  }

  #decryptNext(opening: Opening): void {
    const { body, opened } = opening;
    const start = opened.length * this.#modulusBytes;
    const block = body.subarray(start, start + this.#modulusBytes);
    const jobId = this.#state.nextJobId();
    this.#decrypting.set(jobId, opening);
    this.#state.counters.rsaDecryptions++;
    this.#state.effects.push({ type: "decrypt_block", jobId, block });
  }

  #takeBlock(
    opening: Opening,
    plaintext: Uint8Array,
    now: Instant,
  ): "done" | "more" | "verifying" {
    const { peer, body, opened } = opening;
    const hasMore = body.byteLength > this.#modulusBytes;
    if (opened.length === 0) {
      const fernetKey = decodeHybridKey(plaintext);
      if (fernetKey !== undefined && !hasMore) {
        // It has cost a decryption and come to nothing.
        peer.countFailure(now.monotonicMs);
        return this.#dropLoneKey();
      }
      if (fernetKey !== undefined) return this.#readHybrid(opening, fernetKey, now);
      if (body.byteLength % this.#modulusBytes !== 0) return this.#fail(opening, now);
    }
    opened.push(plaintext);
    if (opened.length * this.#modulusBytes < body.byteLength) return "more";
    return this.#takePlain(opening, now);
  }

  #readHybrid(opening: Opening, fernetKey: string, now: Instant): "done" | "verifying" {
    const key = this.#hybridKeys.add(opening.blockDigest, fernetKey, now.monotonicMs);
    return this.#hybrid.read(opening, key, now);
  }

  #takePlain(opening: Opening, now: Instant): "done" {
    const { peer, bodyDigest, opened } = opening;
    const { counters, peers, options: { maxMessageBytes } } = this.#state;
    const payload = concat(opened);
    const takenFrom = this.#plainMemory.senderOf(bodyDigest, now.monotonicMs);
    if (takenFrom !== undefined) {
      // Another address has sent the same, and was served first.
      this.#desk.answerCopy(opening, takenFrom, now);
    } else if (payload.byteLength > maxMessageBytes) {
      counters.drop("too_large");
    } else if (!this.#desk.hasRoom) {
      counters.drop("reader_full");
      this.#desk.forget(opening);
    } else {
      this.#plainMemory.remember(bodyDigest, peer.address, now.monotonicMs);
      peers.prove(peer, "plain");
      peer.countSuccess(now.monotonicMs);
      this.#desk.handOver(opening, { payload, signedBy: undefined, form: "plain" });
      this.#desk.acknowledge(opening, now);
    }
    return "done";
  }

  /** A body that is not for us: a fragment, where its length alone made it look like a block. */
  #fail(opening: Opening, now: Instant): "done" {
    const { peer, body, origin, opened } = opening;
    peer.countFailure(now.monotonicMs);
    const isDatagram = origin.type === "datagram" && opened.length === 0 &&
      body.byteLength === this.#modulusBytes;
    if (isDatagram) this.#readers.readNoBlock(peer, body, now);
    else this.#state.counters.drop("undecryptable");
    return "done";
  }

  /** What somebody has cut off a hybrid message: it must not pass for a message, nor be acknowledged. */
  #dropLoneKey(): "done" {
    this.#state.counters.drop("undecryptable");
    return "done";
  }

  #dropNew(peer: Peer, origin: Origin, reason: DirectDropReason): void {
    this.#state.counters.drop(reason);
    const mayComeAgain = reason !== "undecryptable";
    if (origin.type === "fragments" && mayComeAgain) peer.answered.forget(origin.messageId);
  }

  get #modulusBytes(): number {
    return this.#state.options.serverKey.modulusBytes;
  }
}
