import type { Instant } from "../session/instant.ts";
import type { Outbox } from "../session/outbox.ts";
import { TokenBucket, type TokenBucketRate } from "../session/token_bucket.ts";
import { decodeFragment } from "../wire/fragment.ts";
import type { FragmentNack } from "../wire/fragment_nack.ts";
import { TLV_HEADER_BYTES } from "../wire/tlv.ts";
import type { OutgoingMessage } from "./outgoing_message.ts";
import type { SendWindow } from "./send_window.ts";
import { WaitingMessages } from "./waiting_messages.ts";

/** Datagrams that one `pump` gives, so that sending never keeps the caller from receiving. */
export const MAX_PUMPED_DATAGRAMS = 64;

/**
 * How long after its last fragment left a message can be expected to be asked for again,
 * milliseconds: three requests, since a receiver makes one each 200 ms (PROTOCOL 1.6).
 */
export const REPAIR_LINGER_MS = 700;

const PUMP_INTERVAL_MS = 1;

/** What `pump` does, in order. */
export type SenderStep =
  | { readonly step: "datagram"; readonly datagram: Uint8Array }
  | {
    readonly step: "progress";
    readonly messageId: number;
    readonly sentDatagrams: number;
    readonly totalDatagrams: number;
  }
  | { readonly step: "left"; readonly messageId: number }
  /** The relay did not acknowledge it, however often it was sent. */
  | { readonly step: "given_up"; readonly messageId: number };

/** A message that goes to the outbox. */
interface Departure {
  readonly message: OutgoingMessage;
  readonly plaintext: Uint8Array;
  /** CLIENT_SEQUENCE, where there is a window. */
  readonly sequence: bigint | undefined;
  /** Whether its user was told before that it left. */
  readonly isTold: boolean;
}

interface Leaving extends Departure {
  readonly totalDatagrams: number;
  sentDatagrams: number;
}

/**
 * The messages that a client wants to send: they wait here until there is a relay, and go to its
 * outbox one at a time.
 *
 * So when the relay is lost, all but the datagrams that already left is still here: a message of
 * which a part has left is sent again from its beginning. The old relay never had the whole of it,
 * so that nobody gets it twice. With a window, what the relay did not acknowledge is still here too.
 */
export class MessageSender {
  readonly #pace: TokenBucket;
  readonly #waiting = new WaitingMessages();
  #outbox: Outbox | undefined;
  #window: SendWindow | undefined;
  #leaving: Leaving | undefined;
  #nextPumpMs = 0;
  #lastFragmentMs = -Infinity;

  /** @param rate How fast messages leave. @param nowMs Monotonic time. */
  constructor(rate: TokenBucketRate, nowMs: number) {
    this.#pace = new TokenBucket(rate, nowMs);
  }

