import { Feature } from "../../../src/wire/features.ts";
import type { Figures } from "../figures.ts";
import type { Load, LoadJob } from "../load_job.ts";
import { DeliveryTally } from "./delivery_tally.ts";
import { LossyPath } from "./lossy_path.ts";
import { NumberedMessages } from "./numbered_messages.ts";
import { Pacer } from "./pacer.ts";
import { pause, waitUntil } from "./pause.ts";
import { probeRelay } from "./probe_relay.ts";
import { RealClients } from "./real_clients.ts";
import { SeededRandom } from "../../seeded_random.ts";
import { latencyFigures, readUsage, throughputFigures, usageBetween } from "./usage_meter.ts";

/** How long the last messages may take, which may be lost and repaired several times. */
const PATIENCE_MS = 20_000;

/** Any number; the same one loses the same datagrams, as far as they come in the same order. */
const SEED = 20_250_731;

/**
 * Sends messages at a fixed rate with reliable delivery, while datagrams are lost.
 *
 * @param job What is measured.
 * @param load Receivers, size, rate and loss.
 * @throws {UnsupportedError} If the relay grants no reliable delivery.
 * @throws {RelayClientError} If a client can't be connected, is disconnected, or has too much to send.
 */
export async function reliable(
  job: LoadJob,
  { receivers, bytes, perSecond, lossPercent }: Extract<Load, { kind: "reliable" }>,
): Promise<Figures> {
  await probeRelay(job.relay, Feature.RELIABLE_DELIVERY);
  await using stack = new AsyncDisposableStack();
  const random = new SeededRandom(SEED);
  const isLost = () => random.chance(lossPercent / 100);
  const path = () => stack.use(new LossyPath(job.relay, isLost)).entrance;
  const clients = stack.use(await RealClients.connect(path, receivers, { reliable: true }));
  const messages = new NumberedMessages(bytes);
  const tally = new DeliveryTally({
    weights: Array<number>(receivers).fill(1),
    openEvery: 1,
    sentAtMs: (payload) => messages.sentAtMs(payload),
    onDelivery: () => undefined,
  });
  clients.deliverTo(tally);
  const sends: Promise<void>[] = [];
  using pacer = new Pacer(perSecond, () => {
    const payload = messages.next();
    messages.leaves(performance.now());
    // A message that is not acknowledged in the end is missed by its receivers.
    sends.push(clients.sender.send(payload).catch(() => undefined));
  });
  await pause(job.warmUpSeconds * 1000);
  tally.forgetLatencies();
  const begin = {
    usage: readUsage(job.relayPid),
    deliveries: tally.deliveries,
    sent: messages.sent,
  };
  await pause(job.seconds * 1000);
  const span = usageBetween(begin.usage, readUsage(job.relayPid));
  const [sent, deliveries] = [messages.sent - begin.sent, tally.deliveries - begin.deliveries];
  pacer.stop();
  await Promise.all(sends);
  const expected = messages.sent * receivers;
  await waitUntil(() => tally.deliveries >= expected, PATIENCE_MS);
  if (tally.damaged > 0) throw new Error(`Cannot measure: ${tally.damaged} messages came damaged`);
  return {
    ...throughputFigures(span, sent, deliveries),
    ...span.figures,
    ...latencyFigures(tally.latencies),
    lost: expected - tally.deliveries,
  };
}
