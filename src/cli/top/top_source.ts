import { ControlClient } from "../../control/control_client.ts";
import { ControlClientError } from "../../control/control_client_error.ts";
import type { ControlLinkOptions } from "../../control/control_link.ts";
import type { TopClock } from "./top_clock.ts";
import { readTopSample, type TopSample } from "./top_sample.ts";

/** How long an answer may take, milliseconds: a list of 100,000 clients takes a second or so. */
export const ANSWER_TIMEOUT_MS = 10_000;

/** A connection to a server, by which it is looked at again and again. */
export class TopSource implements AsyncDisposable {
  readonly #client: ControlClient;
  readonly #clock: TopClock;
  readonly #silence: AbortController;

  private constructor(client: ControlClient, clock: TopClock, silence: AbortController) {
    this.#client = client;
    this.#clock = clock;
    this.#silence = silence;
  }

  /**
   * Connects.
   *
   * @param options Where to; its signal ends the connection.
   * @param clock Time.
   * @returns The source, owned by the caller.
   * @throws {ControlClientError} If the server cannot be reached, or refuses.
   * @throws {unknown} The signal's reason when it aborts.
   */
  static async connect(
    options: ControlLinkOptions & { readonly signal: AbortSignal },
    clock: TopClock,
  ): Promise<TopSource> {
    const silence = new AbortController();
    const signal = AbortSignal.any([options.signal, silence.signal]);
    return new TopSource(await ControlClient.connect({ ...options, signal }), clock, silence);
  }

  /**
   * Looks at the server.
   *
   * @throws {ControlClientError} If there is no answer in time, no connection any more, or no
   *   answer of a server.
   * @throws {unknown} The signal's reason when it aborts.
   */
  async sample(): Promise<TopSample> {
    const stopTimer = this.#clock.startTimer(ANSWER_TIMEOUT_MS, () => this.#silence.abort(mute()));
    try {
      const [statistics, clients] = await Promise.all([
        this.#client.run("get_stats"),
        this.#client.run("list_clients"),
      ]);
      const moment = { atMs: this.#clock.nowMs(), unixMs: this.#clock.unixMs() };
      return readTopSample({ statistics, clients }, moment);
    } finally {
      stopTimer();
    }
  }

  /** Ends the connection. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#client[Symbol.asyncDispose]();
  }
}

function mute(): ControlClientError {
  const message = `No answer from the server for ${ANSWER_TIMEOUT_MS / 1000} s`;
  return new ControlClientError("CONTROL_LOST", message);
}
