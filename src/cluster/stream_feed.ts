import { AckPolicy, DeliverPolicy, jetstreamManager } from "@nats-io/jetstream";
import {
  createInbox,
  type Msg,
  nanos,
  type NatsConnection,
  type Subscription,
} from "@nats-io/transport-node";
import { DeliveryCursor } from "./delivery_cursor.ts";
import { type DeliveryPlace, readDeliveryPlace } from "./delivery_place.ts";
import type { SealedSaid } from "./said_seal.ts";

/** How often a consumer that has nothing to hand out says so, milliseconds. */
const HEARTBEAT_MS = 500;

/** After such a silence a consumer is taken for dead, milliseconds. */
const SILENCE_MS = 3_000;

/** How long NATS keeps a consumer that nobody listens to, milliseconds. */
const UNUSED_MS = 30_000;

/** How long the making of a consumer may take, milliseconds. */
const MAKE_TIMEOUT_MS = 2_000;

/** Status of a message by which the server itself speaks. */
const CONTROL_STATUS = 100;

/** A message of the stream. */
export interface FedMessage extends SealedSaid {
  readonly sequence: bigint;
}

/** What a `StreamFeed` tells. Called while the connection is being read: none of these may throw. */
export interface FeedListener {
  /** The next message. */
  readonly onMessage: (message: FedMessage) => void;
  /** A message under a number that was there before. */
  readonly onAgain: (message: FedMessage) => void;
  /** Numbers up to `last` hold no message. */
  readonly onPassed: (last: bigint) => void;
  /** The stream seems to end before what was there. */
  readonly onDoubt: () => void;
  /** The consumer is gone, or something of it was lost: the feed is detached. */
  readonly onBroken: () => void;
}

/** What a `StreamFeed` is made of. */
export interface StreamFeedOptions {
  /** Name of the stream. */
  readonly stream: string;
  /** The number before the first message that is wanted. */
  readonly newest: bigint;
  readonly listener: FeedListener;
  /** Monotonic milliseconds. */
  readonly now: () => number;
}

/**
 * Reads a stream from a number on: each message once, in order, over consumers and connections that
 * come and go.
 *
 * The library has such a consumer too. That one finds out about a dead server only after a minute, gives
 * up after a while, and goes on by itself where the stream may have become another one: a relay has to
 * look at the stream first.
 */
export class StreamFeed {
  readonly #options: StreamFeedOptions;
  readonly #cursor: DeliveryCursor;
  #connection: NatsConnection | undefined;
  #subscription: Subscription | undefined;
  #heardAtMs = 0;

  /** @param options Its parts. */
  constructor(options: StreamFeedOptions) {
    this.#options = options;
    this.#cursor = new DeliveryCursor(options.newest);
  }

  /** The number of the last message that came, or of a hole after it. */
  get newest(): bigint {
    return this.#cursor.newest;
  }

  /** Whether it reads. */
  get isAttached(): boolean {
    return this.#subscription !== undefined;
  }

  /** Reads on, over a connection whose stream is the one that it read before. */
  attach(connection: NatsConnection): void {
    this.detach();
    if (connection.isClosed()) return;
    const inbox = createInbox();
    // A subject of its own for each consumer: what the one before still hands out comes nowhere.
    const subscription = connection.subscribe(inbox, {
      callback: (error, message) => {
        if (error === null && subscription === this.#subscription) this.#receive(message);
      },
    });
    this.#connection = connection;
    this.#subscription = subscription;
    this.#heardAtMs = this.#options.now();
    makeConsumer(connection, this.#options.stream, inbox, this.#cursor.restart()).catch(() => {
      // The stream is gone, or NATS does not answer: who looks at the stream next finds out which.
      if (subscription === this.#subscription) this.#break();
    });
  }

  /** Stops reading. */
  detach(): void {
    const subscription = this.#subscription;
    this.#subscription = undefined;
    this.#connection = undefined;
    subscription?.unsubscribe();
  }

  /** Notices a consumer that is dead. To be called a few times a second. */
  tick(nowMs: number): void {
    if (this.isAttached && nowMs > this.#heardAtMs + SILENCE_MS) this.#break();
  }

  #break(): void {
    this.detach();
    this.#options.listener.onBroken();
  }

  #receive(message: Msg): void {
    this.#heardAtMs = this.#options.now();
    const place = readDeliveryPlace(message.reply ?? "");
    if (place !== undefined) return this.#deliver(place, message);
    const status = message.headers?.code ?? 0;
    if (status === CONTROL_STATUS) this.#control(message);
    // The consumer or the stream was deleted, or its server is stopping.
    else if (status !== 0) this.#break();
  }

  #deliver(place: DeliveryPlace, message: Msg): void {
    const delivery = this.#cursor.message(place);
    if (delivery.delivery === "gap") return this.#break();
    const fed: FedMessage = {
      sequence: place.streamSequence,
      mark: message.headers?.get("Nats-Msg-Id"),
      keptUnixMs: place.keptUnixMs,
      token: message.data,
    };
    const { listener } = this.#options;
    if (delivery.delivery === "again") return listener.onAgain(fed);
    if (delivery.passed !== undefined) listener.onPassed(delivery.passed);
    listener.onMessage(fed);
  }

  #control(message: Msg): void {
    // Flow control: the answer says that all before it was received. A stalled consumer asks again.
    const asked = message.reply || message.headers?.get("Nats-Consumer-Stalled");
    if (asked) this.#connection?.publish(asked);
    if (message.headers?.has("Nats-Last-Consumer")) this.#heartbeat(message);
  }

  #heartbeat({ headers }: Msg): void {
    const consumerSequence = Number(headers?.get("Nats-Last-Consumer"));
    const streamSequence = Number(headers?.get("Nats-Last-Stream"));
    if (!Number.isSafeInteger(consumerSequence) || !Number.isSafeInteger(streamSequence)) return;
    const quiet = this.#cursor.heartbeat(consumerSequence, BigInt(streamSequence));
    if (quiet.quiet === "gap") this.#break();
    else if (quiet.quiet === "behind") this.#options.listener.onDoubt();
    else if (quiet.passed !== undefined) this.#options.listener.onPassed(quiet.passed);
  }
}

async function makeConsumer(
  connection: NatsConnection,
  stream: string,
  inbox: string,
  start: bigint,
): Promise<void> {
  const manager = await jetstreamManager(connection, {
    checkAPI: false,
    timeout: MAKE_TIMEOUT_MS,
  });
  await manager.consumers.add(stream, {
    deliver_subject: inbox,
    deliver_policy: DeliverPolicy.StartSequence,
    opt_start_seq: Number(start),
    ack_policy: AckPolicy.None,
    flow_control: true,
    idle_heartbeat: nanos(HEARTBEAT_MS),
    inactive_threshold: nanos(UNUSED_MS),
    max_deliver: 1,
    mem_storage: true,
    num_replicas: 1,
  });
}
