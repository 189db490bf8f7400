import { type RegistrationRejected, RejectionCode } from "../wire/registration_rejected.ts";
import { meaningOf } from "./registration.ts";
import type { RelayClientError } from "./relay_client_error.ts";
import { refusalError, timeoutError } from "./relay_failure.ts";
import type { RelayTarget } from "./relay_target.ts";

/** Times that a relay may find the key unusable before the first registration fails. */
export const MAX_RESTARTS = 5;

/**
 * Refusals for good that a client which was registered before does not take at their word: while its
 * relay is away, anyone can forge one. Each is of a registration of its own. With several relays, turns
 * in which only others than the relay answered count as well.
 */
export const MAX_DOUBTED_REFUSALS = 2;

/** What went wrong so far while a client is getting registered, and what is to be made of it. */
export class AdmissionTrouble {
  readonly #target: RelayTarget;
  readonly #isReconnect: boolean;
  #restarts = 0;
  #doubtedRefusals = 0;
  #isStalenessTold = false;
  #unusableReason: string | undefined;
  #skewSeconds: number | undefined;

  /** @param target Where the relay is. @param isReconnect Whether the client was registered before. */
  constructor(target: RelayTarget, isReconnect: boolean) {
    this.#target = target;
    this.#isReconnect = isReconnect;
  }

  /** Takes note of a public key that can't be used; `reason` is for people. */
  keyUnusable(reason: string): void {
    this.#unusableReason = reason;
  }

  /** Takes note of how far ahead the relay's clock is, seconds; `undefined` says nothing new. */
  clockSkewed(skewSeconds: number | undefined): void {
    this.#skewSeconds = skewSeconds ?? this.#skewSeconds;
  }

  /** Takes note of a rejection. @returns Whether it is worth another try. */
  rejected({ reason }: RegistrationRejected): boolean {
    const meaning = meaningOf(reason);
    if (this.#isReconnect) {
      return meaning !== "permanent" || this.#doubtedRefusals++ < MAX_DOUBTED_REFUSALS;
    }
    return meaning === "start_over" && this.#restarts++ < MAX_RESTARTS;
  }

  /**
   * What a client that was registered before is to tell its user of a rejection, though it goes on
   * trying: that the clocks differ no number of tries will mend, and nothing else would show it.
   *
   * @param rejection The rejection.
   * @returns The error, once; `undefined` for other rejections.
   */
  staleness(rejection: RegistrationRejected): RelayClientError | undefined {
    const isStale = rejection.reason === RejectionCode.REPLAYED;
    if (!isStale || !this.#isReconnect || this.#isStalenessTold) return undefined;
    this.#isStalenessTold = true;
    return refusalError(this.#target, rejection);
  }

  /** Takes note that only relays answered that are not trusted. @returns Whether it is worth another turn. */
  distrusted(): boolean {
    return this.#isReconnect && this.#doubtedRefusals++ < MAX_DOUBTED_REFUSALS;
  }

  /**
   * Why nothing came of it in time.
   *
   * @param hasAnswered Whether the relay gave its public key last, and then fell silent.
   */
  timeoutError(hasAnswered: boolean): RelayClientError {
    return timeoutError(this.#target, {
      skewSeconds: this.#skewSeconds,
      unusableReason: this.#unusableReason,
      hasAnswered,
    });
  }
}
