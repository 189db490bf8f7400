import { type EventLogger, silentLogger } from "../observe/event_logger.ts";
import { type Endpoint, formatEndpoint } from "../session/endpoint.ts";
import type { Instant } from "../session/instant.ts";
import { readClocks } from "../session/read_clocks.ts";
import { UdpSocket } from "../session/udp_socket.ts";
import type { ClientEffect, SealKeyJob } from "./client_effect.ts";
import { type ConnectionPlan, planConnection, trustIn } from "./connection_plan.ts";
import { DeadlineTimer } from "../session/deadline_timer.ts";
import { EventOutlet } from "./event_outlet.ts";
import { GroupMembership } from "./group_membership.ts";
import { plainAddress } from "./local_address.ts";
import { PendingSends, type SendOptions } from "./pending_sends.ts";
import { RelayClientCore } from "./relay_client_core.ts";
import { RelayClientError } from "./relay_client_error.ts";
import type { RegisteredEvent, RelayClientEvent, SessionEvent } from "./relay_client_event.ts";
import type { RelayClientOptions } from "./relay_client_options.ts";
import { explainUnreachable, notAcknowledgedError } from "./relay_failure.ts";
import type { RelayedMessage } from "./sealed_content.ts";
import { sealKey } from "./seal_key.ts";
import { logSession } from "./session_log.ts";

/**
 * A client of a hushcast relay.
 *
 * It keeps the session alive, puts long messages together, and registers again by itself when the
 * relay restarts or forgets it, or with another one that it was told of. What it can't mend ends it: `events()` and `messages()` then throw
 * the reason.
 */
export class RelayClient implements AsyncDisposable {
  readonly #plan: ConnectionPlan;
  readonly #logger: EventLogger;
  readonly #signal: AbortSignal | undefined;
  readonly #core: RelayClientCore;
  readonly #socket: UdpSocket;
  readonly #group: GroupMembership;
  readonly #timer: DeadlineTimer;
  readonly #events: EventOutlet;
  readonly #sends = new PendingSends();
  readonly #registered = Promise.withResolvers<void>();
  readonly #work = new Set<Promise<void>>();
  #session: RegisteredEvent | undefined;
  #sendFailure: unknown;
  #ended: { readonly error: unknown; readonly tornDown: Promise<void> } | undefined;

