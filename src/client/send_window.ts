import { concat } from "@std/bytes";
import { encodeFirstSent, type FirstSent } from "../wire/first_sent.ts";
import { encodeTlvs, type Tlv } from "../wire/tlv.ts";
import type { TlvTypes } from "../wire/tlv_types.ts";
import { encodeU64 } from "../wire/u64.ts";
import type { OutgoingMessage } from "./outgoing_message.ts";

/** Messages that may be unacknowledged at once. */
export const MAX_UNACKNOWLEDGED_MESSAGES = 64;

/** Their plaintext, bytes; a single message may pass it. */
export const MAX_UNACKNOWLEDGED_BYTES = 256 * 1024;

/** How long the relay has to acknowledge a first try, milliseconds (PROTOCOL 1.7). */
export const FIRST_RTO_MS = 250;

/** How often a message is sent in all (PROTOCOL 1.7). */
export const MAX_TRIES = 8;

/** How long the relay has to acknowledge the last try, milliseconds: no other one follows it. */
export const LAST_RTO_MS = 2_000;

/** Something that leaves under a CLIENT_SEQUENCE. */
export interface NumberedSend {
  /** CLIENT_SEQUENCE. */
  readonly sequence: bigint;
  /** The message; `undefined` for a KEEP_ALIVE. */
  readonly message: OutgoingMessage | undefined;
  /** The TLVs of its token. */
  readonly plaintext: Uint8Array;
  /** Whether it is sent for the first time in this session. */
  readonly isFirst: boolean;
}

interface Entry {
  readonly sequence: bigint;
  readonly message: OutgoingMessage | undefined;
  plaintext: Uint8Array;
  hasLeft: boolean;
  tries: number;
  /** When it is to be sent again or given up; Infinity while it is on its way out. */
  dueMs: number;
  /** The message id of its fragments, if it has any. */
  fragmentsId: number | undefined;
}

/**
 * What a client has sent in one session and the relay has not acknowledged (PROTOCOL 1.7).
 *
 * The relay relays in the order of CLIENT_SEQUENCE, and is silent about what it holds back behind a
 * number that it misses. So the oldest entry alone can be given up, and an entry that becomes the
 * oldest one begins with its tries anew: what came of them before says nothing.
 */
export class SendWindow {
  readonly #types: TlvTypes;
  readonly #sessionId: string;
  /** By sequence, ascending. */
  readonly #entries = new Map<bigint, Entry>();
  #lastSequence = 0n;
  #messages = 0;
  #messageBytes = 0;

  /** @param types The type table in use. @param sessionId That of the session, 16 hexadecimal digits. */
  constructor(types: TlvTypes, sessionId: string) {
    this.#types = types;
    this.#sessionId = sessionId;
  }

  /** How many messages are unacknowledged. */
  get messages(): number {
    return this.#messages;
  }

