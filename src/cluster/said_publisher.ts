import {
  createInbox,
  headers,
  type Msg,
  type NatsConnection,
  type Subscription,
} from "@nats-io/transport-node";
import type { NewMessage } from "../history/history.ts";
import type { Instant } from "../session/instant.ts";
import type { ClusterKeys } from "./cluster_keys.ts";
import { readPublishAnswer } from "./publish_answer.ts";
import { type Attempt, PublishQueue, type Settled } from "./publish_queue.ts";
import { sealSaid } from "./said_seal.ts";

/** What may wait to be kept. */
const LIMITS = { maxMessages: 16_384, maxBytes: 64 * 1024 * 1024, maxInFlight: 1_024 } as const;

/** What the headers of a message take, bytes, at most: they count towards what NATS takes. */
const HEADER_BYTES = 256;

/** What a `SaidPublisher` is made of. */
export interface SaidPublisherOptions {
  readonly keys: ClusterKeys;
  /** Name of the stream. */
  readonly stream: string;
  /** Its subject. */
  readonly subject: string;
  /** Reads both clocks. */
  readonly now: () => Instant;
  /** NATS has answered something: `settleUpTo` may have more to give. Must not throw. */
  readonly onAnswered: () => void;
  /** NATS did not take a message, and may not take others. Must not throw. */
  readonly onFailed: () => void;
  /** A message will never be kept; `reason` is for people. Must not throw. */
  readonly onRefused: (ticket: number, reason: string) => void;
}

/** Publishes messages until they stand in the stream. */
export class SaidPublisher {
  readonly #options: SaidPublisherOptions;
  readonly #queue = new PublishQueue(LIMITS);
  #connection: NatsConnection | undefined;
  #subscription: Subscription | undefined;
  #inbox = "";
  #failure = "no answer";
  #keptAtMs = 0;

  /** @param options Its parts. */
  constructor(options: SaidPublisherOptions) {
    this.#options = options;
  }

  /** How many messages wait to be kept. */
  get waiting(): number {
    return this.#queue.size;
  }

  /** Whether it takes one more message. */
  get hasRoom(): boolean {
    return this.#queue.hasRoom;
  }

  /** Whether it publishes. */
  get isAttached(): boolean {
    return this.#subscription !== undefined;
  }

  /** Why the last message that failed did so. */
  get failure(): string {
    return this.#failure;
  }

  /** Since when nothing has been kept, though something waits; monotonic milliseconds. */
  get stuckSinceMs(): number | undefined {
    const sinceMs = this.#queue.waitingSinceMs;
    return sinceMs === undefined ? undefined : Math.max(sinceMs, this.#keptAtMs);
  }

  /** Takes a message. @returns Its ticket. */
  add(message: NewMessage): number {
    const ticket = this.#queue.add(message, this.#options.now().monotonicMs);
    this.#publishDue();
    return ticket;
  }

  /** Gives a ticket to a message that need not be published. */
  nextTicket(): number {
    return this.#queue.nextTicket();
  }

  /** Publishes over a connection from now on. */
  attach(connection: NatsConnection): void {
    this.detach();
    if (connection.isClosed()) return;
    this.#connection = connection;
    this.#inbox = createInbox();
    const prefixLength = this.#inbox.length + 1;
    // One subscription for all answers: a request of the library costs a timer and a promise each.
    const subscription = connection.subscribe(`${this.#inbox}.*`, {
      callback: (error, message) => {
        if (error !== null || subscription !== this.#subscription) return;
        this.#receive(Number(message.subject.slice(prefixLength)), message);
      },
    });
    this.#subscription = subscription;
    this.#publishDue();
  }

  /** Publishes no more, until another connection comes. */
  detach(): void {
    const subscription = this.#subscription;
    this.#subscription = undefined;
    this.#connection = undefined;
    subscription?.unsubscribe();
    this.#queue.interrupt();
  }

  /** Has everything published again that is not settled, since the stream that took it is gone. */
  startOver(): void {
    this.#queue.startOver();
  }

  /** Publishes again what was not answered. To be called a few times a second. */
  tick(nowMs: number): void {
    if (this.#queue.expire(nowMs)) this.#failure = "no answer";
    this.#publishDue();
  }

  /** Settles a message that came as a part of the stream. @returns Its ticket, if it has one. */
  settle(messageId: string): number | undefined {
    const ticket = this.#queue.settle(messageId);
    if (ticket !== undefined) {
      this.#keptAtMs = this.#options.now().monotonicMs;
      this.#publishDue();
    }
    return ticket;
  }

  /** Settles those that stood in the stream before, which is known up to `newest`. */
  settleUpTo(newest: bigint): Settled[] {
    return this.#queue.settleUpTo(newest);
  }

  #publishDue(): void {
    const connection = this.#connection;
    if (connection === undefined) return;
    const due = this.#queue.takeDue(this.#options.now().monotonicMs);
    const refused = due.filter((attempt) => !this.#isPublished(connection, attempt));
    // Each made room for the next one of its session.
    if (refused.length > 0) this.#publishDue();
  }

  /** Publishes, or refuses what is too long. */
  #isPublished(connection: NatsConnection, { ticket, message }: Attempt): boolean {
    const { keys, stream, subject, now } = this.#options;
    const token = sealSaid(keys, message, now().unixMs);
    const maxBytes = connection.info?.max_payload ?? Infinity;
    if (token.byteLength + HEADER_BYTES > maxBytes) {
      const reason = `message takes ${token.byteLength} bytes, NATS takes at most ${maxBytes}`;
      this.#refuse(ticket, reason);
      return false;
    }
    // It is closing: what was sent is sent again once there is another one.
    if (connection.isClosed()) return true;
    const fields = headers();
    fields.set("Nats-Msg-Id", keys.markOf(message.messageId));
    fields.set("Nats-Expected-Stream", stream);
    connection.publish(subject, token, { headers: fields, reply: `${this.#inbox}.${ticket}` });
    return true;
  }

  #receive(ticket: number, { headers, data }: Msg): void {
    const now = this.#options.now().monotonicMs;
    const answer = readPublishAnswer(headers?.code ?? 0, data);
    switch (answer.answer) {
      case "kept":
        this.#keptAtMs = now;
        this.#queue.acknowledge(ticket, answer.sequence);
        break;
      case "failed":
        this.#failure = answer.reason;
        this.#queue.fail(ticket, now);
        this.#options.onFailed();
        break;
      case "refused":
        this.#refuse(ticket, answer.reason);
        break;
      default:
        return answer satisfies never;
    }
    this.#options.onAnswered();
    this.#publishDue();
  }

  #refuse(ticket: number, reason: string): void {
    this.#queue.drop(ticket);
    this.#options.onRefused(ticket, reason);
  }
}
