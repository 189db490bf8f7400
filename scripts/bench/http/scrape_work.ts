import { readUsage, usageBetween } from "../load/usage_meter.ts";
import type { HttpJob, HttpReading } from "./http_job.ts";

/** Requests that do not count: the first of all load what they need. */
const WARM_UP_SCRAPES = 5;

/**
 * Asks for `/metrics` again and again.
 *
 * @param job The relay.
 * @param scrapes How often in each round.
 * @throws {Error} If the relay answers with anything but figures.
 */
export async function measureScrapes(
  { relay: { pid, url = "" }, rounds }: HttpJob,
  scrapes: number,
): Promise<HttpReading[]> {
  await scrapeOften(url, WARM_UP_SCRAPES);
  const readings: HttpReading[] = [];
  while (readings.length < rounds) {
    const begin = readUsage(pid);
    const bytes = await scrapeOften(url, scrapes);
    const { seconds, relayCpuMicros } = usageBetween(begin, readUsage(pid));
    readings.push({
      setting: "GET /metrics",
      figures: {
        ...relayCpuMicros === undefined
          ? {}
          : { cpu_ms_per_scrape: relayCpuMicros / 1000 / scrapes },
        wall_ms_per_scrape: seconds * 1000 / scrapes,
        kilobytes_per_scrape: bytes / 1000 / scrapes,
      },
    });
  }
  return readings;
}

/** One request after the other. Returns the bytes of all answers. */
async function scrapeOften(url: string, count: number): Promise<number> {
  let bytes = 0;
  for (let done = 0; done < count; done++) {
    const response = await fetch(`${url}metrics`);
    bytes += (await response.bytes()).byteLength;
    if (!response.ok) throw new Error(`Cannot scrape: /metrics answers ${response.status}`);
  }
  return bytes;
}
