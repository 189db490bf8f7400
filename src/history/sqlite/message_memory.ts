import type { HistoryLimits, KeptMessage } from "../history.ts";
import { RecentMessages } from "../recent_messages.ts";
import { LiveMessages } from "./live_messages.ts";

/** The newest messages that are held in memory as well: what clients miss is mostly among them. */
export const RECENT_LIMITS: HistoryLimits = {
  maxMessages: 4_096,
  maxBytes: 8 * 1024 * 1024,
  maxAgeMs: undefined,
};

/** Older messages that were read and are held, for the next client that asks. */
export const MAX_READ_MESSAGES = 1_024;

/** What they amount to, bytes of plaintext. */
export const MAX_READ_BYTES = 8 * 1024 * 1024;

/** The messages of a file that are in memory: the newest ones, and those that were read lately. */
export class MessageMemory {
  readonly #recent: RecentMessages;
  /** In the order in which they were read. */
  readonly #read = new Map<bigint, KeptMessage>();
  #readBytes = 0;
  /** No number in `#read` is lower. */
  #lowestRead = 0n;
  readonly #live = new LiveMessages();

  /** @param newest The number before the first one that is added. */
  constructor(newest: bigint) {
    this.#recent = new RecentMessages(RECENT_LIMITS, newest);
  }

  /** Adds the message whose number follows that of the last one added. */
  add(message: KeptMessage): void {
    this.#recent.add(message);
    this.#live.add(message);
  }

  /** The message with a number, if it is in memory. */
  find(sequence: bigint): KeptMessage | undefined {
    return this.#recent.find(sequence) ?? this.#read.get(sequence);
  }

  /** The number of the message that is in memory under an id. */
  sequenceOf(messageId: string): bigint | undefined {
    return this.#recent.sequenceOf(messageId);
  }

  /** The message with a number, if it was in memory and somebody still has its plaintext. */
  recall(sequence: bigint): KeptMessage | undefined {
    return this.#live.find(sequence);
  }

  /** Adds a message that was read, anew: one that can't be recalled. */
  addRead(message: KeptMessage): void {
    const { sequence } = message;
    this.#live.add(message);
    if (this.#read.size === 0 || sequence < this.#lowestRead) this.#lowestRead = sequence;
    this.#read.set(sequence, message);
    this.#readBytes += message.plaintext.byteLength;
    this.#forgetRead();
  }

  /** Forgets all below a number. */
  forgetBelow(sequence: bigint): void {
    this.#recent.forgetBelow(sequence);
    if (this.#read.size === 0 || sequence <= this.#lowestRead) return;
    this.#lowestRead = sequence;
    for (const [number, message] of this.#read) {
      if (number < sequence) this.#drop(message);
    }
  }

  #forgetRead(): void {
    for (const message of this.#read.values()) {
      if (this.#read.size <= MAX_READ_MESSAGES && this.#readBytes <= MAX_READ_BYTES) return;
      this.#drop(message);
    }
  }

  #drop({ sequence, plaintext }: KeptMessage): void {
    this.#read.delete(sequence);
    this.#readBytes -= plaintext.byteLength;
  }
}
