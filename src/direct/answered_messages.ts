import { sha256 } from "../crypto/sha256.ts";
import type { Fragment } from "../wire/fragment.ts";

/** Message ids remembered for one address; past it the oldest is forgotten. */
export const MAX_ANSWERED_MESSAGES = 16;

/** How long they are remembered, milliseconds. */
const LIFETIME_MS = 60_000;

/** The least time between two ACKs of one message, milliseconds. */
export const REPEATED_ACK_MS = 100;

interface AnsweredMessage {
  /** A hash of each fragment's payload, in order. */
  readonly marks: Uint32Array;
  /** How many fragments at its start may be alike in other messages; of the rest none is. */
  readonly headFragments: number;
  readonly sinceMs: number;
  /** When it was acknowledged last; `undefined` as long as it must not be. */
  acknowledgedMs: number | undefined;
}

/** How long fragments wait for one that tells whose they are, milliseconds. */
export const UNDECIDED_MS = 300;

/** What a fragment is to a message that came whole before. */
export type RepeatedFragment =
  /** Nothing: no such message, or its id is used again for another. */
  | "new"
  /** A copy of a fragment, and nothing is to be said yet. */
  | "copy"
  /** A copy of a fragment, so that the ACK may have been lost. */
  | "asks_for_ack"
  /** A copy, or how another message under the same id begins; kept until one that comes tells. */
  | "undecided";

/** Fragments of which it is open whose they are. */
interface Undecided {
  readonly messageId: number;
  /** When the last of them came. */
  readonly lastMs: number;
  /** By number, in memory of their own. */
  readonly fragments: Map<number, Fragment>;
}

/**
 * The fragmented messages of one address that came whole: being opened, or acknowledged.
 *
 * A client whose ACK was lost sends fragments again, and must be answered, and its message not taken
 * twice. A client may also use a message id again for another message: what tells the two apart is
 * the content, since encryption is randomised. Only how they begin may be the same, as hybrid messages
 * with one RSA block do: a fragment of that alone tells nothing.
 */
export class AnsweredMessages {
  // Kept in the order in which they came whole.
  readonly #messages = new Map<number, AnsweredMessage>();
  /** Of one message at a time: clients send one after the other. */
  #undecided: Undecided | undefined;

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
   * @param headBytes Bytes at its start that another message may begin with as well.
   */
  open(messageId: number, chunks: readonly Uint8Array[], nowMs: number, headBytes = 0): void {
    this.forget(messageId);
    this.#messages.set(messageId, {
      marks: Uint32Array.from(chunks, markOf),
      headFragments: countWithin(chunks, headBytes),
      sinceMs: nowMs,
      acknowledgedMs: undefined,
    });
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
    this.#dropUndecided(messageId);
  }

  /** Whether a fragment is a copy of one of these messages; changes nothing. */
  holds(fragment: Fragment): boolean {
    return this.#matching(fragment) !== undefined;
  }

  /**
   * Compares a fragment with these messages. One that uses an id for another message makes it free;
   * one that asks for an ACK counts as answered.
   *
   * @param fragment A decoded fragment; copied where kept.
   * @param nowMs Monotonic time.
   */
  repeat(fragment: Fragment, nowMs: number): RepeatedFragment {
    const message = this.#matching(fragment);
    if (message === undefined) {
      this.#free(fragment);
      return "new";
    }
    if (fragment.sequenceNumber < message.headFragments) {
      this.#keepUndecided(fragment, nowMs);
      return "undecided";
    }
    this.#dropUndecided(fragment.messageId);
    const { acknowledgedMs } = message;
    if (acknowledgedMs === undefined || nowMs < acknowledgedMs + REPEATED_ACK_MS) return "copy";
    message.acknowledgedMs = nowMs;
    return "asks_for_ack";
  }

  /**
   * Takes the fragments of an id that were undecided. When the next one is new, they are too.
   *
   * @param messageId Their id.
   * @param nowMs Monotonic time.
   * @returns In memory of their own; none when the last of them came too long ago.
   */
  takeUndecided(messageId: number, nowMs: number): Fragment[] {
    const undecided = this.#undecided;
    if (undecided?.messageId !== messageId) return [];
    this.#undecided = undefined;
    return nowMs < undecided.lastMs + UNDECIDED_MS ? [...undecided.fragments.values()] : [];
  }

  /** Frees an id that is used again. A message that begins otherwise has no use for what came. */
  #free({ messageId, sequenceNumber, total }: Fragment): void {
    const message = this.#messages.get(messageId);
    const beginsAlike = message?.marks.length === total && sequenceNumber >= message.headFragments;
    if (!beginsAlike) this.#dropUndecided(messageId);
    this.#messages.delete(messageId);
  }

  #keepUndecided(fragment: Fragment, nowMs: number): void {
    const { messageId, sequenceNumber, chunk } = fragment;
    const fragments = new Map(
      this.takeUndecided(messageId, nowMs).map((earlier) => [earlier.sequenceNumber, earlier]),
    );
    fragments.set(sequenceNumber, { ...fragment, chunk: chunk.slice() });
    this.#undecided = { messageId, lastMs: nowMs, fragments };
  }

  #dropUndecided(messageId: number): void {
    if (this.#undecided?.messageId === messageId) this.#undecided = undefined;
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
      this.forget(messageId);
    }
  }
}

/** How many chunks lie within so many bytes from the start. */
function countWithin(chunks: readonly Uint8Array[], bytes: number): number {
  let end = 0;
  const count = chunks.findIndex(({ byteLength }) => (end += byteLength) > bytes);
  return count < 0 ? chunks.length : count;
}

function markOf(chunk: Uint8Array): number {
  const digest = sha256(chunk);
  return new DataView(digest.buffer).getUint32(0);
}
