import { RsaPrivateKey } from "../../crypto/rsa_private_key.ts";
import { type EventLogger, silentLogger } from "../../observe/event_logger.ts";
import { DeadlineTimer } from "../../session/deadline_timer.ts";
import { type Endpoint, formatEndpoint } from "../../session/endpoint.ts";
import { EventBuffer } from "../../session/event_buffer.ts";
import type { Instant } from "../../session/instant.ts";
import { readClocks } from "../../session/read_clocks.ts";
import { JobQueue } from "../../session/job_queue.ts";
import { UdpSocket } from "../../session/udp_socket.ts";
import { DirectClientCore } from "./direct_client_core.ts";
import type { DirectClientEffect, DirectRsaJob } from "./direct_client_effect.ts";
import { DirectClientError } from "./direct_client_error.ts";
import type { DirectClientOptions } from "./direct_client_options.ts";
import { type DirectClientPlan, ownKeyOf, planDirectClient } from "./direct_client_plan.ts";
import { DirectPendingSends, type DirectSendProgress } from "./direct_pending_sends.ts";
import { doRsaJob } from "./direct_rsa_job.ts";
import { explainSilence } from "./direct_silence.ts";

/** Messages of the server that wait for their reader, and their bytes. */
const BUFFER_LIMITS = { maxEvents: 4_096, maxBytes: 64 * 1024 * 1024 } as const;

/** What a message holds beside its bytes, about. */
const MESSAGE_OVERHEAD_BYTES = 128;

/** Length of a key that is made for one client alone; it only hides the server's answers. */
const EPHEMERAL_KEY_BITS = 2048;

type Incoming =
  | { readonly type: "message"; readonly payload: Uint8Array }
  | { readonly type: "overflow"; readonly dropped: number };

/** How a message is sent. */
export interface DirectSendOptions {
  /** Told how much has left, each time that more has. */
  readonly onProgress?: (progress: DirectSendProgress) => void;
}

/**
 * A client of a hushcast direct server.
 *
 * What it sends it repeats until the server has acknowledged it. A server that falls silent fails the
 * messages that are under way, not the client: the next one tries again.
 */
export class DirectClient implements AsyncDisposable {
  readonly #plan: DirectClientPlan;
  readonly #key: RsaPrivateKey;
  readonly #logger: EventLogger;
  readonly #signal: AbortSignal | undefined;
  readonly #core: DirectClientCore;
  readonly #socket: UdpSocket;
  readonly #timer: DeadlineTimer;
  readonly #rsaJobs = new JobQueue(Math.max(1, navigator.hardwareConcurrency - 1));
  readonly #incoming: EventBuffer<Incoming>;
  readonly #sends = new DirectPendingSends();
  readonly #connected = Promise.withResolvers<void>();
  readonly #work = new Set<Promise<void>>();
  #serverFingerprint = "";
  #sendFailure: unknown;
  #ended: { readonly error: unknown; readonly tornDown: Promise<void> } | undefined;

