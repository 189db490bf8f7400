import type { Figures } from "../figures.ts";
import type { Load, LoadJob } from "../load_job.ts";
import { DeliveryTally } from "./delivery_tally.ts";
import { NumberedMessages } from "./numbered_messages.ts";
import { waitUntil } from "./pause.ts";
import { probeRelay } from "./probe_relay.ts";
import { RealClients } from "./real_clients.ts";
import { latencyFigures, readUsage, throughputFigures, usageBetween } from "./usage_meter.ts";

/** How long the last message may take to come, milliseconds. */
const PATIENCE_MS = 15_000;

/**
 * Sends one long message after the other, and counts until the last one has come.
 *
 * @param job What is measured.
 * @param load Receivers and sizes.
 * @throws {UnsupportedError} If hushcast's own client can't use the relay.
 * @throws {RelayClientError} If a client can't be connected, or is disconnected.
 */
export async function large(
  job: LoadJob,
  { receivers, bytes }: Extract<Load, { kind: "large" }>,
): Promise<Figures> {
  await probeRelay(job.relay);
  await using clients = await RealClients.connect(() => job.relay, receivers, { reliable: false });
  const messages = new NumberedMessages(bytes);
  let lastMs = performance.now();
  const tally = new DeliveryTally({
    weights: Array<number>(receivers).fill(1),
    openEvery: 1,
    sentAtMs: (payload) => messages.sentAtMs(payload),
    onDelivery: () => lastMs = performance.now(),
  });
  clients.deliverTo(tally);
  const begin = readUsage(job.relayPid);
  const endMs = begin.atMs + job.seconds * 1000;
  while (performance.now() < endMs) {
    const payload = messages.next();
    messages.leaves(performance.now());
    await clients.sender.send(payload);
  }
  const expected = messages.sent * receivers;
  await waitUntil(() => tally.deliveries >= expected, PATIENCE_MS);
  // What is lost is waited for in vain; that time does not count.
  const span = usageBetween(begin, { ...readUsage(job.relayPid), atMs: lastMs });
  if (tally.damaged > 0) throw new Error(`Cannot measure: ${tally.damaged} messages came damaged`);
  const throughput = throughputFigures(span, messages.sent, tally.deliveries);
  return {
    ...throughput,
    megabytes_per_second: (throughput.deliveries_per_second ?? 0) * bytes / 1e6,
    ...span.figures,
    ...latencyFigures(tally.latencies),
    lost: expected - tally.deliveries,
  };
}
