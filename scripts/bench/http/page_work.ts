import type { CDPSession } from "playwright-core";
import { findChromium, launchBrowser } from "../../launch_browser.ts";
import { pause } from "../load/pause.ts";
import { gatherCrowd } from "./crowd.ts";
import type { HttpJob, HttpReading } from "./http_job.ts";
import { MissingProgramError } from "./missing_program_error.ts";

const VIEWPORT = { width: 1_280, height: 900 };

/**
 * Opens the dashboard of a relay whose clients have news all the time, and measures what the page
 * does in the browser.
 *
 * @param job The relay, and how often and how long.
 * @param clients How many.
 * @param stack Gets what has to be ended.
 * @throws {MissingProgramError} If there is no Chromium.
 * @throws What `gatherCrowd` throws, and if the page does not show clients.
 */
export async function measurePage(
  { relay, directory, rounds, seconds, warmUpSeconds }: HttpJob,
  clients: number,
  stack: AsyncDisposableStack,
): Promise<HttpReading[]> {
  if (findChromium() === undefined) {
    throw new MissingProgramError("needs chromium: apt-get install chromium");
  }
  await gatherCrowd(relay.endpoint, clients, stack);
  // A browser that is interrupted leaves files behind.
  Deno.env.set("TMPDIR", directory);
  // Owned before it is there: whoever ends this meanwhile waits for it.
  const launching = launchBrowser();
  stack.defer(async () => await (await launching).close());
  const browser = await launching;
  const page = await browser.newPage({ viewport: VIEWPORT });
  await page.goto(relay.url ?? "");
  await page.locator(".clients tbody tr").first().waitFor();
  const session = await page.context().newCDPSession(page);
  await session.send("Performance.enable");
  await pause(warmUpSeconds * 1000);
  const readings: HttpReading[] = [];
  while (readings.length < rounds) {
    const figures = { main_thread_ms_per_second: await mainThreadMs(session, seconds) };
    readings.push({ setting: "Chromium", figures });
  }
  return readings;
}

/** Time of all tasks of the page's main thread, milliseconds a second. */
async function mainThreadMs(session: CDPSession, seconds: number): Promise<number> {
  const begin = await readMetrics(session);
  await pause(seconds * 1000);
  const end = await readMetrics(session);
  return 1000 * (end.taskSeconds - begin.taskSeconds) / (end.atSeconds - begin.atSeconds);
}

/** @see Chrome DevTools Protocol, "Performance.getMetrics" */
async function readMetrics(
  session: CDPSession,
): Promise<{ readonly atSeconds: number; readonly taskSeconds: number }> {
  const { metrics } = await session.send("Performance.getMetrics");
  const valueOf = (name: string) => {
    const value = metrics.find((metric) => metric.name === name)?.value;
    if (value === undefined) throw new Error(`Cannot measure: the browser does not tell ${name}`);
    return value;
  };
  return { atSeconds: valueOf("Timestamp"), taskSeconds: valueOf("TaskDuration") };
}
