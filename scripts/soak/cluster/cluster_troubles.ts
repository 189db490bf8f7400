import { pause } from "../../../src/cluster/pause.ts";
import type { SeededRandom } from "../../seeded_random.ts";
import type { ClusteredRelay, RelayEnd } from "./clustered_relay.ts";

/** Times in seconds, from and to. */
type Span = readonly [from: number, to: number];

/**
 * Time between two troubles: clients need some 5 s to notice that a relay was killed, and what is
 * promised holds for one failure at a time.
 */
const PEACE: Span = [15, 40];

/** How long a relay is gone. */
const GONE: Span = [0.5, 12];

/** How long NATS stands still. */
const FROZEN_SECONDS = 3;

/** What goes wrong, and how often of a hundred. */
const STOP_PERCENT = 35;
const KILL_PERCENT = 35;

/** How often each trouble was made. */
export interface ClusterFaults extends Record<string, number> {
  relay_stops: number;
  relay_kills: number;
  nats_freezes: number;
}

/** What gets into trouble. */
export interface ClusterTroubleOptions {
  /** The relay that is ended and started anew; the others are left alone. */
  readonly shaken: Pick<ClusteredRelay, "end" | "restart">;
  /** Sends a signal to the NATS server. */
  readonly signalNats: (signal: "SIGSTOP" | "SIGCONT") => void;
  readonly random: SeededRandom;
  /** Waits, or less long when the signal says so; by default by the clock. */
  readonly pause?: (seconds: number, signal: AbortSignal) => Promise<void>;
}

/** Ends a relay and starts it anew, or freezes NATS, one after the other, until told to stop. */
export class ClusterTroubles {
  readonly faults: ClusterFaults = { relay_stops: 0, relay_kills: 0, nats_freezes: 0 };
  readonly #options: ClusterTroubleOptions;
  readonly #pause: (seconds: number, signal: AbortSignal) => Promise<void>;

  /** @param options What gets into trouble. */
  constructor(options: ClusterTroubleOptions) {
    this.#options = options;
    this.#pause = options.pause ?? ((seconds, signal) => pause(seconds * 1000, signal));
  }

  /**
   * Makes trouble until the signal says stop; all runs again then.
   *
   * @throws {Error} If the relay does not start again.
   */
  async run(signal: AbortSignal): Promise<void> {
    const { random } = this.#options;
    for (;;) {
      await this.#pause(random.between(...PEACE), signal);
      if (signal.aborted) return;
      const drawn = random.below(100);
      if (drawn < STOP_PERCENT) await this.#endRelay("stop", signal);
      else if (drawn < STOP_PERCENT + KILL_PERCENT) await this.#endRelay("kill", signal);
      else await this.#freezeNats(signal);
    }
  }

  async #endRelay(how: RelayEnd, signal: AbortSignal): Promise<void> {
    const { shaken, random } = this.#options;
    if (how === "stop") this.faults.relay_stops++;
    else this.faults.relay_kills++;
    await shaken.end(how);
    await this.#pause(random.between(...GONE), signal);
    await shaken.restart();
  }

  async #freezeNats(signal: AbortSignal): Promise<void> {
    const { signalNats } = this.#options;
    this.faults.nats_freezes++;
    signalNats("SIGSTOP");
    await this.#pause(FROZEN_SECONDS, signal);
    signalNats("SIGCONT");
  }
}
