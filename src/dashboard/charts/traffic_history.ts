import type { TrafficPoint } from "../../watch/traffic_point.ts";

/** How far back the charts go, milliseconds. */
export const HISTORY_MS = 15 * 60_000;

/**
 * Adds what went on in the last second.
 *
 * @param points The points so far, the oldest first.
 * @param point The newest.
 * @returns The points of the last 15 minutes, in order of time: should the server's clock have been
 *   set back, what came after the newest point is gone.
 */
export function appendPoint(
  points: readonly TrafficPoint[],
  point: TrafficPoint,
): readonly TrafficPoint[] {
  const from = point.time_ms - HISTORY_MS;
  const kept = points.filter(({ time_ms }) => time_ms > from && time_ms < point.time_ms);
  return [...kept, point];
}

/**
 * Takes the server's own history. What was before it stays, as after a restart a server has none.
 * Points of before its clock was set back go, as with `appendPoint`.
 *
 * @param points The points so far, the oldest first.
 * @param history The server's points, the oldest first.
 */
export function mergeHistory(
  points: readonly TrafficPoint[],
  history: readonly TrafficPoint[],
): readonly TrafficPoint[] {
  const first = history[0];
  const last = history.at(-1);
  if (first === undefined || last === undefined) return points;
  const from = last.time_ms - HISTORY_MS;
  const earlier = points.filter(({ time_ms }) => time_ms < first.time_ms);
  return inOrderOfTime([...earlier, ...history]).filter(({ time_ms }) => time_ms > from);
}

/** Without the points from before a clock was set back that lie behind those from after it. */
function inOrderOfTime(points: readonly TrafficPoint[]): TrafficPoint[] {
  let soonestMs = Infinity;
  return points.toReversed().filter(({ time_ms }) => {
    const isBefore = time_ms < soonestMs;
    if (isBefore) soonestMs = time_ms;
    return isBefore;
  }).reverse();
}

/** The drops of a point, all reasons together, a second. */
export function totalDrops({ drops }: TrafficPoint): number {
  return Object.values(drops).reduce((sum, count) => sum + count, 0);
}
