import type { FeedEvent } from "../../../src/watch/feed_event.ts";
import { pause } from "../load/pause.ts";
import { readUsage, usageBetween, type UsageSpan } from "../load/usage_meter.ts";
import { gatherCrowd, listIntervalMs } from "./crowd.ts";
import { EventStream, type StreamedEvent } from "./event_stream.ts";
import type { HttpFigures } from "./http_figures.ts";
import type { HttpJob, HttpReading } from "./http_job.ts";

/** Updates in each round at least: with many clients the time that was asked for may have none. */
const LEAST_UPDATES = 2;

/** How long an update may take beyond its interval, milliseconds. */
const PATIENCE_MS = 20_000;

/**
 * Lets clients have news, and measures in turn the relay without a reader of `/events` and with one.
 *
 * @param job The relay, and how often and how long.
 * @param clients How many.
 * @param stack Gets what has to be ended.
 * @throws What `gatherCrowd` throws, and if the relay does not send what it should.
 */
export async function measureEvents(
  { relay, rounds, seconds, warmUpSeconds }: HttpJob,
  clients: number,
  stack: AsyncDisposableStack,
): Promise<HttpReading[]> {
  await gatherCrowd(relay.endpoint, clients, stack);
  await pause(warmUpSeconds * 1000);
  const intervalMs = listIntervalMs(clients);
  const updates = Math.max(LEAST_UPDATES, Math.ceil(seconds * 1000 / intervalMs));
  const readings: HttpReading[] = [];
  for (let round = 0; round < rounds; round++) {
    readings.push({
      setting: "nobody reads",
      figures: await withoutReader(relay.pid, updates, intervalMs),
    });
    await using stream = await EventStream.open(relay.url ?? "");
    const nextUpdate = () => stream.next("clients_changed", intervalMs + PATIENCE_MS);
    const figures = await withReader(relay.pid, updates, stream, nextUpdate);
    readings.push({ setting: "one reader", figures });
  }
  return readings;
}

async function withoutReader(
  pid: number,
  updates: number,
  intervalMs: number,
): Promise<HttpFigures> {
  const begin = readUsage(pid);
  await pause(updates * intervalMs);
  return processorFigures(usageBetween(begin, readUsage(pid)), updates);
}

/** From the end of one update to the end of another, so that each between them counts whole. */
async function withReader(
  pid: number,
  updates: number,
  stream: EventStream,
  nextUpdate: () => Promise<StreamedEvent>,
): Promise<HttpFigures> {
  await nextUpdate();
  const begin = { usage: readUsage(pid), bytes: stream.bytes };
  let [updateBytes, changed] = [0, 0];
  for (let update = 0; update < updates; update++) {
    const { bytes, data } = await nextUpdate();
    updateBytes += bytes;
    changed += changedIn(data);
  }
  const span = usageBetween(begin.usage, readUsage(pid));
  return {
    ...processorFigures(span, updates),
    kilobytes_per_second: (stream.bytes - begin.bytes) / 1000 / span.seconds,
    kilobytes_per_update: updateBytes / 1000 / updates,
    clients_per_update: changed / updates,
  };
}

function processorFigures({ seconds, relayCpuMicros }: UsageSpan, updates: number): HttpFigures {
  if (relayCpuMicros === undefined) return {};
  const ms = relayCpuMicros / 1000;
  return { cpu_ms_per_second: ms / seconds, cpu_ms_per_update: ms / updates };
}

function changedIn(data: string): number {
  // Checked: the relay, which is of the same program, wrote it.
  const { changed } = JSON.parse(data) as Extract<FeedEvent, { type: "clients_changed" }>["data"];
  return changed.length;
}
