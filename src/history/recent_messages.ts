import type { HistoryLimits, KeptMessage } from "./history.ts";

/** The last messages of a series, in memory. */
export class RecentMessages {
  readonly #limits: HistoryLimits;
  /** In the order of their numbers; `undefined` for a number without a message. What is held begins at `#first`. */
  #messages: (KeptMessage | undefined)[] = [];
  #first = 0;
  #oldest = 1n;
  #newest = 0n;
  #held = 0;
  #bytes = 0;
  readonly #byId = new Map<string, bigint>();

  /** @param limits Its bounds. @param newest The number before the first one that is added. */
  constructor(limits: HistoryLimits, newest = 0n) {
    this.#limits = limits;
    this.#newest = newest;
    this.#oldest = newest + 1n;
  }

  /** The number of the newest message ever added. */
  get newest(): bigint {
    return this.#newest;
  }

  /** The number of the oldest message held; one above the newest when none is. */
  get oldest(): bigint {
    return this.#oldest;
  }

  /** How many messages are held. */
  get size(): number {
    return this.#held;
  }

  /** What the messages held amount to, bytes of plaintext. */
  get bytes(): number {
    return this.#bytes;
  }

  /** The message with a number, if it is held. */
  find(sequence: bigint): KeptMessage | undefined {
    if (sequence < this.#oldest || sequence > this.#newest) return undefined;
    return this.#messages[this.#first + Number(sequence - this.#oldest)];
  }

  /** The number of the message that is held under an id, of those that name an instance. */
  sequenceOf(messageId: string): bigint | undefined {
    return this.#byId.get(messageId);
  }

  /** The number of the oldest message held that came at `unixMs` or later; one above the newest if none did. */
  firstSince(unixMs: number): bigint {
    // Not by halves: clocks are set, and those of several relays differ.
    for (let at = this.#first; at < this.#messages.length; at++) {
      const message = this.#messages[at];
      if (message !== undefined && message.unixMs >= unixMs) return message.sequence;
    }
    return this.#newest + 1n;
  }

  /** Adds the message whose number follows `newest`, and forgets the oldest ones past the bounds. */
  add(message: KeptMessage): void {
    this.#newest = message.sequence;
    this.#messages.push(message);
    this.#held++;
    this.#bytes += message.plaintext.byteLength;
    if (message.instance !== undefined) this.#byId.set(message.messageId, message.sequence);
    const { maxMessages, maxBytes } = this.#limits;
    while (this.#held > maxMessages || this.#bytes > maxBytes) this.#forgetOldest();
    this.#passHoles();
  }

  /** Takes note that the numbers up to `last` hold no message. */
  pass(last: bigint): void {
    if (last <= this.#newest) return;
    const holes = last - this.#newest;
    if (holes > BigInt(this.#limits.maxMessages)) return this.#restart(last);
    for (let hole = 0n; hole < holes; hole++) this.#messages.push(undefined);
    this.#newest = last;
    this.#passHoles();
  }

  /** Forgets what is older than the bound on age at `nowUnixMs`. */
  expire(nowUnixMs: number): void {
    const { maxAgeMs } = this.#limits;
    if (maxAgeMs === undefined) return;
    for (;;) {
      const oldest = this.#messages[this.#first];
      if (oldest === undefined || oldest.unixMs + maxAgeMs >= nowUnixMs) return;
      this.#forgetOldest();
      this.#passHoles();
    }
  }

  /** Forgets all below a number. */
  forgetBelow(sequence: bigint): void {
    while (this.#oldest < sequence && this.#oldest <= this.#newest) this.#forgetOldest();
    this.#passHoles();
  }

  #restart(newest: bigint): void {
    this.#messages = [];
    this.#first = 0;
    this.#newest = newest;
    this.#oldest = newest + 1n;
    this.#held = 0;
    this.#bytes = 0;
    this.#byId.clear();
  }

  #passHoles(): void {
    while (this.#oldest <= this.#newest && this.#messages[this.#first] === undefined) {
      this.#forgetOldest();
    }
  }

  #forgetOldest(): void {
    const message = this.#messages[this.#first];
    if (message !== undefined) {
      this.#held--;
      this.#bytes -= message.plaintext.byteLength;
      if (this.#byId.get(message.messageId) === message.sequence) {
        this.#byId.delete(message.messageId);
      }
    }
    this.#messages[this.#first] = undefined;
    this.#first++;
    this.#oldest++;
    // Once in a while, since it moves all that is held.
    if (this.#first * 2 <= this.#messages.length) return;
    this.#messages = this.#messages.slice(this.#first);
    this.#first = 0;
  }
}
