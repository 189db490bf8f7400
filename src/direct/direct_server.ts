import { sha256 } from "../crypto/sha256.ts";
import type { RsaPrivateKey } from "../crypto/rsa_private_key.ts";
import { type EventLogger, silentLogger } from "../observe/event_logger.ts";
import { mergeStatistics } from "../observe/merge_statistics.ts";
import { RsaMeter } from "../observe/rsa_meter.ts";
import type { ClientSummary } from "../session/client_summary.ts";
import { DeadlineTimer } from "../session/deadline_timer.ts";
import { type Endpoint, formatEndpoint } from "../session/endpoint.ts";
import type { Instant } from "../session/instant.ts";
import { readClocks } from "../session/read_clocks.ts";
import { OwnedWork } from "../session/owned_work.ts";
import { RandomPool } from "../session/random_pool.ts";
import type { UdpSocket } from "../session/udp_socket.ts";
import type { ClientKeeper } from "./client_keeper.ts";
import { DirectCore } from "./direct_core.ts";
import type { DirectEffect, DirectMessage } from "./direct_effects.ts";
import { serverClosed } from "./direct_server_error.ts";
import type { DirectStatistics } from "./direct_statistics.ts";
import type { DirectServerOptions } from "./direct_server_options.ts";
import { EventReporter } from "./event_reporter.ts";
import { PendingMessages } from "./pending_messages.ts";
import { type RsaEffect, RsaWorker } from "./rsa_worker.ts";
import { openServerParts, protocolOptions, type ServerParts } from "./server_start.ts";
import { UnreadMessages } from "./unread_messages.ts";

export type { DirectMessage } from "./direct_effects.ts";
export type { DirectClientEvent, DirectServerOptions } from "./direct_server_options.ts";

/**
 * A direct server: a `DirectCore` with its socket, timer, RSA key, state and log.
 */
export class DirectServer implements AsyncDisposable {
  readonly #options: DirectServerOptions;
  readonly #logger: EventLogger;
  readonly #key: RsaPrivateKey;
  readonly #socket: UdpSocket;
  readonly #rsaMeter: RsaMeter;
  readonly #rsa: RsaWorker;
  readonly #core: DirectCore;
  readonly #keeper: ClientKeeper | undefined;
  readonly #timer: DeadlineTimer;
  readonly #reporter: EventReporter;
  readonly #messages = new UnreadMessages();
  readonly #sends = new PendingMessages();
  readonly #startedAtMs: number;
  readonly #finished = Promise.withResolvers<void>();
  readonly #work = new OwnedWork(this.#finished.reject);
  #closing: Promise<void> | undefined;

