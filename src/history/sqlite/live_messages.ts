import type { KeptMessage } from "../history.ts";

/** Entries before the first look for those that are of no more use. */
const FIRST_SWEEP = 8_192;

interface LiveMessage {
  readonly plaintext: WeakRef<Uint8Array>;
  /** All else of the message, which is short. */
  readonly rest: Omit<KeptMessage, "plaintext">;
}

/**
 * Messages whose plaintext somebody still has, by number.
 *
 * The relay tells by identity whether a message waits for a client already. So one that it asks for a
 * second time must come with the same array for as long as any queue holds that; and for no longer, or
 * the memory would have to hold what the disk is for. Nor is the disk asked for what waits anyhow: a
 * client can ask for that as often as it likes.
 */
export class LiveMessages {
  readonly #messages = new Map<bigint, LiveMessage>();
  #sweepAt = FIRST_SWEEP;

  /** How many are on record, also those that nobody has any more. */
  get size(): number {
    return this.#messages.size;
  }

  /** Takes note of a message. */
  add({ plaintext, ...rest }: KeptMessage): void {
    this.#messages.set(rest.sequence, { plaintext: new WeakRef(plaintext), rest });
    if (this.size >= this.#sweepAt) this.#sweep();
  }

  /** The message with a number, with the very plaintext that it had, if somebody has that. */
  find(sequence: bigint): KeptMessage | undefined {
    const message = this.#messages.get(sequence);
    const plaintext = message?.plaintext.deref();
    return message && plaintext && { ...message.rest, plaintext };
  }

  #sweep(): void {
    for (const [sequence, { plaintext }] of this.#messages) {
      if (plaintext.deref() === undefined) this.#messages.delete(sequence);
    }
    // At twice what is left, so that the cost of a sweep is spread over as many additions.
    this.#sweepAt = Math.max(FIRST_SWEEP, 2 * this.size);
  }
}