  private constructor(plan: ConnectionPlan, options: RelayClientOptions) {
    this.#plan = plan;
    this.#logger = options.logger ?? silentLogger;
    this.#signal = options.signal;
    this.#events = new EventOutlet({
      maxEvents: options.maxBufferedEvents,
      canPause: plan.core.reliable,
      pause: () => this.#core.pauseMessages(),
      resume: () => this.#step((now) => this.#core.resumeMessages(now)),
    });
    this.#socket = UdpSocket.open({ hostname: plan.localAddress, port: 0 });
    this.#core = new RelayClientCore(plan.core, readClocks());
    this.#timer = new DeadlineTimer(() => this.#step((now) => this.#core.tick(now)));
    this.#group = new GroupMembership({
      interface: options.interface,
      onDatagram: (datagram) => this.#step((now) => this.#core.receiveFromGroup(datagram, now)),
      onFailure: (reason) => this.#step((now) => this.#core.groupFailed(reason, now)),
    });
    this.#signal?.addEventListener("abort", this.#onAbort);
    this.#own(this.#socket.receive((datagram, { hostname, port }) => {
      const from = { hostname: plainAddress(hostname), port };
      this.#step((now) => this.#core.receive(datagram, from, now));
    }));
    this.#step((now) => this.#core.tick(now));
  }

  /**
   * Connects to a relay and registers with it.
   *
   * @param options Where the relay is, and how to talk with it.
   * @returns A registered client, which its caller disposes of.
   * @throws {RelayClientError} If no relay answers in time, it refuses, or its host is not found.
   * @throws {RelayIdentityError} If the relay is not the one that it should be.
   * @throws {UdpSocketError} If no socket can be opened on the wanted interface.
   * @throws {StateFileError} If the known relays can't be read.
   * @throws {TypeError} If an option is malformed.
   * @throws {RangeError} If `replay` is no whole number above 0.
   * @throws The reason of `signal`, when that aborts first.
   */
  static async connect(options: RelayClientOptions): Promise<RelayClient> {
    options.signal?.throwIfAborted();
    const plan = await planConnection(options);
    options.signal?.throwIfAborted();
    const client = new RelayClient(plan, options);
    try {
      await client.#registered.promise;
      return client;
    } catch (error) {
      await client.close();
      throw error;
    }
  }

  /** Address of the relay, the latest one if it was found anew. */
  get relay(): Endpoint {
    return this.#session?.relay ?? this.#plan.core.targets[0].endpoint;
  }

  /** Fingerprint of the relay's identity; `undefined` when it proves none. */
  get fingerprint(): string | undefined {
    return this.#session?.fingerprint;
  }

  /** What was dropped so far, by reason; reasons without drops are left out. */
  get drops(): Readonly<Record<string, number>> {
    return this.#core.drops.toObject();
  }

  /**
   * Sends a message to every other client of the relay. While the relay is lost it waits.
   *
   * @param message Bytes, or text that is sent as UTF-8.
   * @param options Where progress is told.
   * @returns When its last datagram has left for the first time. Like any datagram it can still be
   *   lost: see `flush`. With reliable delivery it is then sent again, and so that no more is under
   *   way than the relay can take, a message waits until the relay has acknowledged earlier ones.
   * @throws {RelayClientError} `MESSAGE_TOO_LARGE`, `SEND_QUEUE_FULL`, `CLIENT_CLOSED`, or what ended
   *   the client before the message had left.
   */
  async send(message: Uint8Array | string, options: SendOptions = {}): Promise<void> {
    const payload = typeof message === "string" ? new TextEncoder().encode(message) : message;
    if (this.#ended !== undefined) throw this.#ended.error;
    const { messageId, left } = this.#sends.begin(options.onProgress);
    try {
      const now = readClocks();
      this.#perform(this.#core.send(messageId, payload, now), now);
    } catch (error) {
      this.#sends.fail(messageId, error);
    }
    await left;
  }

  /**
   * Waits until all that was sent has arrived, as far as that can be told.
   *
   * With reliable delivery the relay has then acknowledged every message, if need be a relay that was
   * lost meanwhile and came back. Without it all has left, the relay had time to ask for fragments
   * that it missed, and it has answered since: so it was there.
   *
   * @throws {RelayClientError} `NOT_ACKNOWLEDGED` if the relay did not acknowledge a message since
   *   the last flush, `RELAY_LOST` if without reliable delivery it fell silent or restarted meanwhile,
   *   `CLIENT_CLOSED`, or what ended the client.
   */
  async flush(): Promise<void> {
    if (this.#ended !== undefined) throw this.#ended.error;
    const now = readClocks();
    const effects = this.#core.flush(now);
    const flushed = this.#sends.beginFlush();
    this.#perform(effects, now);
    await flushed;
  }

  /**
   * Reads what happens, from the moment of connecting on. What nobody reads is kept within bounds:
   * past them the oldest events are dropped, and an `overflow` event says so. With reliable delivery
   * messages are not dropped: the relay is asked for them when there is room again, and a `gap` event
   * names those that it no longer has by then.
   *
   * @returns Events in order, for one reader at a time; ends when the client is closed.
   * @throws {RelayClientError} What ended the client, after the events before it.
   */
  async *events(): AsyncGenerator<RelayClientEvent, void, void> {
    yield* this.#events.read();
  }

  /**
   * Reads the messages of the other clients, and passes over all other events.
   *
   * @returns Messages in the order in which they came, for one reader at a time; ends when the
   *   client is closed.
   * @throws {RelayClientError} What ended the client, after the messages before it.
   */
  async *messages(): AsyncGenerator<RelayedMessage, void, void> {
    for await (const event of this.events()) {
      if (event.type === "message") yield event;
    }
  }

  /** Leaves the relay and closes the socket; what has not left is dropped. Twice is safe. */
  async close(): Promise<void> {
    const error = new RelayClientError("CLIENT_CLOSED", "Cannot go on: the client is closed");
    this.#finish(error, () => this.#events.end());
    await this.#ended?.tornDown;
  }

  /** The same as `close`. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  readonly #onAbort = (): void => this.#fail(this.#signal?.reason);

  /** Lets the core take one input. A fault of our own must end the client, never the process. */
  #step(input: (now: Instant) => ClientEffect[]): void {
    const now = readClocks();
    try {
      this.#perform(input(now), now);
    } catch (error) {
      this.#fail(error);
    }
  }

  #perform(effects: readonly ClientEffect[], now: Instant): void {
    for (const effect of effects) this.#carryOut(effect);
    if (this.#ended === undefined) this.#timer.arm(this.#core.nextDeadlineMs(), now.monotonicMs);
  }

  #carryOut(effect: ClientEffect): void {
    switch (effect.type) {
      case "send":
        return this.#socket.send(effect.datagram, effect.to, (error) => this.#sendFailure = error);
      case "join_group":
        return this.#group.join(effect.address, this.relay.hostname);
      case "leave_group":
        return this.#group.leave();
      case "seal_key":
        return this.#own(this.#sealKey(effect.job));
      case "progress":
        return this.#sends.tellProgress(effect.messageId, effect);
      case "message_left":
        return this.#own(this.#messageLeft(effect.messageId));
      case "message_given_up":
        this.#sends.fail(effect.messageId, notAcknowledgedError(1));
        return this.#emit({ type: "not_acknowledged" });
      case "flushed":
        return this.#sends.endFlush();
      case "flush_failed":
        return this.#sends.failFlush(effect.error);
      case "relay_passed":
      case "registration_refused":
        return logSession(this.#logger, effect);
      case "failed":
        return this.#fail(explainUnreachable(effect.error, this.#sendFailure));
      case "registered":
        this.#emit(effect);
        return this.#own(this.#welcome(effect));
      default:
        return this.#emit(effect);
    }
  }

  async #sealKey(job: SealKeyJob): Promise<void> {
    const trust = trustIn(this.#plan, job.answer.from);
    const result = await sealKey(job, trust, Math.floor(Date.now() / 1000));
    if (result.outcome !== "sealed") {
      const reason = result.outcome === "unusable" ? result.reason : result.error.message;
      this.#logger.info("relay key refused", { address: formatEndpoint(job.answer.from), reason });
    }
    this.#step((now) => this.#core.keySealed(job.jobId, result, now));
  }

  async #messageLeft(messageId: number): Promise<void> {
    await this.#socket.flush();
    this.#sends.settle(messageId);
  }

  async #welcome(session: RegisteredEvent): Promise<void> {
    this.#session = session;
    const { relay, fingerprint } = session;
    const trust = await trustIn(this.#plan, relay).remember(fingerprint, Date.now());
    // First, so that who reads but a few messages still learns whom he trusts.
    if (trust !== undefined) this.#events.pushFirst(trust);
    this.#registered.resolve();
  }

  #emit(event: SessionEvent): void {
    logSession(this.#logger, event);
    this.#events.push(event);
  }

  #fail(error: unknown): void {
    this.#finish(error, () => this.#events.fail(error));
  }

  #finish(error: unknown, endEvents: () => void): void {
    if (this.#ended !== undefined) return;
    for (const effect of this.#core.close(readClocks())) this.#carryOut(effect);
    this.#ended = { error, tornDown: this.#tearDown() };
    this.#registered.reject(error);
    this.#sends.failAll(error);
    endEvents();
  }

  async #tearDown(): Promise<void> {
    this.#timer[Symbol.dispose]();
    this.#signal?.removeEventListener("abort", this.#onAbort);
    await this.#group[Symbol.asyncDispose]();
    await this.#socket[Symbol.asyncDispose]();
    await Promise.allSettled(this.#work);
    this.#logger.debug("relay client closed", { ...this.drops });
  }

  /** Takes charge of work that goes on by itself; if it fails, the client has failed. */
  #own(work: Promise<void>): void {
    const owned: Promise<void> = work
      .catch((error) => this.#fail(error))
      .finally(() => this.#work.delete(owned));
    this.#work.add(owned);
  }
}
