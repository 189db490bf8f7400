import { pause } from "../load/pause.ts";
import { gatherCrowd } from "./crowd.ts";
import type { HttpJob, HttpReading } from "./http_job.ts";
import { restingFigures } from "./resting_figures.ts";
import { TopTerminal } from "./top_terminal.ts";

/** How long `top` has at least until its first look at the relay is behind it, milliseconds. */
const START_MS = 2_000;

/**
 * Lets `hushcast top` watch a relay, and looks at its process.
 *
 * @param job The relay, and how often and how long.
 * @param clients How many it has.
 * @param stack Gets what has to be ended.
 * @throws {MissingProgramError} If there is nothing that makes a terminal.
 * @throws What `gatherCrowd` throws, and if `top` does not show the clients.
 */
export async function measureTop(
  { relay, rounds, seconds, warmUpSeconds }: HttpJob,
  clients: number,
  stack: AsyncDisposableStack,
): Promise<HttpReading[]> {
  TopTerminal.requireProgram();
  await gatherCrowd(relay.endpoint, clients, stack);
  const terminal = stack.use(new TopTerminal(relay.controlPort));
  const pid = await terminal.pid();
  await pause(Math.max(START_MS, warmUpSeconds * 1000));
  const readings: HttpReading[] = [];
  while (readings.length < rounds) {
    readings.push({ setting: "hushcast top", figures: await restingFigures(pid, seconds) });
  }
  const shown = await terminal.quit();
  if (shown.includes(` of ${clients}`)) return readings;
  throw new Error(`Cannot measure: hushcast top did not show ${clients} clients`);
}
