import type { FramedMessage, Framing } from "./framing.ts";
import { type Instant, unixSeconds } from "./instant.ts";
import { MessageIds } from "./message_ids.ts";

/** How long fragments can be asked for again after the last one left (PROTOCOL 1.6). */
export const FRAGMENT_RETENTION_MS = 5_000;

/** Messages of which an outbox remembers how to send fragments again. */
export const MAX_RETAINED_MESSAGES = 256;

/**
 * How old a sealing may be for a message that is sent again under it, milliseconds: half the age
 * that PROTOCOL 1.5 allows a token by default, so that it is still fresh when its last fragment comes.
 */
export const SEALING_REUSE_MS = 30_000;

/** A message of several fragments, on its way or gone. */
export interface LongMessage extends FramedMessage {
  /** When it was sealed, monotonic time. */
  readonly sealedAtMs: number;
  /** Monotonic time; Infinity until its last fragment has left. */
  forgetAtMs: number;
  /** Fragments that have left since it began to leave last; Infinity when all have. */
  leftFragments: number;
  /** How often fragments of it were sent again since it left last. */
  repairs: number;
}

/**
 * The long messages of one outbox, from the moment that they begin to leave until nobody may ask
 * for their fragments any more.
 */
export class RetainedMessages {
  readonly #randomBytes: (count: number) => Uint8Array;
  readonly #messageIds: MessageIds;
  /** By message id, the one that began to leave longest ago first. */
  readonly #messages = new Map<number, LongMessage>();
  /** The newest of each plaintext, so that it is not looked for among hundreds. */
  readonly #byPlaintext = new Map<Uint8Array, LongMessage>();

  /** @param randomBytes Gives `count` unpredictable bytes; good until the next call. */
  constructor(randomBytes: (count: number) => Uint8Array) {
    this.#randomBytes = randomBytes;
    this.#messageIds = new MessageIds(randomBytes(4));
  }

  /**
   * Takes note that a message begins to leave.
   *
   * @param plaintext The message; the very same array means that it is sent again.
   * @param framing What its token is sealed with and carried in.
   * @param now The moment.
   * @returns The message, under the id, IV and time of the last time when it is sent again and they
   *   are not too old: then the fragments that came the last time still count.
   */
  begin(plaintext: Uint8Array, framing: Framing, now: Instant): LongMessage {
    const message = this.#reusable(plaintext, framing, now) ?? this.#seal(plaintext, framing, now);
    message.forgetAtMs = Infinity;
    message.leftFragments = 0;
    message.repairs = 0;
    this.#messages.delete(message.messageId);
    this.#messages.set(message.messageId, message);
    this.#byPlaintext.set(plaintext, message);
    this.forgetOld(now);
    return message;
  }

  /** Takes note that the last fragment of a message has left. */
  finish(message: LongMessage, now: Instant): void {
    message.forgetAtMs = now.monotonicMs + FRAGMENT_RETENTION_MS;
    message.leftFragments = Infinity;
  }

  /** The message with an id, if its fragments may still be asked for. */
  find(messageId: number): LongMessage | undefined {
    return this.#messages.get(messageId);
  }

  /** Forgets the messages whose fragments nobody may ask for any more. */
  forgetOld(now: Instant): void {
    // Asked for every message, also where none was ever long.
    if (this.#messages.size === 0) return;
    for (const message of this.#messages.values()) {
      const isOld = now.monotonicMs >= message.forgetAtMs;
      if (!isOld && this.#messages.size <= MAX_RETAINED_MESSAGES) return;
      this.#forget(message);
    }
  }

  #forget({ messageId, plaintext }: LongMessage): void {
    this.#messages.delete(messageId);
    if (this.#byPlaintext.get(plaintext)?.messageId === messageId) {
      this.#byPlaintext.delete(plaintext);
    }
  }

  #reusable(plaintext: Uint8Array, framing: Framing, now: Instant): LongMessage | undefined {
    const message = this.#byPlaintext.get(plaintext);
    if (message === undefined || message.framing !== framing) return undefined;
    return now.monotonicMs < message.sealedAtMs + SEALING_REUSE_MS ? message : undefined;
  }

  #seal(plaintext: Uint8Array, framing: Framing, now: Instant): LongMessage {
    return {
      messageId: this.#messageIds.take(),
      plaintext,
      framing,
      iv: this.#randomBytes(16).slice(),
      sealedAtSeconds: unixSeconds(now),
      sealedAtMs: now.monotonicMs,
      forgetAtMs: Infinity,
      leftFragments: 0,
      repairs: 0,
    };
  }
}
