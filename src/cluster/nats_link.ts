import {
  type Authenticator,
  type ConnectionOptions,
  type NatsConnection,
  tokenAuthenticator,
  usernamePasswordAuthenticator,
} from "@nats-io/transport-node";
import type { EventLogger } from "../observe/event_logger.ts";
import { Backoff } from "../session/backoff.ts";
import { LogLimiter } from "../session/log_limiter.ts";
import { readClocks } from "../session/read_clocks.ts";
import { ClusterError } from "./cluster_error.ts";
import { type NatsAddress, userOf } from "./nats_address.ts";
import { readAuthorities, readCredentials } from "./nats_credentials.ts";
import { failureReason, isRefusal } from "./nats_failure.ts";
import { pause } from "./pause.ts";
import { connectQuietly } from "./quiet_connect.ts";

/** How long one server may take to let us in, milliseconds. */
const CONNECT_TIMEOUT_MS = 2_000;

/** A server is asked whether it lives this often, milliseconds, and is dead when it misses two. */
const PING_INTERVAL_MS = 2_000;
const MAX_PINGS_OUT = 2;

/** Rests between tries to connect. */
const RESTS = { firstMs: 100, capMs: 2_000 } as const;

/** A connection that lasted so long was a good one: the rests begin anew, milliseconds. */
const GOOD_MS = 5_000;

/** Whether there is a connection. */
export type LinkStatus =
  /** `server` is `host:port`. */
  | { readonly state: "connected"; readonly server: string; readonly sinceUnixMs: number }
  /** `reason` is for people. */
  | { readonly state: "disconnected"; readonly sinceUnixMs: number; readonly reason: string };

/** What a `NatsLink` tells. */
export interface LinkListener {
  /** There is a connection, a new one each time. */
  readonly onConnected: (connection: NatsConnection) => void;
  /** The connection is gone, and all that hung on it; `reason` is for people. */
  readonly onLost: (reason: string) => void;
}

/** What a `NatsLink` is made of. */
export interface NatsLinkOptions {
  /** The servers of one NATS, at least one. */
  readonly servers: readonly NatsAddress[];
  /** What NATS calls this client in its own reports. */
  readonly clientName: string;
  readonly credentialsFile: string | undefined;
  readonly tlsCaFile: string | undefined;
  /** How long the first connection may take, milliseconds. */
  readonly timeoutMs: number;
  /** Gives up the first connection, within the time that one server may take. */
  readonly signal: AbortSignal;
  readonly logger: EventLogger;
  /** Gives numbers from 0 up to 1. */
  readonly random: () => number;
}

/**
 * A connection to NATS that comes back.
 *
 * The library can reconnect by itself. It is not asked to: then every connection is a new one, with its
 * own subscriptions, and nothing of an old one is left over; credentials are read anew each time, and
 * no number of failures makes it give up.
 */
export class NatsLink implements AsyncDisposable {
  readonly #options: NatsLinkOptions;
  readonly #stop = new AbortController();
  readonly #listeners: LinkListener[] = [];
  readonly #complaints = new LogLimiter(readClocks().monotonicMs);
  #connection: NatsConnection | undefined;
  #status: LinkStatus;
  #ended: Promise<void> = Promise.resolve();
  #rests: Backoff;

  private constructor(options: NatsLinkOptions) {
    this.#options = options;
    this.#rests = new Backoff(RESTS, options.random);
    this.#status = { state: "disconnected", sinceUnixMs: Date.now(), reason: "not yet connected" };
  }

  /**
   * Connects, and stays connected until it is disposed.
   *
   * @param options Its parts.
   * @throws {ClusterError} If no server answers in time, or one does not let us in.
   * @throws The reason of the signal.
   */
  static async open(options: NatsLinkOptions): Promise<NatsLink> {
    const link = new NatsLink(options);
    const connection = await link.#connectFirst();
    link.#begin(connection);
    link.#ended = link.#keep(connection);
    return link;
  }

  /** The connection, while there is one. */
  get connection(): NatsConnection | undefined {
    return this.#connection;
  }

  /** Whether there is a connection, and since when. */
  get status(): LinkStatus {
    return this.#status;
  }