  private constructor(
    options: DirectServerOptions,
    { socket, key, notBeforeUnixSeconds, keeper }: ServerParts,
  ) {
    const now = readClocks();
    // One processor is left for everything else.
    const rsaConcurrency = Math.max(1, navigator.hardwareConcurrency - 1);
    this.#options = options;
    this.#logger = options.logger ?? silentLogger;
    this.#key = key;
    this.#socket = socket;
    this.#keeper = keeper;
    this.#startedAtMs = now.monotonicMs;
    this.#reporter = new EventReporter(
      this.#logger,
      (event) => this.#tell(options.onClientEvent, event),
      now.monotonicMs,
    );
    this.#rsaMeter = new RsaMeter(options.onRsaTime);
    this.#rsa = new RsaWorker(key, rsaConcurrency, this.#rsaMeter);
    const random = new RandomPool();
    this.#core = new DirectCore({
      ...protocolOptions(options),
      serverKey: {
        pem: new TextEncoder().encode(key.publicPem),
        digest: sha256(key.publicDer),
        modulusBytes: key.modulusBytes,
      },
      rsaConcurrency,
      notBeforeUnixSeconds,
      randomBytes: (count) => random.take(count),
      readerHasRoom: () => this.#hasRoom(),
    }, now);
    this.#timer = new DeadlineTimer(() => this.#step((now) => this.#core.tick(now)));
    // Whoever does not wait for the end must not be ended by its failure.
    this.#finished.promise.catch(() => undefined);
    for (const record of keeper?.atStart ?? []) this.#core.restore(record, now);
    socket.receive((datagram, from) => {
      this.#step((now) => this.#core.receive(datagram, from, now));
    }).catch(this.#finished.reject);
    this.#step(() => []);
  }

  /**
   * Opens the socket, makes or reads the RSA key and begins to serve. A new key of 4096 bits takes
   * about two seconds.
   *
   * @param options Where to listen, what to keep, and how much to take.
   * @returns The server, which its caller disposes of.
   * @throws {UdpSocketError} If it can't listen there.
   * @throws {StateFileError | StateInUseError} If the state directory can't be read or written, or
   *   another direct server runs in it.
   * @throws {DirectServerError} `KEY_FILE` or `CLIENTS_FILE` if what is kept there can't be used.
   */
  static async start(options: DirectServerOptions = {}): Promise<DirectServer> {
    return new DirectServer(options, await openServerParts(options));
  }

  /** Where it listens. */
  get local(): Endpoint {
    return this.#socket.local;
  }

  /** `SHA256:...` of its key, which clients can pin. */
  get fingerprint(): string {
    return this.#key.fingerprint;
  }

  /** Its public key as PEM, for clients that are given it by hand. */
  get publicPem(): string {
    return this.#key.publicPem;
  }

  /**
   * Resolves when the server has shut down cleanly.
   *
   * Rejects with what made it end otherwise.
   */
  get finished(): Promise<void> {
    return this.#finished.promise;
  }

  /** Whether the shutdown has begun. */
  get isClosing(): boolean {
    return this.#closing !== undefined;
  }

  /**
   * Reads the messages that come, unless `onMessage` gets them. Each was acknowledged to its client.
   * When nobody reads, no more than `MAX_UNREAD_MESSAGES` are taken, and clients get no ACK.
   *
   * @returns Messages in the order in which they were opened, for one reader at a time; ends when the
   *   server has shut down.
   */
  async *messages(): AsyncGenerator<DirectMessage, void, void> {
    yield* this.#messages.read();
  }

  /**
   * Sends a message to a client whose key is kept, encrypted for it. Nothing acknowledges it: like
   * any datagram it can be lost.
   *
   * @param address The client's address, or `ip:port`, or the fingerprint of its key.
   * @param message Bytes, or text that is sent as UTF-8; copied.
   * @returns When its last datagram was handed to the system.
   * @throws {DirectServerError} If it can't be sent; see the codes.
   */
  async sendTo(address: Endpoint | string, message: Uint8Array | string): Promise<void> {
    if (this.#closing !== undefined) throw serverClosed();
    const id = typeof address === "string" ? address : formatEndpoint(address);
    const payload = typeof message === "string"
      ? new TextEncoder().encode(message)
      : message.slice();
    const { sendId, left } = this.#sends.begin();
    const result = this.#core.sendTo(id, payload, sendId, readClocks());
    if ("refused" in result) this.#sends.refuse(sendId, result.refused, id);
    else this.#step(() => result.effects);
    await left;
    await this.#socket.flush();
  }

  /** The clients whose keys are kept. */
  listClients(): readonly ClientSummary[] {
    return this.#core.clients(readClocks());
  }

  /** A client by `ip:port`, or by the fingerprint of its key. */
  findClient(id: string): ClientSummary | undefined {
    return this.#core.client(id, readClocks());
  }

  /** Forgets a client's key. Returns false when there is no such client. */
  kickClient(id: string, reason: string): boolean {
    const effects = this.#core.kick(id, reason, readClocks());
    this.#step(() => effects ?? []);
    return effects !== undefined;
  }

  /** Counters, with the uptime, what RSA costs, and the memory in use. */
  stats(): DirectStatistics {
    return {
      uptime_seconds: Math.floor((performance.now() - this.#startedAtMs) / 1000),
      ...mergeStatistics(this.#core.statistics(), {
        rsa: { seconds: this.#rsaMeter.decryptSeconds },
      }),
      unread_messages: this.#messages.size,
      rss_bytes: Deno.memoryUsage().rss,
    };
  }

  /** Begins the clean shutdown, and returns at once; `finished` tells when it is done. */
  shutdown(reason: string): void {
    this.#closing ??= this.#close(reason);
    this.#closing.then(this.#finished.resolve, this.#finished.reject);
  }

  /** Shuts down, if that has not begun, and waits for it. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.shutdown("direct server is shutting down");
    await this.#closing;
  }

  async #close(reason: string): Promise<void> {
    const clients = this.listClients().length;
    this.#logger.info("direct server shutting down", { reason, clients });
    this.#timer[Symbol.dispose]();
    this.#core.shutdown();
    // What was handed over is acknowledged first: its client would think that it was lost.
    await this.#work.ended();
    await this.#socket[Symbol.asyncDispose]();
    this.#sends.failAll(serverClosed());
    await this.#keeper?.close(this.#core.records());
    this.#messages.end();
  }

  #hasRoom(): boolean {
    if (this.#closing !== undefined) return false;
    return this.#options.onMessage !== undefined || this.#messages.hasRoom;
  }

  /** Lets the core take one input and carries out what comes of it. */
  #step(input: (now: Instant) => readonly DirectEffect[]): void {
    const now = readClocks();
    this.#guard(() => {
      for (const effect of input(now)) this.#guard(() => this.#carryOut(effect));
    });
    this.#timer.arm(this.#core.nextDeadline(), now.monotonicMs);
  }

  /** Nobody on the network may end the server by finding a fault of ours, or of our user. */
  #guard(action: () => void): void {
    try {
      action();
    } catch (error) {
      this.#noteFault(error);
    }
  }

  #noteFault(error: unknown): void {
    this.#core.countInternalError();
    this.#reporter.internalError(error);
  }

  /** Nobody waits for what a listener of the user does, and nothing that it does ends the server. */
  #tell<T>(listener: ((news: T) => unknown) | undefined, news: T): void {
    Promise.try(() => listener?.(news)).catch((error) => this.#noteFault(error));
  }

  #carryOut(effect: DirectEffect): void {
    switch (effect.type) {
      case "send":
        return this.#socket.send(effect.datagram, effect.to, () => this.#core.sendFailed());
      case "message":
        return this.#deliver(effect.message);
      case "message_left":
        return this.#sends.settle(effect.sendId);
      case "message_failed":
        return this.#sends.fail(effect.sendId);
      case "client_registered":
        this.#keeper?.noteChange(() => this.#core.records());
        return this.#reporter.joined(effect);
      case "client_removed":
        this.#keeper?.noteChange(() => this.#core.records());
        return this.#reporter.left(effect);
      case "key_refused":
        return this.#reporter.refused(effect, performance.now());
      default:
        return this.#work.add(this.#operate(effect));
    }
  }

  async #operate(effect: RsaEffect): Promise<void> {
    const outcome = await this.#rsa.perform(effect);
    this.#step((now) => outcome(this.#core, now));
  }

  #deliver(message: DirectMessage): void {
    this.#reporter.message(message);
    this.#keeper?.noteTraffic(() => this.#core.records());
    if (this.#options.onMessage === undefined) this.#messages.add(message);
    else this.#tell(this.#options.onMessage, message);
  }
}
