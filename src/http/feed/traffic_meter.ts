import { statisticAt, type StatisticsTree } from "../../observe/statistics_tree.ts";
import type { Instant } from "../../session/instant.ts";
import type { TrafficPoint } from "../../watch/traffic_point.ts";
import { rateBetween, trafficRates } from "../../watch/traffic_rates.ts";

/** Works traffic out of counters that are read again and again. */
export class TrafficMeter {
  #former: StatisticsTree;
  #formerAtMs: number;

  /** @param statistics The counters at first. @param nowMs Monotonic time when they were read. */
  constructor(statistics: StatisticsTree, nowMs: number) {
    this.#former = statistics;
    this.#formerAtMs = nowMs;
  }

  /**
   * Takes the counters.
   *
   * @param statistics All counters.
   * @param lagMs How late timers ran at worst since the time before.
   * @param now When they were read.
   * @returns What went on since then; `undefined` when no time has passed.
   */
  update(statistics: StatisticsTree, lagMs: number, now: Instant): TrafficPoint | undefined {
    const seconds = (now.monotonicMs - this.#formerAtMs) / 1000;
    if (seconds <= 0) return undefined;
    const former = this.#former;
    this.#former = statistics;
    this.#formerAtMs = now.monotonicMs;
    const rate = rateBetween(former, statistics, seconds);
    return {
      time_ms: Math.round(now.unixMs),
      clients: statisticAt(statistics, "clients"),
      ...trafficRates(statistics, (path) => rounded(rate(path))),
      lag_ms: rounded(lagMs),
    };
  }
}

/** Three places tell one message in 15 minutes, and keep the history short. */
function rounded(value: number): number {
  return Math.round(value * 1000) / 1000;
}