  /** Tells of connections from now on, and of the one that there is. */
  listen(listener: LinkListener): void {
    this.#listeners.push(listener);
    if (this.#connection !== undefined) listener.onConnected(this.#connection);
  }

  /** Closes the connection for good. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    await this.#connection?.close();
    await this.#ended;
  }

  async #connectFirst(): Promise<NatsConnection> {
    const { timeoutMs, servers, signal } = this.#options;
    const deadlineMs = readClocks().monotonicMs + timeoutMs;
    for (;;) {
      try {
        return await this.#connect();
      } catch (cause) {
        if (cause instanceof ClusterError) throw cause;
        const names = servers.map(({ server }) => server).join(", ");
        const reason = failureReason(cause);
        if (isRefusal(cause)) {
          const message = `Cannot come in to NATS at ${names}: ${reason}; check the credentials`;
          throw new ClusterError("CLUSTER_REFUSED", message, { cause });
        }
        if (readClocks().monotonicMs + this.#rests.baseMs > deadlineMs) {
          const message = `Cannot reach NATS at ${names}: ${reason}`;
          throw new ClusterError("CLUSTER_UNREACHABLE", message, { cause });
        }
      }
      await this.#rest(signal);
      signal.throwIfAborted();
    }
  }

  async #connect(): Promise<NatsConnection> {
    const { servers, clientName, credentialsFile, tlsCaFile } = this.#options;
    const wantsTls = tlsCaFile !== undefined || servers.some(({ isTls }) => isTls);
    const options: ConnectionOptions = {
      servers: servers.map(({ server }) => server),
      name: clientName,
      reconnect: false,
      timeout: CONNECT_TIMEOUT_MS,
      pingInterval: PING_INTERVAL_MS,
      maxPingOut: MAX_PINGS_OUT,
      ignoreClusterUpdates: true,
      // Stack traces for each request cost more than the request.
      noAsyncTraces: true,
    };
    const authenticator = await authenticatorOf(servers, credentialsFile);
    if (authenticator !== undefined) options.authenticator = authenticator;
    if (wantsTls) {
      options.tls = tlsCaFile === undefined ? {} : { ca: await readAuthorities(tlsCaFile) };
    }
    return await connectQuietly(options);
  }

  #begin(connection: NatsConnection): void {
    const server = connection.getServer();
    this.#connection = connection;
    this.#status = { state: "connected", server, sinceUnixMs: Date.now() };
    this.#options.logger.info("cluster connected", { server });
    for (const { onConnected } of this.#listeners) onConnected(connection);
  }

  async #keep(first: NatsConnection): Promise<void> {
    let connection: NatsConnection | undefined = first;
    while (connection !== undefined) {
      const sinceMs = readClocks().monotonicMs;
      const complaints = this.#logComplaints(connection);
      const reason = failureReason(await connection.closed());
      await complaints;
      this.#end(reason);
      if (readClocks().monotonicMs - sinceMs > GOOD_MS) {
        this.#rests = new Backoff(RESTS, this.#options.random);
      }
      connection = await this.#connectAgain();
    }
  }

  #end(reason: string): void {
    this.#connection = undefined;
    if (!this.#stop.signal.aborted) {
      const server = this.#status.state === "connected" ? this.#status.server : undefined;
      this.#options.logger.warn("cluster connection lost", { server, reason });
    }
    this.#status = { state: "disconnected", sinceUnixMs: Date.now(), reason };
    for (const { onLost } of this.#listeners) onLost(reason);
  }

  async #connectAgain(): Promise<NatsConnection | undefined> {
    while (!this.#stop.signal.aborted) {
      await this.#rest(this.#stop.signal);
      if (this.#stop.signal.aborted) return undefined;
      try {
        const connection = await this.#connect();
        if (this.#stop.signal.aborted) await connection.close();
        else this.#begin(connection);
        return connection;
      } catch (error) {
        const { sinceUnixMs } = this.#status;
        this.#status = { state: "disconnected", sinceUnixMs, reason: failureReason(error) };
      }
    }
    return undefined;
  }

  async #rest(signal: AbortSignal): Promise<void> {
    await pause(this.#rests.next(), signal);
  }

  /** What a server says of its own accord, such as that something is not permitted. */
  async #logComplaints(connection: NatsConnection): Promise<void> {
    for await (const status of connection.status()) {
      if (status.type !== "error") continue;
      const suppressed = this.#complaints.admit(readClocks().monotonicMs);
      if (suppressed === undefined) continue;
      this.#options.logger.warn("cluster server complains", {
        reason: failureReason(status.error),
        suppressed: suppressed || undefined,
      });
    }
  }
}

async function authenticatorOf(
  servers: readonly NatsAddress[],
  credentialsFile: string | undefined,
): Promise<Authenticator | undefined> {
  if (credentialsFile !== undefined) return await readCredentials(credentialsFile);
  const named = userOf(servers);
  if (named === undefined) return undefined;
  const { user, password } = named;
  // As everywhere with NATS: a name alone is a token.
  return password === undefined
    ? tokenAuthenticator(user)
    : usernamePasswordAuthenticator(user, password);
}
