import type { AdmissionFailure, AdmissionGoal } from "./admission_goal.ts";
import { AdmissionTrouble } from "./admission_trouble.ts";
import { Backoff } from "../session/backoff.ts";
import type { RelayClientError } from "./relay_client_error.ts";
import { noRelayError } from "./relay_failure.ts";
import type { RelayTarget, RelayTargets } from "./relay_target.ts";

/** How long one of several relays has to answer before the next one is asked, milliseconds. */
export const FIRST_TURN_MS = 2_000;

/** The same when the relay before was lost. */
export const RECONNECT_TURN_MS = 2_500;

/**
 * How long one of several relays has in all, once it has given its public key, milliseconds. When a
 * relay dies, all its clients ask the next one for RSA at once: whoever left too soon would have it do
 * that work again, for nobody.
 */
export const ANSWERED_TURN_MS = 6_000;

/** How long one circle lasts at least, milliseconds: relays that refuse are not to be asked all the time. */
const CIRCLE_BACKOFF = { firstMs: 250, capMs: 5_000 } as const;

/** Longest wait before a relay that was lost is asked for again, milliseconds. */
const RETURN_DELAY_MS = 500;

/** Longest wait before another relay is asked, milliseconds: all clients of the one that is lost come. */
const FAILOVER_DELAY_MS = 250;

/** What a `RelayRound` goes by. */
export interface RelayRoundOptions {
  readonly targets: RelayTargets;
  /** How long the first registration may take, milliseconds. */
  readonly timeoutMs: number;
  /** How long a lost relay, or another one, is looked for, milliseconds; `Infinity` for ever. */
  readonly reconnectTimeoutMs: number;
  /** Gives numbers from 0 up to 1, for jitter. */
  readonly random: () => number;
}

/** What is known of the relays in one search, and where it stands. */
interface Search {
  /** Whether the client was registered before. */
  readonly isReconnect: boolean;
  /** Monotonic time at which the search fails; `Infinity` for never. */
  readonly deadlineMs: number;
  /** One for each relay. */
  readonly troubles: readonly AdmissionTrouble[];
  /** What came of the last try of each relay. */
  readonly failures: Map<number, AdmissionFailure>;
  readonly turnMs: number;
  readonly backoff: Backoff;
  /** The relay that it began with. */
  readonly first: number;
  circleStartMs: number;
}

/**
 * Says which relay is tried, and which one when that fails: the next in the list, then on in a circle.
 *
 * With a single relay there are no turns: what it can't mend fails the search. With several, a search
 * fails when its time is up, or when every one of them has refused.
 */
export class RelayRound {
  readonly #options: RelayRoundOptions;
  readonly #targets: RelayTargets;
  #index = 0;
  #search: Search;

  /** @param options What it goes by. @param nowMs Monotonic time, from which the first search counts. */
  constructor(options: RelayRoundOptions, nowMs: number) {
    this.#options = options;
    this.#targets = options.targets;
    const deadlineMs = nowMs + options.timeoutMs;
    this.#search = this.#searchFrom(nowMs, { isReconnect: false, deadlineMs });
  }

  /** Whether one relay can take the place of another. */
  get hasOthers(): boolean {
    return this.#targets.length > 1;
  }

  /** The relay whose turn it is. */
  get target(): RelayTarget {
    return this.#targets[this.#index] ?? this.#targets[0];
  }

  /** Has the next relay take its turn, because the present one is lost. */
  advance(): void {
    this.#index = (this.#index + 1) % this.#targets.length;
  }

  /** Begins the first search. @returns What is to be tried. */
  begin(): AdmissionGoal {
    return this.#turn(this.#search.circleStartMs);
  }

  /** Begins a new search with the relay whose turn it is. @returns What is to be tried. */
  beginAgain(nowMs: number): AdmissionGoal {
    const { random, reconnectTimeoutMs } = this.#options;
    const delayMs = this.hasOthers ? FAILOVER_DELAY_MS : RETURN_DELAY_MS;
    const deadlineMs = nowMs + reconnectTimeoutMs;
    this.#search = this.#searchFrom(nowMs + delayMs * random(), { isReconnect: true, deadlineMs });
    return this.begin();
  }

  /**
   * Takes note of what came of a turn.
   *
   * @param failure Why the relay did not take the client in.
   * @param nowMs Monotonic time.
   * @returns What to try next, or why the search has failed.
   */
  next(failure: AdmissionFailure, nowMs: number): AdmissionGoal | RelayClientError {
    const { failures, deadlineMs } = this.#search;
    failures.set(this.#index, failure);
    if (!this.hasOthers) return failure.error;
    if (nowMs >= deadlineMs || this.#haveAllRefused) return noRelayError(this.#errors);
    this.advance();
    return this.#turn(this.#index === this.#search.first ? this.#nextCircle(nowMs) : nowMs);
  }

  /** The last error of each relay that was tried, in the order of the list. */
  get #errors(): RelayClientError[] {
    const { failures } = this.#search;
    return this.#targets.flatMap((_, index) => failures.get(index)?.error ?? []);
  }

  get #haveAllRefused(): boolean {
    const { failures } = this.#search;
    return this.#targets.every((_, index) => failures.get(index)?.isRefusal === true);
  }

  #nextCircle(nowMs: number): number {
    const search = this.#search;
    search.circleStartMs = Math.max(nowMs, search.circleStartMs + search.backoff.next());
    return search.circleStartMs;
  }

  #turn(firstAskMs: number): AdmissionGoal {
    const { isReconnect, deadlineMs, troubles, turnMs } = this.#search;
    const { target } = this;
    const trouble = troubles[this.#index] ?? new AdmissionTrouble(target, isReconnect);
    const turn = this.hasOthers
      ? { silentUntilMs: firstAskMs + turnMs, untilMs: firstAskMs + ANSWERED_TURN_MS }
      : undefined;
    return { target, trouble, isReconnect, firstAskMs, deadlineMs, turn };
  }

  #searchFrom(
    firstAskMs: number,
    { isReconnect, deadlineMs }: Pick<Search, "isReconnect" | "deadlineMs">,
  ): Search {
    const longestMs = isReconnect ? RECONNECT_TURN_MS : FIRST_TURN_MS;
    return {
      isReconnect,
      deadlineMs,
      troubles: this.#targets.map((target) => new AdmissionTrouble(target, isReconnect)),
      failures: new Map(),
      // However short the time is, all are to have their turn.
      turnMs: Math.min(longestMs, (deadlineMs - firstAskMs) / this.#targets.length),
      backoff: new Backoff(CIRCLE_BACKOFF, this.#options.random),
      first: this.#index,
      circleStartMs: firstAskMs,
    };
  }
}