  /** Whether a message may be sent now. */
  hasRoomFor({ plaintext }: OutgoingMessage): boolean {
    if (this.#messages === 0) return true;
    return this.#messages < MAX_UNACKNOWLEDGED_MESSAGES &&
      this.#messageBytes + plaintext.byteLength <= MAX_UNACKNOWLEDGED_BYTES;
  }

  /** Gives a message the next number. It is on its way out until `left`. */
  add(message: OutgoingMessage): NumberedSend {
    this.#messages++;
    this.#messageBytes += message.plaintext.byteLength;
    return sendOf(this.#append(message, message.plaintext, message.firstSent), true);
  }

  /**
   * Gives a KEEP_ALIVE the next number, or none when the newest number is that of one which is
   * unacknowledged: that one is as good, and is then sent again ahead of its time. It is on its way
   * out until `left`.
   */
  addKeepAlive(): NumberedSend {
    const newest = this.#entries.get(this.#lastSequence);
    if (newest !== undefined && newest.message === undefined) return this.#again(newest);
    const keepAlive = encodeTlvs([{ type: this.#types.KEEP_ALIVE, value: new Uint8Array() }]);
    return sendOf(this.#append(undefined, keepAlive), true);
  }

  /** Takes note that the last datagram of something has left. */
  left(sequence: bigint, nowMs: number): void {
    const entry = this.#entries.get(sequence);
    if (entry === undefined) return;
    entry.hasLeft = true;
    entry.dueMs = nowMs + timeoutMs(entry.tries);
  }

  /** Takes note of the message id under which a message leaves in fragments. */
  leavesAs(sequence: bigint, fragmentsId: number): void {
    const entry = this.#entries.get(sequence);
    if (entry !== undefined) entry.fragmentsId = fragmentsId;
  }

  /** Gives the relay time for fragments that it asked for and that are sent again. */
  repaired(fragmentsId: number, nowMs: number): void {
    for (const entry of this.#entries.values()) {
      const isWaiting = entry.fragmentsId === fragmentsId && entry.dueMs !== Infinity;
      if (isWaiting) entry.dueMs = Math.max(entry.dueMs, nowMs + timeoutMs(entry.tries));
    }
  }

  /** Takes note of an ACK; one for a number that is not waiting is no mistake. */
  acknowledge(sequence: bigint, nowMs: number): void {
    const entry = this.#entries.get(sequence);
    if (entry !== undefined) this.#remove(entry, nowMs);
  }

  /** Takes the next message that is to be sent again. It is on its way out until `left`. */
  takeDueMessage(nowMs: number): NumberedSend | undefined {
    return this.#takeDue(nowMs, (entry) => entry.message !== undefined);
  }

  /** Takes the next KEEP_ALIVE that is to be sent again. It is on its way out until `left`. */
  takeDueKeepAlive(nowMs: number): NumberedSend | undefined {
    return this.#takeDue(nowMs, (entry) => entry.message === undefined);
  }

  /** Takes out what was sent too often. @returns The messages among it. */
  takeGivenUp(nowMs: number): OutgoingMessage[] {
    const givenUp: OutgoingMessage[] = [];
    for (const entry of this.#entries.values()) {
      if (entry.tries < MAX_TRIES || nowMs < entry.dueMs) break;
      if (entry.message !== undefined) givenUp.push(entry.message);
      this.#remove(entry, nowMs);
    }
    return givenUp;
  }

  /** Takes out all messages, in order, for the next session, with what each was sent under first. */
  takeMessages(): OutgoingMessage[] {
    const sessionId = this.#sessionId;
    const messages: OutgoingMessage[] = [];
    for (const { message, sequence: clientSequence, hasLeft } of this.#entries.values()) {
      if (message === undefined) continue;
      const firstSent = message.firstSent ?? { sessionId, clientSequence };
      messages.push(hasLeft ? { ...message, firstSent, hasLeft } : { ...message, firstSent });
    }
    this.#entries.clear();
    this.#messages = 0;
    this.#messageBytes = 0;
    return messages;
  }

  /** When something is to be sent again or given up, monotonic milliseconds; `Infinity` for never. */
  nextDeadlineMs(): number {
    let nextMs = Infinity;
    let isOldest = true;
    for (const { tries, dueMs } of this.#entries.values()) {
      if (tries < MAX_TRIES || isOldest) nextMs = Math.min(nextMs, dueMs);
      isOldest = false;
    }
    return nextMs;
  }

  /** When a KEEP_ALIVE is to be sent again, monotonic milliseconds; `Infinity` for never. */
  nextKeepAliveMs(): number {
    let nextMs = Infinity;
    for (const { message, tries, dueMs } of this.#entries.values()) {
      if (message === undefined && tries < MAX_TRIES) nextMs = Math.min(nextMs, dueMs);
    }
    return nextMs;
  }

  #append(
    message: OutgoingMessage | undefined,
    content: Uint8Array,
    firstSent?: FirstSent,
  ): Entry {
    const { CLIENT_SEQUENCE, FIRST_SENT } = this.#types;
    const sequence = ++this.#lastSequence;
    const numbers: Tlv[] = [{ type: CLIENT_SEQUENCE, value: encodeU64(sequence) }];
    if (firstSent !== undefined) {
      numbers.push({ type: FIRST_SENT, value: encodeFirstSent(firstSent) });
    }
    const entry: Entry = {
      sequence,
      message,
      plaintext: concat([encodeTlvs(numbers), content]),
      hasLeft: message?.hasLeft ?? false,
      tries: 1,
      dueMs: Infinity,
      fragmentsId: undefined,
    };
    this.#entries.set(sequence, entry);
    return entry;
  }

  #takeDue(nowMs: number, isWanted: (entry: Entry) => boolean): NumberedSend | undefined {
    for (const entry of this.#entries.values()) {
      if (nowMs >= entry.dueMs && entry.tries < MAX_TRIES && isWanted(entry)) {
        return this.#again(entry);
      }
    }
    return undefined;
  }

  #again(entry: Entry): NumberedSend {
    // Under the same array a long message keeps its message id, and fragments that came still count.
    // Each second time it gets a new one: to the old id the relay is deaf once it has the whole, and
    // if only the ACK was lost it would never send another.
    if (entry.tries % 2 === 0) entry.plaintext = entry.plaintext.slice();
    entry.tries = Math.min(entry.tries + 1, MAX_TRIES);
    entry.dueMs = Infinity;
    return sendOf(entry, false);
  }

  #remove(entry: Entry, nowMs: number): void {
    const [oldest] = this.#entries.values();
    this.#entries.delete(entry.sequence);
    if (entry.message !== undefined) {
      this.#messages--;
      this.#messageBytes -= entry.message.plaintext.byteLength;
    }
    if (entry !== oldest) return;
    const [next] = this.#entries.values();
    if (next !== undefined) restart(next, nowMs);
  }
}

/** Lets the tries of an entry begin anew, the one that is under way counted. */
function restart(entry: Entry, nowMs: number): void {
  const ownDueMs = entry.tries === MAX_TRIES ? Infinity : entry.dueMs;
  entry.tries = 1;
  if (entry.dueMs !== Infinity) entry.dueMs = Math.min(ownDueMs, nowMs + FIRST_RTO_MS);
}

function sendOf({ sequence, message, plaintext }: Entry, isFirst: boolean): NumberedSend {
  return { sequence, message, plaintext, isFirst };
}

/** How long the relay has to acknowledge the try with a number from 1 to `MAX_TRIES`. */
function timeoutMs(tries: number): number {
  return tries === MAX_TRIES ? LAST_RTO_MS : FIRST_RTO_MS * 2 ** (tries - 1);
}
