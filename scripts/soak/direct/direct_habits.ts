import { pause } from "../../../src/cluster/pause.ts";
import type { SeededRandom } from "../../seeded_random.ts";
import { type DirectMember, LARGE_BYTES, TRANSFER_BYTES } from "./direct_member.ts";

/** Times in seconds, from and to, at a pace of 1. */
type Span = readonly [from: number, to: number];

/** How long a life lasts, and the pause before the next. */
const LIFE: Span = [60, 360];
const AWAY: Span = [1, 20];

/** Time between two troubles of a member. */
const PEACE: Span = [20, 120];

/** How long an outage lasts: shorter than a client waits for its server. */
const OUTAGE: Span = [0.5, 5];

/** Of the ends of lives this share is a crash. */
const CRASH_SHARE = 0.5;

/** Of the troubles this share is another address, the others are outages. */
const MOVE_SHARE = 0.6;

/** Of the messages these shares are large, and take several parts. */
const LARGE_SHARE = 0.012;
const TRANSFER_SHARE = 0.0015;

const SHORT_BODY_BYTES = 1_500;
const LARGE_BODY_BYTES = 256 * 1024;
const TRANSFER_BODY_BYTES = 2 * 1024 * 1024;

/** The most messages of a member that wait for their acknowledgement: in an outage it says no more. */
const MAX_UNDER_WAY = 24;

/** A message by RSA alone costs the server a whole decryption: it is short, and they are rare. */
const PLAIN_BODY_BYTES = 300;

/** How members live and talk. */
export interface DirectHabitsOptions {
  /** 1 for the times above; 0.1 makes everything happen ten times as often. */
  readonly pace: number;
  /** Time between two messages of a member, on average, milliseconds. */
  readonly meanGapMs: number;
  readonly random: SeededRandom;
}

/** Has members live, talk, and get into trouble, until the signal says stop. */
export class DirectHabits {
  readonly #options: DirectHabitsOptions;

  /** @param options How. */
  constructor(options: DirectHabitsOptions) {
    this.#options = options;
  }

  /** One life after the other; the member has joined already. */
  async live(member: DirectMember, signal: AbortSignal): Promise<void> {
    const { random } = this.#options;
    while (!signal.aborted) {
      await this.#pause(LIFE, signal);
      if (signal.aborted) return;
      await (random.chance(CRASH_SHARE) ? member.crash() : member.leave());
      await this.#pause(AWAY, signal);
      if (!signal.aborted) await member.join(signal);
    }
  }

  /** Moves it to other addresses, and cuts it off for a while. */
  async trouble(member: DirectMember, signal: AbortSignal): Promise<void> {
    const { random } = this.#options;
    while (!signal.aborted) {
      await this.#pause(PEACE, signal);
      if (signal.aborted || !member.isThere) continue;
      // What came by RSA alone is acknowledged only to where it came from: see docs/DIRECT.md.
      if (member.form !== "plain_rsa" && random.chance(MOVE_SHARE)) {
        member.move();
      } else {
        member.cut();
        await this.#pause(OUTAGE, signal);
        member.heal();
      }
    }
  }

  /** Says something again and again, while it is there. */
  async talk(member: DirectMember, signal: AbortSignal): Promise<void> {
    const { random, meanGapMs } = this.#options;
    const rarer = member.form === "plain_rsa" ? 4 : 1;
    while (!signal.aborted) {
      await pause(random.between(0.2, 1.8) * meanGapMs * rarer, signal);
      if (signal.aborted || member.underWay >= MAX_UNDER_WAY) continue;
      member.say(this.#bodyBytes(member));
    }
  }

  #bodyBytes({ form }: DirectMember): number {
    const { random } = this.#options;
    if (form === "plain_rsa") return random.below(PLAIN_BODY_BYTES);
    const drawn = random.between(0, 1);
    if (drawn < TRANSFER_SHARE) return randomLength(random, TRANSFER_BYTES, TRANSFER_BODY_BYTES);
    if (drawn < TRANSFER_SHARE + LARGE_SHARE) {
      return randomLength(random, LARGE_BYTES, LARGE_BODY_BYTES);
    }
    return random.below(SHORT_BODY_BYTES);
  }

  async #pause([from, to]: Span, signal: AbortSignal): Promise<void> {
    const { random, pace } = this.#options;
    await pause(random.between(from, to) * pace * 1000, signal);
  }
}

function randomLength(random: SeededRandom, least: number, most: number): number {
  return least + random.below(most - least);
}
