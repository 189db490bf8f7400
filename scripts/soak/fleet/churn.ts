import type { FleetMember } from "./fleet_member.ts";
import type { FleetTally } from "./fleet_tally.ts";
import { pause } from "../../../src/cluster/pause.ts";
import type { SeededRandom } from "../../seeded_random.ts";

/** Times in seconds, from and to, at a pace of 1. */
type Span = readonly [from: number, to: number];

/** How long a visitor stays, and is away. */
const STAY: Span = [10, 60];
const AWAY: Span = [1, 15];

/** How long a traveller is left in peace between two troubles. */
const PEACE: Span = [10, 60];

/** Outages: most are over before a client takes its relay for lost, some last longer than the relay waits for it. */
const SHORT_OUTAGE: Span = [0.5, 8];
const LONG_OUTAGE: Span = [15, 45];
const LONG_OUTAGE_SHARE = 0.25;

/** How long one that crashed takes to come back. */
const DOWN: Span = [0.2, 25];

/** Of those that come back this share asks for what was said in the last seconds. */
const REPLAY_SHARE = 0.3;
const REPLAY_SECONDS = 5;

/** What happens to a traveller, and how often of a hundred. */
const ROAM_PERCENT = 40;
const OUTAGE_PERCENT = 30;

/** How members come and go. */
export interface ChurnOptions {
  readonly tally: FleetTally;
  /** 1 for the times above; 0.1 makes everything happen ten times as often. */
  readonly pace: number;
}

/** Makes members come and go, and makes their network fail. */
export class Churn {
  readonly #options: ChurnOptions;

  /** @param options How. */
  constructor(options: ChurnOptions) {
    this.#options = options;
  }

  /**
   * Stays; if it loses its life nonetheless, it gets another one. Who gave up group delivery begins
   * again as well: else nobody would have it in the end.
   */
  async resident(member: FleetMember, random: SeededRandom, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.#pause(PEACE, random, signal);
      if (member.missesGroup) await member.leave();
      await member.join(signal);
    }
  }

  /** Joins and leaves politely, again and again. */
  async visitor(member: FleetMember, random: SeededRandom, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.#pause(STAY, random, signal);
      if (signal.aborted) return;
      await member.leave();
      await this.#pause(AWAY, random, signal);
      await this.#rejoin(member, random, signal);
    }
  }

  /** Roams, loses its network for a while, or crashes and comes back. */
  async traveller(member: FleetMember, random: SeededRandom, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.#pause(PEACE, random, signal);
      if (signal.aborted) return;
      await this.#trouble(member, random, signal);
      if (member.missesGroup) await member.leave();
      // Also when it lost its life in another way.
      await this.#rejoin(member, random, signal);
    }
  }

  async #trouble(member: FleetMember, random: SeededRandom, signal: AbortSignal): Promise<void> {
    const drawn = random.below(100);
    if (drawn < ROAM_PERCENT) return member.move();
    if (drawn < ROAM_PERCENT + OUTAGE_PERCENT) {
      this.#options.tally.count("outages");
      member.cut();
      const isLong = random.chance(LONG_OUTAGE_SHARE);
      await this.#pause(isLong ? LONG_OUTAGE : SHORT_OUTAGE, random, signal);
      return member.heal();
    }
    await member.crash({ keepsAddress: random.chance(0.5) });
    await this.#pause(DOWN, random, signal);
  }

  async #rejoin(member: FleetMember, random: SeededRandom, signal: AbortSignal): Promise<void> {
    const replay = random.chance(REPLAY_SHARE) ? { seconds: REPLAY_SECONDS } : undefined;
    await member.join(signal, replay);
  }

  async #pause([from, to]: Span, random: SeededRandom, signal: AbortSignal): Promise<void> {
    await pause(random.between(from, to) * this.#options.pace * 1000, signal);
  }
}
