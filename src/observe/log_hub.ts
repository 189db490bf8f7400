import { BaseHandler, getLevelByName, type LevelName, type LogRecord } from "@std/log";

import { formatText, type LogJson, toLogJson } from "./log_format.ts";
import { levelOf, lowestLevel } from "./log_level.ts";

/** A log line as the subscribers of a {@linkcode LogHub} get it; written when it is first asked for. */
export interface LogEntry {
  /** Its level. */
  readonly level: LevelName;
  /** The line as text, without colour or line end. */
  text(): string;
  /** The line as a JSON object; its strings are not escaped. */
  json(): LogJson;
}

/** Called with every line at or above its subscription's level, in order. */
export type LogListener = (entry: LogEntry) => void;

/** A listener's place in a {@linkcode LogHub}. */
export interface Subscription {
  /** Changes the lowest level that the listener gets. */
  setLevel(level: LevelName): void;
  /** Ends the subscription: the listener is not called again. Doing it twice is safe. */
  close(): void;
}

/**
 * A log handler that hands each line to any number of listeners, each with a level of its own. The
 * control port subscribes once per connection.
 *
 * The handler's own level is the lowest of its listeners' levels, and CRITICAL without listeners;
 * `configureLogging` watches it, so that a line nobody wants is not even put together.
 *
 * A listener may subscribe, close any subscription and change levels while it is called. What it
 * logs itself reaches all other handlers, but no listener: else each line would beget the next.
 */
export class LogHub extends BaseHandler {
  readonly #subscribers = new Set<Subscriber>();
  readonly #levelWatchers = new Set<() => void>();
  #isDelivering = false;
  #failedCalls = 0;

  /** Makes a hub without listeners. */
  constructor() {
    super("CRITICAL");
  }

  /** How often a listener threw; nothing else becomes of such an error. */
  get failedCalls(): number {
    return this.#failedCalls;
  }

  /** How many listeners there are. */
  get size(): number {
    return this.#subscribers.size;
  }

  /**
   * Adds a listener.
   *
   * @param level Lines below this level are left out.
   * @param listener Called with every other line.
   * @returns The means to change the level and to leave; the caller must leave in the end.
   */
  subscribe(level: LevelName, listener: LogListener): Subscription {
    const subscriber = new Subscriber(level, listener);
    this.#subscribers.add(subscriber);
    this.#updateLevel();
    return {
      setLevel: (newLevel) => {
        subscriber.level = newLevel;
        this.#updateLevel();
      },
      close: () => {
        this.#subscribers.delete(subscriber);
        this.#updateLevel();
      },
    };
  }

  /**
   * Has a function called whenever the hub's own level has changed.
   *
   * @param watcher The function; it reads the new level off the hub.
   * @returns Disposed of, the function is not called again.
   */
  watchLevel(watcher: () => void): Disposable {
    this.#levelWatchers.add(watcher);
    return { [Symbol.dispose]: () => void this.#levelWatchers.delete(watcher) };
  }

  /**
   * Hands a record to the listeners whose level it reaches.
   *
   * @param record The record.
   */
  override handle(record: LogRecord): void {
    if (this.level > record.level || this.#isDelivering) return;
    this.#isDelivering = true;
    const entry = new RecordEntry(record);
    // A copy, so that a listener added meanwhile does not get a line from before its time.
    for (const subscriber of [...this.#subscribers]) {
      if (this.#subscribers.has(subscriber)) this.#call(subscriber, entry, record.level);
    }
    this.#isDelivering = false;
  }

  /** Not used: listeners are handed entries, not texts. */
  override log(): void {}

  #call(subscriber: Subscriber, entry: LogEntry, level: number): void {
    if (getLevelByName(subscriber.level) > level) return;
    try {
      subscriber.listener(entry);
    } catch {
      // Whatever it is, it is the listener's fault and must not reach the one who logged. Logging
      // it would call the same listener again, so it is only counted.
      this.#failedCalls++;
    }
  }

  #updateLevel(): void {
    const level = lowestLevel([...this.#subscribers].map((subscriber) => subscriber.level));
    if (level === this.levelName) return;
    this.levelName = level;
    for (const watcher of this.#levelWatchers) watcher();
  }
}

class Subscriber {
  constructor(public level: LevelName, readonly listener: LogListener) {}
}

class RecordEntry implements LogEntry {
  readonly level: LevelName;
  readonly #record: LogRecord;
  #text: string | undefined;
  #json: LogJson | undefined;

  constructor(record: LogRecord) {
    this.level = levelOf(record);
    this.#record = record;
  }

  text(): string {
    return this.#text ??= formatText(this.#record);
  }

  json(): LogJson {
    return this.#json ??= toLogJson(this.#record);
  }
}
