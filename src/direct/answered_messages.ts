import { sha256 } from "../crypto/sha256.ts";
import type { Fragment } from "../wire/fragment.ts";

/** Message ids remembered for one address; past it the oldest is forgotten. */
export const MAX_ANSWERED_MESSAGES = 64;

/** How long they are remembered, milliseconds. */
const LIFETIME_MS = 60_000;

/** The least time between two ACKs of one message, milliseconds. */
export const REPEATED_ACK_MS = 100;

interface AnsweredMessage {
  /** A hash of each fragment's payload, in order: random for every message that was encrypted. */
  readonly marks: Uint32Array;
  readonly sinceMs: number;
  /** When it was acknowledged last; `undefined` as long as it must not be. */
  acknowledgedMs: number | undefined;
}

/** What a fragment is to a message that came whole before. */
export type RepeatedFragment =
  /** Nothing: no such message, or its id is used again for another. */
  | "new"
  /** A copy of a fragment, and nothing is to be said yet. */
  | "copy"
  /** A copy of a fragment, so that the ACK may have been lost. */
  | "asks_for_ack";

/**
 * The fragmented messages of one address that came whole: being opened, or acknowledged.
 *
 * A client whose ACK was lost sends fragments again, and must be answered, and its message not taken
 * twice. A client may also use a message id again for another message: what tells the two apart is
 * the content, since encryption is randomised.
 */
export class AnsweredMessages {
  // Kept in the order in which they came whole.
  readonly #messages = new Map<number, AnsweredMessage>();

  /** How many are remembered. */
  get size(): number {
    return this.#messages.size;
  }

  /**
   * Takes note of a message that came whole.
   *
   * @param messageId Its id.
   * @param chunks Its fragments in order; not kept.
   * @param nowMs Monotonic time.
   */
  open(messageId: number, chunks: readonly Uint8Array[], nowMs: number): void {
    const marks = Uint32Array.from(chunks, markOf);
    this.#messages.delete(messageId);
    this.#messages.set(messageId, { marks, sinceMs: nowMs, acknowledgedMs: undefined });
    this.#forgetOld(nowMs);
  }

  /** Takes note that a message was acknowledged. */
  acknowledge(messageId: number, nowMs: number): void {
    const message = this.#messages.get(messageId);
    if (message !== undefined) message.acknowledgedMs = nowMs;
  }

  /** Forgets a message that came to nothing, so that it can be sent again. */
  forget(messageId: number): void {
    this.#messages.delete(messageId);
  }

  /** Whether a fragment is a copy of one of these messages; changes nothing. */
  holds(fragment: Fragment): boolean {
    return this.#matching(fragment) !== undefined;
  }

  /**
   * Compares a fragment with these messages. One that uses an id for another message makes it free;
   * one that asks for an ACK counts as answered.
   *
   * @param fragment A decoded fragment.
   * @param nowMs Monotonic time.
   */
  repeat(fragment: Fragment, nowMs: number): RepeatedFragment {
    const message = this.#matching(fragment);
    if (message === undefined) {
      this.#messages.delete(fragment.messageId);
      return "new";
    }
    const { acknowledgedMs } = message;
    if (acknowledgedMs === undefined || nowMs < acknowledgedMs + REPEATED_ACK_MS) return "copy";
    message.acknowledgedMs = nowMs;
    return "asks_for_ack";
  }

  #matching({ messageId, sequenceNumber, total, chunk }: Fragment): AnsweredMessage | undefined {
    const message = this.#messages.get(messageId);
    if (message === undefined || message.marks.length !== total) return undefined;
    return message.marks[sequenceNumber] === markOf(chunk) ? message : undefined;
  }

  #forgetOld(nowMs: number): void {
    for (const [messageId, { sinceMs }] of this.#messages) {
      const isOld = nowMs >= sinceMs + LIFETIME_MS;
      if (!isOld && this.#messages.size <= MAX_ANSWERED_MESSAGES) return;
      this.#messages.delete(messageId);
    }
  }
}

function markOf(chunk: Uint8Array): number {
  const digest = sha256(chunk);
  return new DataView(digest.buffer).getUint32(0);
}
