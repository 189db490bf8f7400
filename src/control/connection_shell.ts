import type { LevelName } from "@std/log";
import type { EventLogger } from "../observe/event_logger.ts";
import { formatEndpoint } from "../session/endpoint.ts";
import type { ControlCommand } from "./command.ts";
import { ConnectionCore } from "./connection_core.ts";
import type { ConnectionEffect } from "./connection_effect.ts";
import { isConnectionLoss } from "./connection_errors.ts";
import type { ConnectionOptions } from "./connection_options.ts";
import type { ControlClock } from "./control_clock.ts";
import type { ControlConn } from "./control_conn.ts";
import { type ControlTls, TlsControlConn } from "./control_tls.ts";
import type { ControlEvent } from "./control_event.ts";
import type { LogSource, LogSubscription } from "./log_source.ts";
import { runCommand } from "./run_command.ts";
import { WakeUp } from "./wake_up.ts";

/** How much is read at once, bytes: it bounds the work that one read can bring. */
const READ_BUFFER_BYTES = 4096;

/** How long a client may take for the TLS handshake, milliseconds. */
export const HANDSHAKE_TIMEOUT_MS = 5_000;

/** What the shell of a connection works with. */
export interface ShellServices {
  /** The log to stream. */
  readonly logs: LogSource;
  /** Time and timers. */
  readonly clock: ControlClock;
  /** Where it writes its own log. */
  readonly logger: EventLogger;
  /** Certificate and key, when connections are over TLS. */
  readonly tls: ControlTls | undefined;
}

/** One accepted connection: its socket, timer, log subscription and running command. */
export class ConnectionShell {
  readonly #tcp: Deno.TcpConn;
  readonly #conn: ControlConn;
  readonly #core: ConnectionCore;
  readonly #services: ShellServices;
  readonly #peer: string;
  readonly #readerWakeUp = new WakeUp();
  readonly #writerWakeUp = new WakeUp();
  #subscription: LogSubscription | undefined;
  #timer: { readonly deadlineMs: number; readonly stop: () => void } | undefined;
  #endsOutput = false;
  #isOpen = false;
  #failures: unknown[] = [];

  /**
   * Takes a connection over; `serve` begins to serve it.
   *
   * @param conn The connection, which this object owns from now on.
   * @param options What its core needs to know.
   * @param services The log, the clock and the logger.
   */
  constructor(conn: Deno.TcpConn, options: ConnectionOptions, services: ShellServices) {
    this.#tcp = conn;
    this.#conn = services.tls === undefined ? conn : new TlsControlConn(conn, services.tls);
    this.#core = new ConnectionCore(options, services.clock.nowMs());
    this.#services = services;
    this.#peer = formatEndpoint(conn.remoteAddr);
  }

  /** Whether the client may give every command. */
  get isAuthorised(): boolean {
    return this.#isOpen && this.#core.isAuthorised;
  }

