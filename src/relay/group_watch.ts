import type { EventLogger } from "../observe/event_logger.ts";
import { systemReason } from "../observe/system_reason.ts";
import { DeadlineTimer } from "../session/deadline_timer.ts";
import { readClocks } from "../session/read_clocks.ts";
import type { RelaySockets } from "./relay_sockets.ts";

/** How often it is looked whether the relay is still a member of its group, milliseconds. */
export const GROUP_INTERVAL_MS = 5_000;

/** What a `GroupWatch` is made of. */
export interface GroupWatchOptions {
  /** The group, for the log. */
  readonly group: string;
  /** Whether it is known already that the relay is no member where others could reach it. */
  readonly isLost: boolean;
  /**
   * Joins the group again if the membership is lost.
   *
   * @returns Whether it was.
   * @throws {UdpSocketError} If the group can't be joined now.
   */
  readonly renew: () => Promise<boolean>;
  readonly logger: EventLogger;
  /** How often it is looked, milliseconds; by default `GROUP_INTERVAL_MS`. */
  readonly intervalMs?: number;
}

/**
 * Keeps a relay in its multicast group. A membership belongs to a network interface: when that goes
 * away, as with a network card that is unplugged or a tunnel that is built anew, it is gone too, and
 * nothing says so.
 */
export class GroupWatch implements AsyncDisposable {
  readonly #options: GroupWatchOptions;
  readonly #timer: DeadlineTimer;
  #renewing: Promise<void> = Promise.resolve();
  #isLost: boolean;
  #isOver = false;

  /** Begins to watch. */
  constructor(options: GroupWatchOptions) {
    this.#options = options;
    this.#isLost = options.isLost;
    this.#timer = new DeadlineTimer(() => {
      this.#renewing = this.#renew();
    });
    this.#arm();
  }

  /** Stops watching, and waits for what is under way; twice is safe. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#isOver = true;
    this.#timer[Symbol.dispose]();
    await this.#renewing;
  }

  async #renew(): Promise<void> {
    const { group, renew, logger } = this.#options;
    try {
      const wasLost = await renew();
      if (wasLost || this.#isLost) logger.info("multicast group joined again", { group });
      this.#isLost = false;
    } catch (error) {
      // Once: the interface may be away for days.
      if (!this.#isLost) {
        logger.warn("multicast group lost", { group, reason: systemReason(error) });
      }
      this.#isLost = true;
    }
    this.#arm();
  }

  #arm(): void {
    if (this.#isOver) return;
    const nowMs = readClocks().monotonicMs;
    this.#timer.arm(nowMs + (this.#options.intervalMs ?? GROUP_INTERVAL_MS), nowMs);
  }
}

/**
 * Begins to watch over the group of a relay, if it has one.
 *
 * @param sockets The relay's sockets, which outlast the watch.
 * @param logger Told what happens.
 */
export function watchGroup(sockets: RelaySockets, logger: EventLogger): GroupWatch | undefined {
  const { groupEndpoint, isLoopbackOnly: isLost } = sockets;
  if (groupEndpoint === undefined) return undefined;
  const renew = () => sockets.renewGroup();
  return new GroupWatch({ group: groupEndpoint.hostname, isLost, renew, logger });
}
