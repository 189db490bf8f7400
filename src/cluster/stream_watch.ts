import type { NatsConnection } from "@nats-io/transport-node";
import { readClocks } from "../session/read_clocks.ts";
import { ClusterError } from "./cluster_error.ts";
import type { ClusterStream, OurStream } from "./cluster_stream.ts";
import { failureReason } from "./nats_failure.ts";
import { pause } from "./pause.ts";
import { StreamJudge } from "./stream_judge.ts";

/** How often the stream is looked at, milliseconds, and how soon again when something is wrong. */
const LOOK_INTERVAL_MS = 5_000;
const LOOK_AGAIN_MS = 500;

/** Who reads the stream and publishes into it, as far as a `StreamWatch` tells it to. */
export interface StreamFollower {
  /** The connection, while there is one. */
  readonly connection: () => NatsConnection | undefined;
  /** The series that it reads, and up to which number it has read. */
  readonly series: () => Pick<OurStream, "seriesId" | "newest">;
  /** The stream is what it was: to be read and published to. */
  readonly goOn: (connection: NatsConnection, stream: OurStream) => void;
  /** Nothing is to be published for now. */
  readonly hold: () => void;
  /** Nothing is to be read either. */
  readonly detach: () => void;
  /** The stream is another one. @returns Whether it could be read. */
  readonly changeTo: (connection: NatsConnection, stream: OurStream) => Promise<boolean>;
  /** The stream was found. */
  readonly onFound: () => void;
  /** The stream could not be found, or is not ours; `reason` is for people. */
  readonly onNotFound: (reason: string) => void;
}

/**
 * Looks whether a stream still is what was read of it: at every new connection, every few seconds, and
 * whenever something is odd. Until that is sure nothing is published, and the stream is made anew
 * when it is gone.
 */
export class StreamWatch {
  readonly #stream: ClusterStream;
  readonly #follower: StreamFollower;
  readonly #signal: AbortSignal;
  readonly #judge = new StreamJudge();
  #isLooking = false;
  #hasToLookAgain = false;
  #lookedAtMs = -Infinity;

  /** @param stream The stream. @param follower Who goes by it. @param signal Ends the watch. */
  constructor(stream: ClusterStream, follower: StreamFollower, signal: AbortSignal) {
    this.#stream = stream;
    this.#follower = follower;
    this.#signal = signal;
  }

  /** Takes note that a number has another message than it had; to be followed by a look. */
  contradicted(): void {
    this.#judge.contradicted();
  }

  /** Whether it is time to look. @param isOdd Whether something is odd. */
  isDue(nowMs: number, isOdd: boolean): boolean {
    return nowMs >= this.#lookedAtMs + (isOdd ? LOOK_AGAIN_MS : LOOK_INTERVAL_MS);
  }

  /**
   * Looks at once, or once more when it is looking; until it is sure.
   *
   * @returns When it is, or there is no connection to look over.
   */
  async look(): Promise<void> {
    this.#hasToLookAgain = true;
    if (this.#isLooking) return;
    this.#isLooking = true;
    try {
      await this.#lookUntilSure();
    } finally {
      this.#isLooking = false;
    }
  }

  async #lookUntilSure(): Promise<void> {
    while (this.#hasToLookAgain && !this.#signal.aborted) {
      this.#hasToLookAgain = false;
      this.#lookedAtMs = readClocks().monotonicMs;
      const connection = this.#follower.connection();
      if (connection === undefined) return;
      if (await this.#isSure(connection)) continue;
      this.#hasToLookAgain = true;
      await pause(LOOK_AGAIN_MS, this.#signal);
    }
  }

  async #isSure(connection: NatsConnection): Promise<boolean> {
    try {
      const isSure = await this.#goBy(connection);
      this.#follower.onFound();
      return isSure;
    } catch (error) {
      // The connection was lost, the server does not answer, or the stream is no longer ours.
      this.#follower.onNotFound(failureReason(error));
      return false;
    }
  }

  async #goBy(connection: NatsConnection): Promise<boolean> {
    const follower = this.#follower;
    // Before the question: what comes while it is on its way may be newer than the answer.
    const series = follower.series();
    let state = await this.#stream.read(connection);
    if (state.state === "missing") state = await this.#stream.make(connection);
    const judgement = this.#judge.judge(state, series);
    if (judgement !== "same") follower.hold();
    switch (judgement) {
      case "same":
        if (state.state === "ours") follower.goOn(connection, state);
        return true;
      case "unsure":
        return false;
      case "went_back":
        await this.#stream.renew(connection);
        return false;
      case "other_series":
        if (state.state !== "ours" || !await follower.changeTo(connection, state)) return false;
        this.#judge.begun();
        return true;
      case "not_ours":
        follower.detach();
        throw notOurs(this.#stream.name);
      default:
        return judgement satisfies never;
    }
  }
}

function notOurs(stream: string): ClusterError {
  return new ClusterError(
    "CLUSTER_STREAM",
    `stream ${stream} is no longer that of relays with this key`,
  );
}
