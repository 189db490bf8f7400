import { connect, type Socket } from "node:net";
import { type ControlClock, SYSTEM_CLOCK } from "../control/control_clock.ts";
import type { EventLogger } from "../observe/event_logger.ts";
import type { Endpoint } from "../session/endpoint.ts";

/** How often it is looked whether connections are taken, milliseconds. */
export const LOOK_INTERVAL_MS = 3_000;

/** How long the server has to take a connection, milliseconds; twice, in case that it was busy. */
export const TAKE_TIMEOUT_MS = 500;

/** A server as far as its listener is watched. */
export interface WatchedListener {
  /** Where it should listen. */
  readonly endpoint: Endpoint;
  /** How many connections it has taken so far. */
  readonly takenConnections: number;
  /** Whether it takes no more for now because of its own bound. */
  readonly isFull: boolean;
  /** Listens anew at the same place; connections go on. */
  listenAgain(): void;
}

/** What a watch is made of. */
export interface ListenerWatchOptions {
  readonly listener: WatchedListener;
  readonly logger: EventLogger;
  /** Time and timers; by default those of the platform. */
  readonly clock?: ControlClock;
}

/**
 * Has an HTTP server listen again that takes no more connections.
 *
 * When a process has run out of file handles, the platform's listener falls silent for good, and no
 * event says so: connections are made by the system and never handed over. So when none has come for a
 * while, one is made from here, to see whether it is taken.
 */
export class ListenerWatch implements Disposable {
  readonly #listener: WatchedListener;
  readonly #logger: EventLogger;
  readonly #clock: ControlClock;
  #taken = -1;
  #isTroubled = false;
  #knocking: Socket | undefined;
  #stopTimer: () => void = () => undefined;
  #isOver = false;

  /** Begins to watch. */
  constructor({ listener, logger, clock = SYSTEM_CLOCK }: ListenerWatchOptions) {
    this.#listener = listener;
    this.#logger = logger;
    this.#clock = clock;
    this.#lookLater();
  }

  /** Stops watching; twice is safe. */
  [Symbol.dispose](): void {
    this.#isOver = true;
    this.#stopTimer();
    this.#knocking?.destroy();
  }

  #later(delayMs: number, what: () => void): void {
    if (!this.#isOver) this.#stopTimer = this.#clock.startTimer(delayMs, what);
  }

  #lookLater(): void {
    this.#later(LOOK_INTERVAL_MS, () => this.#look());
  }

  #look(): void {
    if (this.#takesConnections() || this.#listener.isFull) return this.#lookLater();
    const { hostname, port } = this.#listener.endpoint;
    const knocking = connect({ host: reachable(hostname), port });
    this.#knocking = knocking;
    knocking.once("connect", () => this.#awaitTaking(knocking, 2));
    knocking.once("error", (error) => this.#fail(knocking, error));
  }

  /** Whether connections were taken since the last call. */
  #takesConnections(): boolean {
    const { takenConnections } = this.#listener;
    if (takenConnections === this.#taken) return false;
    this.#taken = takenConnections;
    this.#isTroubled = false;
    return true;
  }

  #awaitTaking(knocking: Socket, waits: number): void {
    this.#later(TAKE_TIMEOUT_MS, () => {
      if (!this.#takesConnections()) {
        if (waits > 1) return this.#awaitTaking(knocking, waits - 1);
        this.#listenAgain("connections were not taken any more");
      }
      this.#endKnocking(knocking);
    });
  }

  #fail(knocking: Socket, error: Error): void {
    if ("code" in error && error.code === "ECONNREFUSED") this.#listenAgain(error.message);
    else if (!this.#isTroubled) {
      // Most of all that there are no file handles: then there is nothing to do but to wait.
      this.#isTroubled = true;
      this.#logger.warn("http connections may not be taken", { error: error.message });
    }
    this.#endKnocking(knocking);
  }

  #listenAgain(reason: string): void {
    this.#logger.warn("http port listens again", { reason });
    this.#listener.listenAgain();
  }

  #endKnocking(knocking: Socket): void {
    if (this.#knocking !== knocking) return;
    this.#knocking = undefined;
    knocking.on("error", () => undefined);
    knocking.destroy();
    this.#lookLater();
  }
}

/** Where a server is reached from its own machine that listens at an address. */
function reachable(hostname: string): string {
  if (hostname === "0.0.0.0") return "127.0.0.1";
  return hostname === "::" ? "::1" : hostname;
}
