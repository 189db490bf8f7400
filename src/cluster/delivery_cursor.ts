import type { DeliveryPlace } from "./delivery_place.ts";

/** What to make of something that a consumer handed out. */
export type Delivery =
  /** The message follows; numbers up to `passed` hold none. */
  | { readonly delivery: "next"; readonly passed: bigint | undefined }
  /** Something was lost on the way: a new consumer is needed. */
  | { readonly delivery: "gap" }
  /** Its number was there before. */
  | { readonly delivery: "again" };

/** What a heartbeat of a consumer that has nothing to hand out says. */
export type Quiet =
  /** All is here; numbers up to `passed` hold no message. */
  | { readonly quiet: "complete"; readonly passed: bigint | undefined }
  | { readonly quiet: "gap" }
  /** The stream ends before what was there: it is not what it was, or a part of it lags behind. */
  | { readonly quiet: "behind" };

/**
 * Follows the messages of a stream over consumers that come and go, and notices what is missing: a
 * consumer numbers what it hands out, so that a hole in the stream is told from a loss on the way.
 */
export class DeliveryCursor {
  #newest: bigint;
  #handedOut = 0;

  /** @param newest The number before the first one that is awaited. */
  constructor(newest: bigint) {
    this.#newest = newest;
  }

  /** The number of the last message, or hole. */
  get newest(): bigint {
    return this.#newest;
  }

  /**
   * Begins with a new consumer. It starts at `newest` and not after it: that message comes again then,
   * and shows whether the stream still is what it was.
   *
   * @returns The number that it is to start at.
   */
  restart(): bigint {
    this.#handedOut = 0;
    return this.#newest > 0n ? this.#newest : 1n;
  }

  /** Takes note of a message. */
  message({ streamSequence, consumerSequence }: DeliveryPlace): Delivery {
    if (consumerSequence !== this.#handedOut + 1) return { delivery: "gap" };
    this.#handedOut = consumerSequence;
    if (streamSequence <= this.#newest) return { delivery: "again" };
    const passed = streamSequence - 1n;
    const hasHole = passed > this.#newest;
    this.#newest = streamSequence;
    return { delivery: "next", passed: hasHole ? passed : undefined };
  }

  /**
   * Takes note of a heartbeat.
   *
   * @param consumerSequence What the consumer handed out last.
   * @param streamSequence How far it is in the stream.
   */
  heartbeat(consumerSequence: number, streamSequence: bigint): Quiet {
    if (consumerSequence !== this.#handedOut) return { quiet: "gap" };
    if (streamSequence < this.#newest) return { quiet: "behind" };
    const hasHole = streamSequence > this.#newest;
    this.#newest = streamSequence;
    return { quiet: "complete", passed: hasHole ? streamSequence : undefined };
  }
}
