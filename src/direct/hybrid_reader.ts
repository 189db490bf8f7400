import type { DirectDropReason } from "../observe/direct_counters.ts";
import { openFreshToken } from "../session/fresh_token.ts";
import { type Instant, unixSeconds } from "../session/instant.ts";
import { signedBytes } from "../wire/signed_bytes.ts";
import type { DirectState } from "./direct_state.ts";
import { type HybridContent, readHybridContent } from "./hybrid_content.ts";
import type { HybridKey } from "./hybrid_keys.ts";
import type { MessageDesk } from "./message_desk.ts";
import type { Opening } from "./opening.ts";
import type { Transfers } from "./transfers.ts";

/** A token that is authentic and fresh, and what it says. */
interface ReadToken {
  readonly opening: Opening;
  readonly key: HybridKey;
  readonly content: HybridContent;
  readonly timestamp: number;
  readonly hmac: Uint8Array;
}

/** A message whose signature is being checked, and whose key should have made it. */
interface Verification {
  readonly read: ReadToken;
  readonly fingerprint: string;
}

/**
 * Reads hybrid messages, once the Fernet key is known: authentic, then fresh, then signed if it says
 * so, then new (PROTOCOL 2.2, 2.3).
 */
export class HybridReader {
  readonly #state: DirectState;
  readonly #desk: MessageDesk;
  readonly #transfers: Transfers;
  readonly #verifications = new Map<number, Verification>();

  /** @param state What the parts share. @param desk Who takes messages. @param transfers Long ones. */
  constructor(state: DirectState, desk: MessageDesk, transfers: Transfers) {
    this.#state = state;
    this.#desk = desk;
    this.#transfers = transfers;
  }

  /**
   * Reads a message.
   *
   * @param opening Its body.
   * @param key The Fernet key of its block.
   * @returns `"verifying"` when its signature is to be checked first, and `signatureVerified` will
   *   tell; else it is done with.
   */
  read(opening: Opening, key: HybridKey, now: Instant): "done" | "verifying" {
    const read = this.#open(opening, key, now);
    if (typeof read === "string") return this.#refuse(read);
    const { content: { signature, payload, sequence } } = read;
    if (payload.byteLength > this.#state.options.maxMessageBytes) {
      return this.#refuse("too_large");
    }
    if (signature === undefined || sequence === undefined) {
      this.#take(read, undefined, now);
      return "done";
    }
    const publicKey = opening.peer.key;
    // Whoever signs has sent its key before. If that was lost, both will come again.
    if (publicKey === undefined) return this.#postpone(opening, "unauthentic");
    const jobId = this.#state.nextJobId();
    this.#verifications.set(jobId, { read, fingerprint: publicKey.fingerprint });
    this.#state.counters.rsaPublicOperations++;
    this.#state.effects.push({
      type: "verify_signature",
      jobId,
      key: publicKey,
      signature,
      signedBytes: signedBytes(this.#state.options.serverKey.digest, sequence, payload),
    });
    return "verifying";
  }

  /**
   * Takes the result of a `verify_signature` effect.
   *
   * @returns The body, which is now done with.
   */
  signatureVerified(jobId: number, isValid: boolean, now: Instant): Opening | undefined {
    const verification = this.#verifications.get(jobId);
    if (verification === undefined) return undefined;
    this.#verifications.delete(jobId);
    const { read, fingerprint } = verification;
    if (isValid) this.#take(read, fingerprint, now);
    else this.#refuse("unauthentic");
    return read.opening;
  }

  #open(opening: Opening, key: HybridKey, now: Instant): ReadToken | DirectDropReason {
    const { types, maxMessageAgeSeconds, serverKey: { modulusBytes } } = this.#state.options;
    const token = opening.body.subarray(modulusBytes);
    const result = openFreshToken(key.fernet, token, maxMessageAgeSeconds, unixSeconds(now));
    if (result.state === "refused") return result.reason;
    const { tlvs, timestamp, hmac } = result;
    if (key.refuses(timestamp)) return "stale";
    const content = readHybridContent(tlvs, types);
    return content === undefined ? "malformed" : { opening, key, content, timestamp, hmac };
  }

  #take(read: ReadToken, signedBy: string | undefined, now: Instant): void {
    const { opening, key, content: { sequence, part } } = read;
    const completes = part === undefined || this.#transfers.completesWith(key.transfers, part);
    if (completes && !this.#desk.hasRoom) {
      this.#postpone(opening, "reader_full");
    } else if (!key.accept(sequence, read, now)) {
      this.#answerCopy(read, now);
    } else {
      this.#locate(read, { isNew: true });
      this.#state.peers.prove(opening.peer, "hybrid");
      opening.peer.countSuccess(now.monotonicMs);
      if (part === undefined) this.#handOver(read, signedBy, now);
      else this.#takePart({ ...read, part }, signedBy, now);
    }
  }

  #answerCopy(read: ReadToken, now: Instant): void {
    const { opening, key, content: { sequence, part } } = read;
    const mayAcknowledge = key.knowsCopy(sequence, read) &&
      (part === undefined || this.#transfers.mayAcknowledge(key.transfers, part));
    this.#locate(read, { isNew: false });
    if (part !== undefined) this.#transfers.repeat(key.transfers, part, opening);
    this.#desk.answerCopy(opening, mayAcknowledge ? key.address : undefined, now);
  }

  #locate(
    { key, opening: { peer: { address } }, timestamp }: ReadToken,
    how: { isNew: boolean },
  ): void {
    key.locate({ ...how, timestamp, address });
  }

  #handOver({ opening, content }: ReadToken, signedBy: string | undefined, now: Instant): void {
    this.#desk.handOver(opening, { payload: content.payload, signedBy, form: "hybrid" });
    this.#desk.acknowledge(opening, now);
  }

  #takePart(
    { opening, key, content: { payload }, part }: ReadToken & {
      readonly part: NonNullable<HybridContent["part"]>;
    },
    signedBy: string | undefined,
    now: Instant,
  ): void {
    const incoming = { part, payload, signedBy, opening };
    const result = this.#transfers.add(key.transfers, incoming, now.monotonicMs);
    this.#state.counters.drop("transfer_evicted", this.#transfers.takeEvicted());
    switch (result.state) {
      case "collecting":
      case "repeated":
        if (result.mayAcknowledge) this.#desk.acknowledge(opening, now);
        return;
      case "complete":
        this.#state.counters.transfers++;
        this.#desk.handOver(opening, { payload: result.payload, signedBy, form: "hybrid" });
        this.#desk.acknowledge(opening, now);
        if (result.acknowledge !== undefined) this.#desk.acknowledge(result.acknowledge, now);
        return;
      case "refused":
        this.#refuse(result.reason);
        return;
      default:
        result satisfies never;
    }
  }

  /** Drops what may be taken when it comes again. */
  #postpone(opening: Opening, reason: DirectDropReason): "done" {
    this.#desk.forget(opening);
    return this.#refuse(reason);
  }

  /** Drops what will never be taken: its fragments are not collected, and asked for, once more. */
  #refuse(reason: DirectDropReason): "done" {
    this.#state.counters.drop(reason);
    return "done";
  }
}
