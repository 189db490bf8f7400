import { statisticAt, type StatisticsTree } from "../observe/statistics_tree.ts";
import type { TrafficPoint } from "./traffic_point.ts";

/** What flows through a server, each a second. */
export type TrafficRates = Pick<
  TrafficPoint,
  "messages_in" | "messages_out" | "bytes_in" | "bytes_out" | "drops"
>;

/**
 * Works out how quickly a number of a server grows.
 *
 * @param before Counters of a relay or a direct server.
 * @param after The same, later.
 * @param seconds How much later, above 0.
 * @returns Gives for the path of a number, such as `messages.in`, how much a second; 0 for one that
 *   became less, as after a restart.
 */
export function rateBetween(
  before: StatisticsTree,
  after: StatisticsTree,
  seconds: number,
): (path: string) => number {
  return (path) => Math.max(0, statisticAt(after, path) - statisticAt(before, path)) / seconds;
}

/**
 * Reads off how quickly the numbers of traffic grow.
 *
 * @param counters The later counters, which say what reasons for drops there are.
 * @param rate How quickly a number grows: see `rateBetween`.
 */
export function trafficRates(
  counters: StatisticsTree,
  rate: (path: string) => number,
): TrafficRates {
  return {
    messages_in: rate("messages.in"),
    messages_out: rate("messages.out"),
    bytes_in: rate("messages.bytes_in"),
    bytes_out: rate("messages.bytes_out"),
    drops: Object.fromEntries(
      [...dropsOf(counters).keys()]
        .map((reason) => [reason, rate(`drops.${reason}`)] as const)
        .filter(([, dropped]) => dropped > 0),
    ),
  };
}

/**
 * The drops of a server by reason.
 *
 * @param statistics Its counters.
 * @returns How many for each reason that it knows.
 */
export function dropsOf({ drops }: StatisticsTree): ReadonlyMap<string, number> {
  const entries = typeof drops === "object" ? Object.entries(drops) : [];
  return new Map(
    entries.flatMap(([reason, count]) =>
      typeof count === "number" ? [[reason, count] as const] : []
    ),
  );
}
