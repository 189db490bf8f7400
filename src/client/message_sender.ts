import type { Instant } from "../session/instant.ts";
import type { Outbox } from "../session/outbox.ts";
import { TokenBucket, type TokenBucketRate } from "../session/token_bucket.ts";
import type { FragmentNack } from "../wire/fragment_nack.ts";
import type { OutgoingMessage } from "./outgoing_message.ts";
import { RelayClientError } from "./relay_client_error.ts";

/** Messages that wait to be sent; one more is refused. */
export const MAX_WAITING_MESSAGES = 256;

/** Plaintext that waits to be sent, bytes; a message that would pass it is refused. */
export const MAX_WAITING_BYTES = 8 * 1024 * 1024;

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
  | { readonly step: "left"; readonly messageId: number };

interface LeavingMessage {
  readonly message: OutgoingMessage;
  readonly totalDatagrams: number;
  sentDatagrams: number;
}

/**
 * The messages that a client wants to send: they wait here until there is a relay, and go to its
 * outbox one at a time.
 *
 * So when the relay is lost, all but the datagrams that already left is still here: a message of
 * which a part has left is sent again from its beginning. The old relay never had the whole of it,
 * so that nobody gets it twice.
 */
export class MessageSender {
  readonly #pace: TokenBucket;
  readonly #waiting: OutgoingMessage[] = [];
  #waitingBytes = 0;
  #outbox: Outbox | undefined;
  #leaving: LeavingMessage | undefined;
  #nextPumpMs = 0;
  #lastFragmentMs = -Infinity;

  /** @param rate How fast messages leave. @param nowMs Monotonic time. */
  constructor(rate: TokenBucketRate, nowMs: number) {
    this.#pace = new TokenBucket(rate, nowMs);
  }

  /** Whether nothing waits and nothing is on its way out. */
  get isEmpty(): boolean {
    return this.#waiting.length === 0 && this.#leaving === undefined &&
      (this.#outbox?.isEmpty ?? true);
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
    const bytes = this.#waitingBytes + message.plaintext.byteLength;
    const isFull = this.#waiting.length >= MAX_WAITING_MESSAGES ||
      (bytes > MAX_WAITING_BYTES && this.#waiting.length > 0);
    if (isFull) {
      throw new RelayClientError(
        "SEND_QUEUE_FULL",
        `Cannot send message: ${this.#waiting.length} messages with ${this.#waitingBytes} bytes wait`,
      );
    }
    this.#waiting.push(message);
    this.#waitingBytes = bytes;
  }

  /** Begins to send to the relay of an outbox. */
  attach(outbox: Outbox): void {
    this.#outbox = outbox;
  }

  /** Stops sending; a message that has not left whole goes back to the head of the queue. */
  detach(): void {
    this.#outbox = undefined;
    this.#lastFragmentMs = -Infinity;
    if (this.#leaving === undefined) return;
    const { message } = this.#leaving;
    this.#leaving = undefined;
    this.#waiting.unshift(message);
    this.#waitingBytes += message.plaintext.byteLength;
  }

  /** Queues fragments again that the relay asks for. */
  repair(nack: FragmentNack, now: Instant): void {
    this.#outbox?.repair(nack, now);
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
    return this.#outbox === undefined || this.isEmpty ? undefined : this.#nextPumpMs;
  }

  #begin(outbox: Outbox, now: Instant, steps: SenderStep[]): boolean {
    if (this.#waiting.length === 0 || !this.#pace.take(now.monotonicMs)) return false;
    const message = this.#waiting.shift();
    if (message === undefined) return false;
    const { messageId, plaintext } = message;
    this.#waitingBytes -= plaintext.byteLength;
    const datagram = outbox.push(plaintext, now);
    if (datagram instanceof Uint8Array) {
      steps.push(
        { step: "datagram", datagram },
        { step: "progress", messageId, sentDatagrams: 1, totalDatagrams: 1 },
        { step: "left", messageId },
      );
    } else {
      this.#leaving = { message, totalDatagrams: outbox.queuedDatagrams, sentDatagrams: 0 };
    }
    return true;
  }

  #continue(outbox: Outbox, now: Instant, steps: SenderStep[]): boolean {
    const datagram = outbox.release(now);
    if (datagram === undefined) return false;
    steps.push({ step: "datagram", datagram });
    this.#lastFragmentMs = now.monotonicMs;
    if (this.#leaving !== undefined) this.#advance(this.#leaving, outbox, steps);
    return true;
  }

  #advance(leaving: LeavingMessage, outbox: Outbox, steps: SenderStep[]): void {
    const { message: { messageId }, totalDatagrams } = leaving;
    const sentDatagrams = totalDatagrams - outbox.queuedDatagrams;
    // Fragments that are sent again stand in the same queue, and would make it look longer.
    if (sentDatagrams > leaving.sentDatagrams) {
      leaving.sentDatagrams = sentDatagrams;
      steps.push({ step: "progress", messageId, sentDatagrams, totalDatagrams });
    }
    if (!outbox.isEmpty) return;
    this.#leaving = undefined;
    steps.push({ step: "left", messageId });
  }
}
