import { statisticAt, type StatisticsTree } from "../../observe/statistics_tree.ts";
import { type RatedClient, RateMeter } from "../../watch/client_rates.ts";
import { rateBetween, type TrafficRates, trafficRates } from "../../watch/traffic_rates.ts";
import type { TopSample } from "./top_sample.ts";

/** What flows, each a second. */
export interface TopRates extends TrafficRates {
  /** RSA operations that were asked for with the server's key. */
  readonly rsa_operations: number;
}

/** A sample, and what follows from it and the one before. */
export interface TopFigures {
  /** Which server it is. */
  readonly kind: "relay" | "direct";
  /** When the sample was read, Unix milliseconds. */
  readonly unixMs: number;
  /** The counters. */
  readonly statistics: StatisticsTree;
  /** What flows; `undefined` as long as there is no sample to compare with. */
  readonly rates: TopRates | undefined;
  /** The clients; their rates mean nothing while `rates` is `undefined`. */
  readonly clients: readonly RatedClient[];
}

/** Works out what flows from samples of one run of a server. */
export class TopMeter {
  readonly #clients = new RateMeter();
  #former: TopSample | undefined;

  /**
   * Takes a sample.
   *
   * @param sample One that is later than those before.
   */
  update(sample: TopSample): TopFigures {
    const { statistics, atMs, unixMs } = sample;
    const former = this.#former;
    this.#former = sample;
    return {
      kind: Object.hasOwn(statistics, "registrations") ? "relay" : "direct",
      unixMs,
      statistics,
      rates: former && ratesBetween(former, sample),
      clients: this.#clients.update(sample.clients, atMs),
    };
  }
}

/**
 * Counts the RSA operations that were asked for with the server's key.
 *
 * @param statistics Counters of a relay or of a direct server.
 */
export function rsaOperationsOf(statistics: StatisticsTree): number {
  const paths = ["registrations.rsa_operations", "rsa.decryptions"];
  return paths.reduce((sum, path) => sum + statisticAt(statistics, path), 0);
}

function ratesBetween(before: TopSample, after: TopSample): TopRates | undefined {
  const seconds = (after.atMs - before.atMs) / 1000;
  if (seconds <= 0) return undefined;
  const rate = rateBetween(before.statistics, after.statistics, seconds);
  return {
    ...trafficRates(after.statistics, rate),
    rsa_operations: rate("registrations.rsa_operations") + rate("rsa.decryptions"),
  };
}