  /** Whether nothing waits, nothing is on its way out, and nothing is unacknowledged. */
  get isEmpty(): boolean {
    return this.#waiting.isEmpty && this.#leaving === undefined &&
      (this.#outbox?.isEmpty ?? true) && (this.#window?.messages ?? 0) === 0;
  }

  /** Until when fragments that have left may still be asked for, monotonic milliseconds. */
  get lingerUntilMs(): number {
    return this.#lastFragmentMs + REPAIR_LINGER_MS;
  }

  /**
   * Takes a message.
   *
   * @param message The message; a single one may be longer than the bound on bytes.
   * @throws {RelayClientError} `SEND_QUEUE_FULL` if too much waits already.
   */
  add(message: OutgoingMessage): void {
    this.#waiting.add(message);
  }

  /**
   * Begins to send to the relay of an outbox.
   *
   * @param outbox The outbox; only this sender puts messages into it.
   * @param window With reliable delivery, what numbers and repeats them.
   */
  attach(outbox: Outbox, window?: SendWindow): void {
    this.#outbox = outbox;
    this.#window = window;
  }

  /**
   * Stops sending. What has not left whole, or is not acknowledged, goes back to the head of the
   * queue, in order.
   */
  detach(): void {
    const leaving = this.#leaving === undefined ? [] : [this.#leaving.message];
    this.#waiting.putBack(this.#window?.takeMessages() ?? leaving);
    this.#outbox = undefined;
    this.#window = undefined;
    this.#leaving = undefined;
    this.#lastFragmentMs = -Infinity;
  }

  /** Queues fragments again that the relay asks for. */
  repair(nack: FragmentNack, now: Instant): void {
    const queued = this.#outbox?.repair(nack, now) ?? 0;
    if (queued > 0) this.#window?.repaired(nack.messageId, now.monotonicMs);
  }

  /**
   * Sends what waits and may leave now.
   *
   * @param now The moment.
   * @returns At most `MAX_PUMPED_DATAGRAMS` datagrams, and what they mean for their messages.
   */
  pump(now: Instant): SenderStep[] {
    const steps: SenderStep[] = [];
    if (this.#outbox === undefined) return steps;
    for (const { messageId } of this.#window?.takeGivenUp(now.monotonicMs) ?? []) {
      steps.push({ step: "given_up", messageId });
    }
    for (let sent = 0; sent < MAX_PUMPED_DATAGRAMS; sent++) {
      const isUnderWay = this.#outbox.isEmpty
        ? this.#begin(this.#outbox, now, steps)
        : this.#continue(this.#outbox, now, steps);
      if (!isUnderWay) break;
    }
    this.#nextPumpMs = now.monotonicMs + PUMP_INTERVAL_MS;
    return steps;
  }

  /** When `pump` has something to do next, monotonic milliseconds. */
  nextDeadlineMs(): number | undefined {
    if (this.#outbox === undefined) return undefined;
    if (!this.#outbox.isEmpty || this.#mayBegin) return this.#nextPumpMs;
    const dueMs = this.#window?.nextDeadlineMs() ?? Infinity;
    return dueMs === Infinity ? undefined : Math.max(dueMs, this.#nextPumpMs);
  }

  get #mayBegin(): boolean {
    const { first } = this.#waiting;
    return first !== undefined && this.#window?.hasRoomFor(first) !== false;
  }

  #begin(outbox: Outbox, now: Instant, steps: SenderStep[]): boolean {
    if (!this.#pace.has(now.monotonicMs)) return false;
    const departure = this.#nextDeparture(now.monotonicMs);
    if (departure === undefined) return false;
    this.#pace.take(now.monotonicMs);
    const datagram = outbox.push(departure.plaintext, now);
    if (datagram instanceof Uint8Array) {
      steps.push({ step: "datagram", datagram });
      const leaving = { ...departure, totalDatagrams: 1, sentDatagrams: 0 };
      this.#advance(leaving, 1, now, steps);
    } else {
      this.#leaving = { ...departure, totalDatagrams: outbox.queuedDatagrams, sentDatagrams: 0 };
    }
    return true;
  }

  #nextDeparture(nowMs: number): Departure | undefined {
    const again = this.#window?.takeDueMessage(nowMs);
    if (again?.message !== undefined) return { ...again, message: again.message, isTold: true };
    const message = this.#mayBegin ? this.#waiting.shift() : undefined;
    if (message === undefined) return undefined;
    const { sequence, plaintext } = this.#window?.add(message) ??
      { sequence: undefined, plaintext: message.plaintext };
    return { message, plaintext, sequence, isTold: message.hasLeft ?? false };
  }

  #continue(outbox: Outbox, now: Instant, steps: SenderStep[]): boolean {
    const datagram = outbox.release(now);
    if (datagram === undefined) return false;
    steps.push({ step: "datagram", datagram });
    this.#lastFragmentMs = now.monotonicMs;
    const leaving = this.#leaving;
    if (leaving === undefined) return true;
    if (leaving.sequence !== undefined && leaving.sentDatagrams === 0) {
      const { messageId } = decodeFragment(datagram.subarray(TLV_HEADER_BYTES));
      this.#window?.leavesAs(leaving.sequence, messageId);
    }
    this.#advance(leaving, leaving.totalDatagrams - outbox.queuedDatagrams, now, steps);
    return true;
  }

  #advance(leaving: Leaving, sentDatagrams: number, now: Instant, steps: SenderStep[]): void {
    const { message: { messageId }, totalDatagrams, sequence, isTold } = leaving;
    // Fragments that are sent again stand in the same queue, and would make it look longer.
    if (sentDatagrams > leaving.sentDatagrams) {
      leaving.sentDatagrams = sentDatagrams;
      if (!isTold) steps.push({ step: "progress", messageId, sentDatagrams, totalDatagrams });
    }
    if (this.#outbox?.isEmpty !== true) return;
    this.#leaving = undefined;
    if (sequence !== undefined) this.#window?.left(sequence, now.monotonicMs);
    if (!isTold) steps.push({ step: "left", messageId });
  }
}
