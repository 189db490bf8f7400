import { AgeOrder } from "./age_order.ts";
import { TLV_HEADER_BYTES } from "./tlv.ts";
import { maxPlaintextBytes } from "./token_size.ts";

/** What stands in the value of a FRAGMENT_NACK. */
const MESSAGE_ID_BYTES = 4;
const SEQUENCE_NUMBER_BYTES = 2;

/** How long after its last fragment a receiver asks for what is missing (PROTOCOL 1.6). */
export const FRAGMENT_NACK_DELAY_MS = 200;

/** How often it asks for one message (PROTOCOL 1.6). */
export const MAX_FRAGMENT_NACKS = 5;

/** The smallest datagram budget that can be configured, bytes (PROTOCOL 1.1). */
const SMALLEST_BUDGET_BYTES = 576;

/**
 * How many fragments one FRAGMENT_NACK can name in a single datagram.
 *
 * @param budgetBytes UDP payload that the datagram may have.
 * @see PROTOCOL 1.2, 1.6
 */
export function nackedFragmentsWithin(budgetBytes: number): number {
  const valueBytes = maxPlaintextBytes(budgetBytes - TLV_HEADER_BYTES) - TLV_HEADER_BYTES;
  return Math.floor((valueBytes - MESSAGE_ID_BYTES) / SEQUENCE_NUMBER_BYTES);
}

/** Bounds of reassembly (PROTOCOL 1.6). */
export interface ReassemblyLimits {
  /** The longest token that may be put together, bytes. */
  readonly maxTokenBytes: number;
  /** Fragments of unfinished tokens held for one peer, bytes. */
  readonly maxPeerBytes: number;
  /** Fragments of unfinished tokens held for all peers together, bytes. */
  readonly maxTotalBytes: number;
  /** Message ids remembered for one peer, finished and unfinished. */
  readonly maxPeerMessages: number;
  /** Message ids remembered for all peers together; past it the one that was quiet longest goes. */
  readonly maxMessages: number;
  /** How long a message may go without a new fragment, milliseconds. */
  readonly timeoutMs: number;
  /** How long after its last new fragment a message counts as stalled, milliseconds. */
  readonly nackDelayMs: number;
  /** How often one message can be named as stalled. */
  readonly maxNacks: number;
  /** How many missing fragments are named each time. */
  readonly maxNackedFragments: number;
}

/**
 * The bounds of PROTOCOL 1.6 for a given longest token.
 *
 * @param maxTokenBytes The longest token, bytes. When it exceeds a default bound (4 MiB for a peer,
 *   64 MiB in all), that bound rises to it, since else no such token could ever arrive.
 * @param timeoutMs `fragment_timeout` in milliseconds.
 * @param budgetBytes The datagram budget, bytes, into which a FRAGMENT_NACK has to fit.
 */
export function reassemblyLimits(
  maxTokenBytes: number,
  timeoutMs: number,
  budgetBytes: number = SMALLEST_BUDGET_BYTES,
): ReassemblyLimits {
  return {
    maxTokenBytes,
    maxPeerBytes: Math.max(4 * 1024 * 1024, maxTokenBytes),
    maxTotalBytes: Math.max(64 * 1024 * 1024, maxTokenBytes),
    maxPeerMessages: 1024,
    maxMessages: 262_144,
    timeoutMs,
    nackDelayMs: FRAGMENT_NACK_DELAY_MS,
    maxNacks: MAX_FRAGMENT_NACKS,
    maxNackedFragments: nackedFragmentsWithin(budgetBytes),
  };
}

/** A message of which fragments came. Only `Reassembly` and `ReassemblyPool` change it. */
export interface PartialMessage {
  /** `collecting` until its last fragment came or it was given up, then `closed`. */
  state: "collecting" | "closed";
  /** Whose message it is, as given to `Reassembly`. */
  readonly peer: string;
  readonly messageId: number;
  readonly total: number;
  /** Chunks by sequence number, owned copies; empty once closed. */
  readonly chunks: Map<number, Uint8Array>;
  /** Bytes of all chunks. */
  tokenBytes: number;
  /** What the message counts against the bounds, bytes. */
  chargedBytes: number;
  /** Monotonic time of the last new fragment. */
  lastNewMs: number;
  /** When to ask for what is missing, and how often that was done. */
  nackAtMs: number;
  nacks: number;
  /** Takes the message out of its peer's table. */
  readonly forget: () => void;
  /** Takes `bytes` off its peer's account. */
  readonly release: (bytes: number) => void;
}

/** A message that lacks fragments and has had no new one for a while. */
export interface StalledMessage {
  /** Whose message it is, as given to `Reassembly`. */
  readonly peer: string;
  readonly messageId: number;
  /** The first missing sequence numbers, at most `maxNackedFragments` of the limits. */
  readonly missing: readonly number[];
}

