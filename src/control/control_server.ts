import type { LevelName } from "@std/log";
import { describeError } from "../observe/describe_error.ts";
import type { EventLogger } from "../observe/event_logger.ts";
import type { Endpoint } from "../session/endpoint.ts";
import type { ControlCommand } from "./command.ts";
import { CommandTable } from "./command_table.ts";
import { isConnectionLoss } from "./connection_errors.ts";
import type { ConnectionOptions } from "./connection_options.ts";
import { ConnectionShell } from "./connection_shell.ts";
import { type ControlClock, SYSTEM_CLOCK } from "./control_clock.ts";
import type { ControlEvent } from "./control_event.ts";
import type { ControlTls } from "./control_tls.ts";
import { listenForControl } from "./listen_address.ts";
import { LogLimiter } from "../session/log_limiter.ts";
import type { LogSource } from "./log_source.ts";
import { GREETING, OUTPUT_FORMATS } from "./output_format.ts";
import { DEFAULT_STREAM_LIMITS, type StreamLimits } from "./output_queue.ts";
import { TokenGate } from "./token_gate.ts";
import { WakeUp } from "./wake_up.ts";

/** Connections served at once unless configured otherwise. */
export const DEFAULT_MAX_CONNECTIONS = 64;

/** How long to wait after a failed accept, milliseconds: it may be that no file handle is free. */
const ACCEPT_RETRY_MS = 100;

/** What a control server is made of. */
export interface ControlServerOptions {
  /** IP address or host name to listen on. */
  readonly hostname: string;
  /** TCP port; 0 picks a free one. */
  readonly port: number;
  /** The control token; without it only a loopback address is listened on. */
  readonly token?: string;
  /** Certificate and key, when connections are to be over TLS. */
  readonly tls?: ControlTls;
  /** The commands beside those about the connection: see `relayCommands` and `directCommands`. */
  readonly commands: readonly ControlCommand[];
  /** The log to stream. */
  readonly logs: LogSource;
  /** Where the server writes its own log. */
  readonly logger: EventLogger;
  /** Connections at once; by default 64. */
  readonly maxConnections?: number;
  /** Level of a log stream until its client sets another; by default INFO. */
  readonly logLevel?: LevelName;
  /** Bounds of what waits for a slow reader; by default 1,000 lines and 1 MiB. */
  readonly streamLimits?: StreamLimits;
  /** Time and timers; by default those of the platform. */
  readonly clock?: ControlClock;
}

/** The TCP control port (PROTOCOL 1.9). It serves from its creation until it is closed. */
export class ControlServer implements AsyncDisposable {
  readonly #listener: Deno.TcpListener;
  readonly #options: ControlServerOptions;
  readonly #clock: ControlClock;
  readonly #connectionOptions: Omit<ConnectionOptions, "address">;
  // In the order in which they came.
  readonly #connections = new Map<ConnectionShell, Promise<void>>();
  readonly #acceptFailures: LogLimiter;
  #isAcceptTold = false;
  readonly #retryWakeUp = new WakeUp();
  readonly #accepting: Promise<void>;
  #isClosing = false;

