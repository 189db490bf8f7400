/**
 * Where a relay keeps what was said: the interface that the relay goes by, whatever is behind it.
 *
 * A history gives each message its number (RELAY_SEQUENCE), and the series of these numbers lasts as
 * long as the history (PROTOCOL 1.7). A message counts as said once it is kept: only then is it
 * relayed and acknowledged. In memory that is at once; on a disk or in a cluster it takes its time,
 * and what became of it comes as news.
 */

/** A message that is to be kept. */
export interface NewMessage {
  /**
   * Names the message: the same when its client sends it again in a later session, to this relay or
   * to another one of a cluster. Nobody but that client and its relays can know it.
   */
  readonly messageId: string;
  /** Its SENDER_ID. */
  readonly senderId: string;
  /** Session id of its sender, 16 hexadecimal digits. */
  readonly sessionId: string;
  /** Its CLIENT_SEQUENCE in that session; 0 when it had none. */
  readonly clientSequence: bigint;
  /** CLIENT_INSTANCE of its sender, 32 hexadecimal digits; `undefined` when that names none. */
  readonly instance: string | undefined;
  /** When it came, Unix milliseconds. */
  readonly unixMs: number;
  /** The message; copied where it is kept. */
  readonly payload: Uint8Array;
}

/** A message that is kept. */
export interface KeptMessage extends Omit<NewMessage, "payload"> {
  /** Its RELAY_SEQUENCE. */
  readonly sequence: bigint;
  /** The TLVs as they go out: SENDER_ID, RELAY_SEQUENCE, MESSAGE. Not to be changed. */
  readonly plaintext: Uint8Array;
  /** Length of the message itself, bytes. */
  readonly payloadBytes: number;
}

/** Bounds of a history; nothing is kept past any of them. */
export interface HistoryLimits {
  /** Messages. */
  readonly maxMessages: number;
  /** What goes out of them, bytes of plaintext. */
  readonly maxBytes: number;
  /** How old they may be, milliseconds; `undefined` for any age. */
  readonly maxAgeMs: number | undefined;
}

/** What has become of messages since it was asked last, in order. */
export type HistoryNews =
  /** The message with the number after the last one is kept; `ticket` is its own if it came by `append`. */
  | { readonly type: "kept"; readonly message: KeptMessage; readonly ticket: number | undefined }
  /** The message had been kept before, under a number. */
  | { readonly type: "duplicate"; readonly ticket: number; readonly sequence: bigint }
  /** The message will never be kept; `reason` is for people. */
  | { readonly type: "refused"; readonly ticket: number; readonly reason: string }
  /** Numbers up to `last` hold no message that can be read. */
  | { readonly type: "passed"; readonly last: bigint }
  /** What was kept is gone: a new series has begun, with nothing in it or with what `find` gives. */
  | { readonly type: "new_series" }
  /** `trouble` has changed. */
  | { readonly type: "trouble"; readonly trouble: string | undefined };

/** A history as the relay core sees it: no method waits for anything. */
export interface History {
  /** Names the series of its numbers, 8 bytes. */
  readonly seriesId: Uint8Array;
  /** The number of the newest message kept; 0 before the first. */
  readonly newest: bigint;
  /** The number of the oldest message held; one above the newest when none is. */
  readonly oldest: bigint;
  /** How many messages are held. */
  readonly messages: number;
  /** What they amount to, bytes of plaintext. */
  readonly bytes: number;
  readonly limits: HistoryLimits;
  /** How many messages wait to be kept. */
  readonly waiting: number;
  /** Whether it takes one more message. */
  readonly hasRoom: boolean;
  /** Why nothing can be kept at the moment, in words for a person; `undefined` when it can. */
  readonly trouble: string | undefined;

  /** The message with a number, if it is held; its `plaintext` is the same array as long as anyone has that. */
  find(sequence: bigint): KeptMessage | undefined;

  /** The number of the message that is held under an id; only those with an `instance` are found. */
  sequenceOf(messageId: string): bigint | undefined;

  /** The number of the oldest message held that came at `unixMs` or later; one above the newest if none did. */
  firstSince(unixMs: number): bigint;

  /** Forgets what is too old at `nowUnixMs`. */
  expire(nowUnixMs: number): void;

  /**
   * Takes a message to be kept, behind all that it took before of the same session.
   *
   * @param message One whose id is not held; `hasRoom` has been asked.
   * @returns Its ticket, by which the news speaks of it.
   */
  append(message: NewMessage): number;

  /** Takes the news out. Each ticket is spoken of once. */
  takeNews(): HistoryNews[];
}

/** A history as the relay's shell sees it. */
export interface HistoryStore extends History, AsyncDisposable {
  /** What it is called in logs: `memory`, `sqlite` or `nats`. */
  readonly kind: "memory" | "sqlite" | "nats";

  /** Has `onNews` called whenever `takeNews` has something to give that `append` did not bring about. */
  listen(onNews: () => void): void;

  /**
   * Waits until all is known that was kept before the call, wherever: a client that comes from another
   * relay must not be told a newest number below the one that it has.
   *
   * @returns When it is, or when it can't be told soon; never rejects.
   */
  caughtUp(): Promise<void>;

  /** Keeps what waits, if that can be done soon, and lets go of everything. */
  [Symbol.asyncDispose](): Promise<void>;
}
