import { earliest } from "../session/earliest.ts";
import type { Instant } from "../session/instant.ts";
import type { Fragment } from "../wire/fragment.ts";
import { looksHybrid } from "../wire/hybrid_key.ts";
import type { ReassemblyPool } from "../wire/reassembly_pool.ts";
import type { Answers } from "./answers.ts";
import type { DirectState } from "./direct_state.ts";
import type { Origin } from "./opening.ts";
import type { Peer } from "./peer.ts";

/**
 * How much of a Fernet token says nothing of which one it is: in 12 characters stand the version and
 * the second in which it was sealed, and the first random bytes come in the next 12.
 */
const TOKEN_HEAD_BYTES = 24;

/** Takes a body that was put together. */
export type BodyTaker = (peer: Peer, body: Uint8Array, origin: Origin, now: Instant) => void;

/** Puts fragments together, and asks for those that are missing (PROTOCOL 2.1, 2.3). */
export class FragmentDesk {
  readonly #state: DirectState;
  readonly #answers: Answers;

  /** @param state What the parts share. @param answers Who says NACK, and ACK again. */
  constructor(state: DirectState, answers: Answers) {
    this.#state = state;
    this.#answers = answers;
  }

  /**
   * Whether a fragment is being waited for, or is a copy of one that has come: then the length of its
   * datagram means nothing. That another datagram looks so is as likely as guessing 40 bits.
   */
  expects(peer: Peer, fragment: Fragment): boolean {
    const { messageId, total, sequenceNumber } = fragment;
    return peer.reassembly.collects(messageId, total, sequenceNumber) ||
      peer.answered.holds(fragment);
  }

  /**
   * Takes a fragment.
   *
   * @param fragment A decoded fragment; copied where kept.
   * @param take Gets the body when this was its last missing fragment.
   */
  take(peer: Peer, fragment: Fragment, now: Instant, take: BodyTaker): void {
    const { counters } = this.#state;
    counters.fragmentsIn++;
    const { messageId } = fragment;
    const repeated = peer.answered.repeat(fragment, now.monotonicMs);
    if (repeated === "asks_for_ack") this.#answers.acknowledgeAgain(peer, messageId, now);
    if (repeated !== "new") return;
    for (const earlier of peer.answered.takeUndecided(messageId, now.monotonicMs)) {
      counters.drop("fragment_evicted", peer.reassembly.add(earlier, now.monotonicMs).evicted);
    }
    const result = peer.reassembly.add(fragment, now.monotonicMs);
    counters.drop("fragment_evicted", result.evicted);
    switch (result.state) {
      case "collecting":
      case "duplicate":
        return;
      case "refused":
        counters.drop(result.reason === "too_large" ? "too_large" : "fragment_mismatch");
        return;
      case "complete":
        counters.reassembled++;
        peer.reassembly.forget(messageId);
        peer.answered.open(
          messageId,
          result.chunks,
          now.monotonicMs,
          this.#headBytes(result.token),
        );
        take(peer, result.token, { type: "fragments", messageId }, now);
        return;
      default:
        result satisfies never;
    }
  }

  /** Asks for missing fragments, and drops what is too old. */
  tick(now: Instant): void {
    const { clientPool, strangerPool, counters } = this.#state;
    for (const pool of [clientPool, strangerPool]) {
      counters.drop("fragment_timeout", pool.expire(now.monotonicMs));
      this.#askForMissing(pool, now);
    }
  }

  /** When `tick` has something to do next, monotonic milliseconds. */
  nextDeadlineMs(): number | undefined {
    const { clientPool, strangerPool } = this.#state;
    return earliest(clientPool.nextDeadlineMs(), strangerPool.nextDeadlineMs());
  }

  /** How much of a body another one may begin with: RSA blocks alone are encrypted anew each time. */
  #headBytes(body: Uint8Array): number {
    const { modulusBytes } = this.#state.options.serverKey;
    return looksHybrid(body, modulusBytes) ? modulusBytes + TOKEN_HEAD_BYTES : 0;
  }

  #askForMissing(pool: ReassemblyPool, now: Instant): void {
    for (const { peer: address, messageId, missing } of pool.takeStalled(now.monotonicMs)) {
      const peer = this.#state.peers.at(address);
      const numbers = missing.map((sequenceNumber) => sequenceNumber + 1);
      if (peer !== undefined) this.#answers.nack(peer, messageId, numbers, now);
    }
  }
}