  /**
   * Listens and begins to serve.
   *
   * @param options Address, token, commands and log.
   * @throws {ControlListenError} If it must not or cannot listen there.
   * @throws {RangeError} If the token is empty.
   */
  constructor(options: ControlServerOptions) {
    const gate = options.token === undefined ? undefined : new TokenGate(options.token);
    this.#options = options;
    this.#clock = options.clock ?? SYSTEM_CLOCK;
    this.#acceptFailures = new LogLimiter(this.#clock.nowMs());
    this.#connectionOptions = {
      commands: new CommandTable(options.commands),
      gate,
      logLevel: options.logLevel ?? "INFO",
      streamLimits: options.streamLimits ?? DEFAULT_STREAM_LIMITS,
    };
    this.#listener = listenForControl({
      hostname: options.hostname,
      port: options.port,
      tls: options.tls,
      hasToken: gate !== undefined,
    });
    this.#accepting = this.#accept();
  }

  /** Where it listens. */
  get endpoint(): Endpoint {
    const { hostname, port } = this.#listener.addr;
    return { hostname, port };
  }

  /** How many connections are served now. */
  get connectionCount(): number {
    return this.#connections.size;
  }

  /** Tells every authorised connection in JSON mode of an event. */
  publish(event: ControlEvent): void {
    for (const connection of this.#connections.keys()) connection.publish(event);
  }

  /**
   * Stops serving: what waits for each client is written for at most half a second.
   *
   * @param reason Told to clients in JSON mode.
   * @returns When everything is closed. Calling it again waits for the same.
   */
  async close(reason: string): Promise<void> {
    if (!this.#isClosing) {
      this.#isClosing = true;
      this.#listener.close();
      this.#retryWakeUp.wake();
      for (const connection of this.#connections.keys()) connection.shutdown(reason);
    }
    await Promise.all([this.#accepting, ...this.#connections.values()]);
  }

  /** Closes it; see `close`. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close("Control port closed");
  }

  async #accept(): Promise<void> {
    while (!this.#isClosing) {
      try {
        const conn = await this.#listener.accept();
        this.#noteAccepting();
        await this.#admit(conn);
      } catch (error) {
        if (this.#isClosing) return;
        this.#noteAcceptFailed(error);
        await this.#pause();
      }
    }
  }

  /** Once, however often it is tried in vain: this may go on for hours. */
  #noteAcceptFailed(error: unknown): void {
    if (this.#isAcceptTold) return;
    const suppressed = this.#acceptFailures.admit(this.#clock.nowMs());
    if (suppressed === undefined) return;
    this.#isAcceptTold = true;
    const fields = { error: describeError(error), suppressed: suppressed || undefined };
    this.#options.logger.warn("control accept failed", fields);
  }

  #noteAccepting(): void {
    if (!this.#isAcceptTold) return;
    this.#isAcceptTold = false;
    this.#options.logger.info("control accepts again");
  }

  async #pause(): Promise<void> {
    const stop = this.#clock.startTimer(ACCEPT_RETRY_MS, () => this.#retryWakeUp.wake());
    await this.#retryWakeUp.wait();
    stop();
  }

  async #admit(conn: Deno.TcpConn): Promise<void> {
    const bound = this.#options.maxConnections ?? DEFAULT_MAX_CONNECTIONS;
    const hasRoom = this.#connections.size < bound || await this.#makeRoom();
    if (this.#isClosing) return conn.close();
    if (!hasRoom) return await this.#refuse(conn);
    const connection = new ConnectionShell(
      conn,
      { ...this.#connectionOptions, address: conn.remoteAddr.hostname },
      {
        logs: this.#options.logs,
        clock: this.#clock,
        logger: this.#options.logger,
        tls: this.#options.tls,
      },
    );
    this.#connections.set(connection, this.#serve(connection));
  }

  // Strangers who connect and say nothing must not keep an operator out; one who is in stays in.
  async #makeRoom(): Promise<boolean> {
    for (const [connection, serving] of this.#connections) {
      if (connection.isAuthorised) continue;
      connection.abort();
      await serving;
      return true;
    }
    return false;
  }

  async #serve(connection: ConnectionShell): Promise<void> {
    try {
      await connection.serve();
    } catch (error) {
      this.#options.logger.error("control connection failed", { error: describeError(error) });
    } finally {
      this.#connections.delete(connection);
    }
  }

  async #refuse(conn: Deno.TcpConn): Promise<void> {
    const text = "All control connections are taken, try again later";
    const error = OUTPUT_FORMATS.text.error(undefined, "TOO_MANY_CONNECTIONS", text);
    try {
      // Over TLS there would be a handshake to wait for: such a client just finds it closed.
      if (this.#options.tls !== undefined) return;
      // It fits the empty buffer of a new socket, so this does not wait for the client.
      await conn.write(new TextEncoder().encode(`${GREETING}\n${error}\n`));
    } catch (error) {
      if (!isConnectionLoss(error)) throw error;
    } finally {
      conn.close();
    }
  }
}
