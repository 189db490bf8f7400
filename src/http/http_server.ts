import type { IncomingMessage, Server, ServerResponse } from "node:http";
import { describeError } from "../observe/describe_error.ts";
import { type Endpoint, formatEndpoint } from "../session/endpoint.ts";
import { EventReader } from "./feed/event_reader.ts";
import { type HttpClock, SYSTEM_HTTP_CLOCK } from "./http_clock.ts";
import { HttpConnections } from "./http_connections.ts";
import { DEFAULT_HTTP_LIMITS, type HttpLimits } from "./http_limits.ts";
import { type HttpListener, listenForHttp } from "./http_listener.ts";
import type { HttpReply } from "./http_reply.ts";
import type { HttpServerOptions } from "./http_server_options.ts";
import { createHttpService, type HttpService } from "./http_service.ts";
import type { WatchedListener } from "./listener_watch.ts";
import { TICK_MS } from "../watch/client_list_interval.ts";
import { readRequest } from "./read_request.ts";
import { hangUp, writeReply } from "./write_reply.ts";

/** How long clients may take what waits for them when the server closes, milliseconds. */
export const CLOSE_TIMEOUT_MS = 500;

/** Metrics, health and the dashboard over HTTP. It serves from its start until it is closed. */
export class HttpServer implements AsyncDisposable, WatchedListener {
  /** Where it listens: an IP address and a port. */
  readonly endpoint: Endpoint;
  /** Where a browser finds the dashboard. */
  readonly url: string;
  readonly #server: Server;
  readonly #service: HttpService;
  readonly #options: HttpServerOptions;
  readonly #clock: HttpClock;
  readonly #limits: HttpLimits;
  readonly #connections: HttpConnections;
  readonly #closed = Promise.withResolvers<void>();
  #tickAtMs: number;
  #stopTimer: () => void = () => undefined;
  #isClosing = false;

  private constructor({ server, endpoint }: HttpListener, options: HttpServerOptions) {
    this.endpoint = endpoint;
    this.url = `${options.tls === undefined ? "http" : "https"}://${formatEndpoint(endpoint)}/`;
    this.#server = server;
    this.#options = options;
    this.#clock = options.clock ?? SYSTEM_HTTP_CLOCK;
    this.#limits = options.limits ?? DEFAULT_HTTP_LIMITS;
    const now = this.#clock.now();
    this.#service = createHttpService(options, { endpoint, randomBytes }, now);
    this.#connections = new HttpConnections(server);
    this.#tickAtMs = now.monotonicMs;
    server.on("request", (request, response) => void this.#exchange(request, response));
    // Of expectations that nobody knows none is met, and what was asked for is answered all the same.
    server.on("checkExpectation", (request, response) => void this.#exchange(request, response));
    server.on("error", (error) => this.#logFailure("http server failed", error));
    this.#startTimer();
  }

  /**
   * Listens and begins to serve.
   *
   * @param options Address, token, and what it tells.
   * @returns The server, owned by the caller.
   * @throws {HttpListenError} If it must not or cannot listen there; the promise is rejected with it.
   * @throws {RangeError} If the token is empty; likewise.
   */
  static async start(options: HttpServerOptions): Promise<HttpServer> {
    const { hostname, port, tls, token, limits = DEFAULT_HTTP_LIMITS } = options;
    const hasToken = token !== undefined;
    const listener = await listenForHttp({ hostname, port, tls, hasToken, limits });
    try {
      return new HttpServer(listener, options);
    } catch (error) {
      listener.server.close();
      throw error;
    }
  }

  /** How many connections were taken so far. */
  get takenConnections(): number {
    return this.#connections.taken;
  }

  /** Whether there are as many connections as there may be. */
  get isFull(): boolean {
    return this.#connections.open >= this.#limits.maxConnections;
  }

  /** Listens anew at the same place, while what is connected goes on; see `ListenerWatch`. */
  listenAgain(): void {
    if (this.#isClosing) return;
    this.#server.close();
    this.#server.listen(this.endpoint.port, this.endpoint.hostname);
  }

  /**
   * Stops serving: what waits for each client is written for at most half a second.
   *
   * @param reason Told to readers of `/events`.
   * @returns When everything is closed. Calling it again waits for the same.
   */
  async close(reason: string): Promise<void> {
    if (!this.#isClosing) {
      this.#isClosing = true;
      this.#stopTimer();
      this.#server.once("close", this.#closed.resolve);
      this.#server.close();
      this.#service.feed.shutdown(reason);
      this.#server.closeIdleConnections();
      const destroy = () => this.#connections.destroy();
      this.#stopTimer = this.#clock.startTimer(CLOSE_TIMEOUT_MS, destroy);
    }
    await this.#closed.promise;
    this.#stopTimer();
    this.#service.feed[Symbol.dispose]();
  }

  /** Closes it; see `close`. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close("HTTP closed");
  }

  // Nobody awaits this: what goes wrong here is ours, and must not end the process.
  async #exchange(message: IncomingMessage, response: ServerResponse): Promise<void> {
    response.on("error", () => hangUp(response));
    const over = this.#connections.track(response);
    if (over === undefined) return;
    try {
      const request = await readRequest(message);
      if (request === undefined) return hangUp(response);
      const reply = await this.#service.core.handle(request, this.#clock.now());
      const isLast = this.#isClosing || request.body === "too_large";
      this.#write(response, reply, { isLast, over });
    } catch (error) {
      this.#logFailure("http reply failed", error);
      hangUp(response);
    }
  }

  #write(
    response: ServerResponse,
    reply: HttpReply,
    { isLast, over }: { isLast: boolean; over: AbortSignal },
  ): void {
    if (over.aborted || response.destroyed) return this.#settle(reply);
    const stopTimer = reply.body instanceof EventReader
      ? () => undefined
      : this.#clock.startTimer(this.#limits.replyTimeoutMs, () => hangUp(response));
    over.addEventListener("abort", () => {
      stopTimer();
      this.#settle(reply);
      if (this.#isClosing) this.#server.closeIdleConnections();
    }, { once: true });
    writeReply(response, reply, { nowMs: () => this.#clock.now().monotonicMs, isLast });
  }

  /** The reply is written, or its reader is gone. */
  #settle({ body, afterReply }: HttpReply): void {
    if (body instanceof EventReader) this.#service.feed.close(body);
    afterReply?.();
  }

  #startTimer(): void {
    const nowMs = this.#clock.now().monotonicMs;
    // In step with the seconds, unless one was missed.
    this.#tickAtMs = Math.max(this.#tickAtMs, nowMs - TICK_MS) + TICK_MS;
    this.#stopTimer = this.#clock.startTimer(this.#tickAtMs - nowMs, () => {
      try {
        this.#service.feed.tick(this.#clock.now());
      } catch (error) {
        this.#logFailure("http feed failed", error);
      }
      this.#startTimer();
    });
  }

  #logFailure(message: string, error: unknown): void {
    this.#options.logger.error(message, { error: describeError(error) });
  }
}

function randomBytes(count: number): Uint8Array {
  return crypto.getRandomValues(new Uint8Array(count));
}