  private constructor(plan: DirectClientPlan, key: RsaPrivateKey, options: DirectClientOptions) {
    this.#plan = plan;
    this.#key = key;
    this.#logger = options.logger ?? silentLogger;
    this.#signal = options.signal;
    this.#incoming = new EventBuffer<Incoming>(
      BUFFER_LIMITS,
      (dropped) => ({ type: "overflow", dropped }),
    );
    this.#socket = UdpSocket.open({ hostname: plan.localAddress, port: 0 });
    const ownKey = ownKeyOf(key);
    const core = { ...plan.core, ownKey, randomBytes, random: Math.random };
    this.#core = new DirectClientCore(core, readClocks());
    this.#timer = new DeadlineTimer(() => this.#step((now) => this.#core.tick(now)));
    this.#signal?.addEventListener("abort", this.#onAbort);
    this.#own(this.#socket.receive((datagram, from) => {
      this.#step((now) => this.#core.receive(datagram, from, now));
    }));
    this.#step((now) => this.#core.tick(now));
  }

  /**
   * Finds a direct server and gets its key.
   *
   * @param options Where the server is, and how to talk with it.
   * @returns A client that can send, which its caller disposes of.
   * @throws {DirectClientError} `SERVER_SILENT`, `SERVER_KEY_MISMATCH` or `SERVER_KEY_UNUSABLE` if no
   *   good key comes in time, `HOST_NOT_FOUND`.
   * @throws {UdpSocketError} If no socket can be opened on the wanted interface.
   * @throws {TypeError} If the address of the server or the pinned fingerprint is malformed.
   * @throws {RangeError} If `maxFragmentBytes` is out of range.
   * @throws The reason of `signal`, when that aborts first.
   */
  static async connect(options: DirectClientOptions): Promise<DirectClient> {
    options.signal?.throwIfAborted();
    const plan = await planDirectClient(options);
    const key = options.key ?? await RsaPrivateKey.generate(EPHEMERAL_KEY_BITS);
    options.signal?.throwIfAborted();
    const client = new DirectClient(plan, key, options);
    try {
      await client.#connected.promise;
      return client;
    } catch (error) {
      await client.close();
      throw error;
    }
  }

  /** Address of the server. */
  get server(): Endpoint {
    return this.#plan.core.server;
  }

  /** Fingerprint of the server's key, `SHA256:...`. */
  get serverFingerprint(): string {
    return this.#serverFingerprint;
  }

  /** Fingerprint of this client's own key, `SHA256:...`. */
  get fingerprint(): string {
    return this.#key.fingerprint;
  }

  /** What was dropped so far, by reason; reasons without drops are left out. */
  get drops(): Readonly<Record<string, number>> {
    return this.#core.drops.toObject();
  }

  /**
   * Sends a message. When much is under way already it waits for room first.
   *
   * @param message Bytes, not to be changed before this ends, or text that is sent as UTF-8.
   * @param options Where progress is told.
   * @returns When the server has acknowledged all of it.
   * @throws {DirectClientError} `SERVER_SILENT` if no answer came in time (it may have arrived all the
   *   same), `MESSAGE_TOO_LARGE`, `CLIENT_CLOSED`.
   * @throws What `onProgress` throws, and what ended the client before the message was acknowledged.
   */
  async send(message: Uint8Array | string, options: DirectSendOptions = {}): Promise<void> {
    const payload = typeof message === "string" ? new TextEncoder().encode(message) : message;
    if (this.#ended !== undefined) throw this.#ended.error;
    const delivered = this.#sends.begin(payload, options.onProgress);
    this.#sendWaiting();
    await delivered;
  }

  /**
   * Reads what the server sends by itself, from the moment of connecting on. What nobody reads is kept
   * within bounds: past them the oldest messages are dropped, and the log says so.
   *
   * @returns Messages in the order in which they came, for one reader at a time; ends when the client
   *   is closed.
   * @throws What ended the client, after the messages before it.
   */
  async *messages(): AsyncGenerator<Uint8Array, void, void> {
    for await (const incoming of this.#incoming.read()) {
      if (incoming.type === "message") yield incoming.payload;
      else this.#logger.warn("messages dropped unread", { count: incoming.dropped });
    }
  }

  /** Closes the socket; what is not acknowledged fails with `CLIENT_CLOSED`. Twice is safe. */
  async close(): Promise<void> {
    const error = new DirectClientError("CLIENT_CLOSED", "Cannot go on: the client is closed");
    this.#finish(error, () => this.#incoming.end());
    await this.#ended?.tornDown;
  }

  /** The same as `close`. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  readonly #onAbort = (): void => this.#fail(this.#signal?.reason);

  /** Lets the core take one input. A fault of our own must end the client, never the process. */
  #step(input: (now: Instant) => DirectClientEffect[]): void {
    const now = readClocks();
    try {
      this.#perform(input(now), now);
    } catch (error) {
      this.#fail(error);
    }
    this.#sendWaiting();
  }

  /** What is too long fails alone. */
  #sendWaiting(): void {
    const now = readClocks();
    const hasRoomFor = (payloadBytes: number) => this.#core.hasRoomFor(payloadBytes);
    for (let next; (next = this.#sends.takeNext(hasRoomFor)) !== undefined;) {
      try {
        this.#perform(this.#core.send(next.messageId, next.payload, now), now);
      } catch (error) {
        this.#sends.fail(next.messageId, error);
      }
    }
  }

  #perform(effects: readonly DirectClientEffect[], now: Instant): void {
    for (const effect of effects) this.#carryOut(effect);
    if (this.#ended === undefined) this.#timer.arm(this.#core.nextDeadlineMs(), now.monotonicMs);
  }

  #carryOut(effect: DirectClientEffect): void {
    switch (effect.type) {
      case "send":
        return this.#socket.send(effect.datagram, this.server, (error) => {
          this.#sendFailure = error;
        });
      case "import_key":
      case "encrypt_blocks":
      case "sign":
      case "decrypt_block":
        return this.#own(this.#rsaJobs.run(() => this.#doJob(effect)));
      case "connected":
        return this.#welcome(effect.fingerprint);
      case "progress":
        return this.#sends.tellProgress(effect.messageId, effect);
      case "delivered":
        this.#sendFailure = undefined;
        return this.#sends.settle(effect.messageId);
      case "send_failed":
        return this.#sends.fail(effect.messageId, this.#explained(effect.error));
      case "all_sends_failed":
        return this.#sends.failAll(this.#explained(effect.error));
      case "message":
        return this.#incoming.push(effect, effect.payload.byteLength + MESSAGE_OVERHEAD_BYTES);
      case "failed":
        return this.#fail(this.#explained(effect.error));
      default:
        return effect satisfies never;
    }
  }

  async #doJob(job: DirectRsaJob): Promise<void> {
    if (this.#ended !== undefined) return;
    const handOver = await doRsaJob(job, this.#key);
    this.#step((now) => handOver(this.#core, now));
  }

  #welcome(fingerprint: string): void {
    this.#serverFingerprint = fingerprint;
    this.#logger.info("server key received", {
      server: formatEndpoint(this.server),
      key: fingerprint,
      pinned: this.#plan.core.serverKey !== undefined,
    });
    this.#connected.resolve();
  }

  #explained(error: DirectClientError): DirectClientError {
    this.#logger.info("server given up", { code: error.code, reason: error.message });
    return explainSilence(error, this.#sendFailure);
  }

  #fail(error: unknown): void {
    this.#finish(error, () => this.#incoming.fail(error));
  }

  #finish(error: unknown, endIncoming: () => void): void {
    if (this.#ended !== undefined) return;
    this.#core.close();
    this.#ended = { error, tornDown: this.#tearDown() };
    this.#connected.reject(error);
    this.#sends.failAll(error);
    endIncoming();
  }

  async #tearDown(): Promise<void> {
    this.#timer[Symbol.dispose]();
    this.#signal?.removeEventListener("abort", this.#onAbort);
    await this.#socket[Symbol.asyncDispose]();
    await Promise.allSettled(this.#work);
    this.#logger.debug("direct client closed", { ...this.drops });
  }

  /** Takes charge of work that goes on by itself; if it fails, the client has failed. */
  #own(work: Promise<void>): void {
    const owned: Promise<void> = work
      .catch((error) => this.#fail(error))
      .finally(() => this.#work.delete(owned));
    this.#work.add(owned);
  }
}

function randomBytes(count: number): Uint8Array<ArrayBuffer> {
  return crypto.getRandomValues(new Uint8Array(count));
}
