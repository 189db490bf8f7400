/// <reference no-default-lib="true" />
/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
/// <reference lib="esnext" />
import type { FeedEvent } from "../../watch/feed_event.ts";
import type { DashboardAction } from "../dashboard_state.ts";
import { hasToLogIn, openLogin } from "./login.ts";
import { retryDelayMs } from "./retry_delay.ts";

/** A server sends something each second; after this long it is gone, whatever the socket says. */
const SILENCE_MS = 10_000;

const EVENT_TYPES: readonly FeedEvent["type"][] = [
  "server",
  "history",
  "log_history",
  "clients",
  "clients_changed",
  "point",
  "log",
  "log_dropped",
  "shutdown",
];

/**
 * The stream of `/events`, which is opened again whenever it is lost. The browser's own attempts
 * end at the first HTTP error, such as that of a proxy whose server is away.
 */
export class FeedConnection implements Disposable {
  readonly #dispatch: (action: DashboardAction) => void;
  readonly #level: string;
  #source: EventSource | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #failures = 0;

  /**
   * Opens the stream.
   *
   * @param level The least severe level of the log lines that it brings.
   * @param dispatch Called with all that happens.
   */
  constructor(level: string, dispatch: (action: DashboardAction) => void) {
    this.#level = level;
    this.#dispatch = dispatch;
    this.#open();
  }

  /** Ends the stream; nothing is told any more. */
  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
    this.#source?.close();
    this.#source = undefined;
  }

  #open(): void {
    const source = new EventSource(`/events?level=${encodeURIComponent(this.#level)}`);
    this.#source = source;
    for (const type of EVENT_TYPES) {
      source.addEventListener(type, (message) => this.#receive(type, message.data));
    }
    source.onerror = () => this.#lose(source);
    this.#awaitNews(source);
  }

  #receive(type: FeedEvent["type"], json: string): void {
    if (type === "server") this.#failures = 0;
    // The server is the one that this page came from, and sends what FeedEvent says.
    const event = { type, data: JSON.parse(json) } as FeedEvent;
    this.#dispatch({ type: "feed", event, atMs: Date.now() });
    if (this.#source !== undefined) this.#awaitNews(this.#source);
  }

  #awaitNews(source: EventSource): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#lose(source), SILENCE_MS);
  }

  #lose(source: EventSource): void {
    source.close();
    if (source !== this.#source) return;
    this.#failures++;
    this.#dispatch({ type: "lost", atMs: Date.now() });
    clearTimeout(this.#timer);
    this.#timer = setTimeout(
      () => void this.#retry(source),
      retryDelayMs(this.#failures, Math.random()),
    );
  }

  async #retry(lost: EventSource): Promise<void> {
    if (await hasToLogIn()) openLogin();
    else if (lost === this.#source) this.#open();
  }
}
