import { pause } from "../load/pause.ts";
import type { HttpJob, HttpReading } from "./http_job.ts";
import { restingFigures } from "./resting_figures.ts";

/** Looks at a relay that has no clients, and that nobody looks at otherwise. @param job Which. */
export async function measureIdle(
  { relay: { pid, url }, rounds, seconds, warmUpSeconds }: HttpJob,
): Promise<HttpReading[]> {
  await pause(warmUpSeconds * 1000);
  const setting = url === undefined ? "without --http" : "with --http";
  const readings: HttpReading[] = [];
  while (readings.length < rounds) {
    readings.push({ setting, figures: await restingFigures(pid, seconds) });
  }
  return readings;
}
