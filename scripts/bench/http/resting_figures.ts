import { pause } from "../load/pause.ts";
import { readUsage, rssFigure, usageBetween } from "../load/usage_meter.ts";
import type { HttpFigures } from "./http_figures.ts";

/**
 * Looks at a process for a while.
 *
 * @param pid The process.
 * @param seconds How long.
 * @returns Its processor time, and its memory in the end.
 */
export async function restingFigures(pid: number, seconds: number): Promise<HttpFigures> {
  const begin = readUsage(pid);
  await pause(seconds * 1000);
  const end = readUsage(pid);
  const { relay_cpu_percent } = usageBetween(begin, end).figures;
  return {
    ...relay_cpu_percent === undefined ? {} : { cpu_percent: relay_cpu_percent },
    ...rssFigure("rss_mib", end),
  };
}