  /**
   * Serves the connection until it is closed. A command may still be running then: it belongs to
   * the server, and its outcome is dropped.
   *
   * @throws {unknown} What no connection should bring about: a mistake of ours.
   */
  async serve(): Promise<void> {
    const { logger } = this.#services;
    if (!await this.#shakeHands()) return;
    logger.debug("control connection opened", { address: this.#peer });
    this.#isOpen = true;
    this.#step((nowMs) => this.#core.open(nowMs));
    await Promise.all([this.#abortOnFailure(this.#read()), this.#abortOnFailure(this.#write())]);
    logger.debug("control connection closed", { address: this.#peer });
    if (this.#failures.length > 0) throw this.#failures[0];
  }

  /** Tells the client of an event. */
  publish(event: ControlEvent): void {
    this.#core.publish(event);
    this.#writerWakeUp.wake();
  }

  /** Ends the connection soon; `serve` returns when it is closed. */
  shutdown(reason: string): void {
    this.#step((nowMs) => this.#core.shutdown(reason, nowMs));
  }

  /** Ends the connection at once. */
  abort(): void {
    this.#step(() => this.#core.abort());
  }

  /** Over TLS: a client that never ends the handshake must not keep its place. */
  async #shakeHands(): Promise<boolean> {
    const { clock, logger } = this.#services;
    if (!(this.#conn instanceof TlsControlConn)) return true;
    const stop = clock.startTimer(HANDSHAKE_TIMEOUT_MS, () => this.abort());
    try {
      await this.#conn.handshake();
      return this.#core.stage !== "closed";
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      logger.debug("control handshake failed", { address: this.#peer, reason });
      this.abort();
      return false;
    } finally {
      stop();
    }
  }

  async #read(): Promise<void> {
    this.#tcp.setKeepAlive(true);
    const buffer = new Uint8Array(READ_BUFFER_BYTES);
    while (this.#core.stage !== "closed") {
      if (!this.#core.wantsInput) {
        await this.#readerWakeUp.wait();
        continue;
      }
      const bytes = await this.#conn.read(buffer);
      this.#step((nowMs) =>
        bytes === null
          ? this.#core.endInput(nowMs)
          : this.#core.receive(buffer.subarray(0, bytes), nowMs)
      );
    }
  }

  async #write(): Promise<void> {
    this.#tcp.setNoDelay(true);
    while (this.#core.stage !== "closed") {
      const chunk = this.#core.output();
      if (chunk !== undefined) {
        const bytes = await this.#conn.write(chunk);
        this.#step((nowMs) => this.#core.written(bytes, nowMs));
      } else if (this.#endsOutput) {
        this.#endsOutput = false;
        await this.#conn.closeWrite();
      } else {
        await this.#writerWakeUp.wait();
      }
    }
  }

  async #abortOnFailure(loop: Promise<void>): Promise<void> {
    try {
      await loop;
    } catch (error) {
      if (!isConnectionLoss(error)) this.#failures.push(error);
      this.abort();
    }
  }

  // Everything that reaches the core comes this way, some of it from a timer or a promise, where
  // nobody could catch what is thrown.
  #step(input: (nowMs: number) => readonly ConnectionEffect[]): void {
    try {
      for (const effect of input(this.#services.clock.nowMs())) this.#apply(effect);
      this.#setTimer(this.#core.nextDeadline());
    } catch (error) {
      this.#failures.push(error);
      for (const effect of this.#core.abort()) this.#apply(effect);
    }
    this.#readerWakeUp.wake();
    this.#writerWakeUp.wake();
  }

  #apply(effect: ConnectionEffect): void {
    switch (effect.kind) {
      case "run":
        // Reports by `finish`, and never rejects; the connection may end before it does.
        this.#run(effect.command, effect.args);
        return;
      case "call":
        return effect.callback();
      case "follow_logs":
        return this.#followLogs(effect.level);
      case "end_output":
        this.#endsOutput = true;
        return;
      case "close":
        return this.#close();
      default:
        return effect satisfies never;
    }
  }

  async #run(command: ControlCommand, args: readonly string[]): Promise<void> {
    const { logger } = this.#services;
    const origin = { port: "control", address: this.#peer, logger } as const;
    const outcome = await runCommand(command, args, origin);
    this.#step((nowMs) => this.#core.finish(outcome, nowMs));
  }

  #followLogs(level: LevelName | undefined): void {
    if (level === undefined) {
      this.#subscription?.close();
      this.#subscription = undefined;
    } else if (this.#subscription === undefined) {
      this.#subscription = this.#services.logs.subscribe(level, (entry) => {
        this.#core.log(entry);
        this.#writerWakeUp.wake();
      });
    } else {
      this.#subscription.setLevel(level);
    }
  }

  #setTimer(deadlineMs: number | undefined): void {
    if (this.#timer?.deadlineMs === deadlineMs) return;
    this.#timer?.stop();
    this.#timer = undefined;
    if (deadlineMs === undefined) return;
    const delayMs = Math.max(0, deadlineMs - this.#services.clock.nowMs());
    const stop = this.#services.clock.startTimer(delayMs, () => {
      this.#timer = undefined;
      this.#step((nowMs) => this.#core.tick(nowMs));
    });
    this.#timer = { deadlineMs, stop };
  }

  #close(): void {
    this.#followLogs(undefined);
    this.#setTimer(undefined);
    this.#conn.close();
  }
}