/**
 * What the reassemblies of all peers share: the bound on bytes in all, and the orders in which
 * messages grow old.
 *
 * A closed message stays for one more time-out without its chunks, so that a late duplicate of a
 * fragment does not begin the message anew.
 */
export class ReassemblyPool {
  readonly limits: ReassemblyLimits;
  #chargedBytes = 0;
  // The first element of each is the oldest, or the next one due.
  readonly #collecting = new AgeOrder<PartialMessage>();
  readonly #byActivity = new AgeOrder<PartialMessage>();
  readonly #byNack = new AgeOrder<PartialMessage>();

  /** @param limits The bounds to keep. */
  constructor(limits: ReassemblyLimits) {
    this.limits = limits;
  }

  /** Bytes charged for the unfinished messages of all peers. */
  get chargedBytes(): number {
    return this.#chargedBytes;
  }

  /** Whether fragments are still asked for of any message. */
  get isAsking(): boolean {
    return this.#byNack.size > 0;
  }

  /**
   * Takes in a message that has just begun.
   *
   * @returns How many unfinished messages were given up for it.
   */
  begin(message: PartialMessage): number {
    this.#collecting.touch(message);
    this.#byActivity.touch(message);
    let evicted = 0;
    while (this.#byActivity.size > this.limits.maxMessages) {
      const oldest = this.#byActivity.first ?? message;
      if (oldest.state === "collecting") evicted++;
      this.remove(oldest);
    }
    return evicted;
  }

  /** Charges a new fragment to a message and marks it as active at `nowMs`. */
  grow(message: PartialMessage, chargeBytes: number, nowMs: number): void {
    message.lastNewMs = nowMs;
    message.chargedBytes += chargeBytes;
    this.#chargedBytes += chargeBytes;
    this.#byActivity.touch(message);
    this.#scheduleNack(message, nowMs);
  }

  /** Ends a message, complete or given up, and frees its chunks. */
  close(message: PartialMessage): void {
    message.state = "closed";
    message.chunks.clear();
    this.#collecting.delete(message);
    this.#byNack.delete(message);
    this.#chargedBytes -= message.chargedBytes;
    message.release(message.chargedBytes);
    message.chargedBytes = 0;
  }

  /** Ends a message and forgets that it ever was. */
  remove(message: PartialMessage): void {
    this.close(message);
    this.#byActivity.delete(message);
    message.forget();
  }

  /**
   * Closes the oldest unfinished messages of all peers until the bound on bytes in all is kept.
   *
   * @returns How many messages were given up.
   */
  shrink(): number {
    let evicted = 0;
    for (const message of this.#collecting) {
      if (this.#chargedBytes <= this.limits.maxTotalBytes) break;
      this.close(message);
      evicted++;
    }
    return evicted;
  }

  /**
   * Drops what has gone without a new fragment for the time-out.
   *
   * @param nowMs Monotonic time.
   * @returns How many unfinished messages were dropped.
   */
  expire(nowMs: number): number {
    let dropped = 0;
    for (const message of this.#byActivity) {
      if (nowMs < message.lastNewMs + this.limits.timeoutMs) break;
      if (message.state === "collecting") dropped++;
      this.remove(message);
    }
    return dropped;
  }

  /**
   * Names the messages of which missing fragments are to be asked for, and counts that as done.
   *
   * @param nowMs Monotonic time.
   * @returns One entry a message, each at most `maxNacks` times in its life.
   */
  takeStalled(nowMs: number): StalledMessage[] {
    const stalled: StalledMessage[] = [];
    for (const message of this.#byNack) {
      if (nowMs < message.nackAtMs) break;
      message.nacks++;
      this.#scheduleNack(message, nowMs);
      const { peer, messageId } = message;
      stalled.push({
        peer,
        messageId,
        missing: missingFragments(message, this.limits.maxNackedFragments),
      });
    }
    return stalled;
  }

  /** When `expire` or `takeStalled` has something to do next, monotonic milliseconds. */
  nextDeadlineMs(): number | undefined {
    const oldest = this.#byActivity.first;
    if (oldest === undefined) return undefined;
    const nackAtMs = this.#byNack.first?.nackAtMs ?? Infinity;
    return Math.min(oldest.lastNewMs + this.limits.timeoutMs, nackAtMs);
  }

  #scheduleNack(message: PartialMessage, nowMs: number): void {
    message.nackAtMs = nowMs + this.limits.nackDelayMs;
    if (message.nacks < this.limits.maxNacks) this.#byNack.touch(message);
    else this.#byNack.delete(message);
  }
}

function missingFragments({ chunks, total }: PartialMessage, maxCount: number): number[] {
  const missing: number[] = [];
  for (let number = 0; number < total && missing.length < maxCount; number++) {
    if (!chunks.has(number)) missing.push(number);
  }
  return missing;
}
