import type { Figures } from "../figures.ts";
import type { Load, LoadJob } from "../load_job.ts";
import { DeliveryTally } from "./delivery_tally.ts";
import { NumberedMessages } from "./numbered_messages.ts";
import { Pacer } from "./pacer.ts";
import { pause, waitUntil } from "./pause.ts";
import { Stage } from "./stage.ts";
import { latencyFigures, readUsage, throughputFigures, usageBetween } from "./usage_meter.ts";
import { VisitorStream } from "./visitor_stream.ts";

/** How long the last messages may take, milliseconds. */
const PATIENCE_MS = 3_000;

/**
 * Sends messages at a fixed rate and opens every one, perhaps while visitors come and go.
 *
 * @param job What is measured.
 * @param load Receivers, sizes, rates.
 * @throws What `Stage.open` throws, and if what comes is not what was sent, or a visitor is refused.
 */
export async function paced(
  job: LoadJob,
  { receivers, bytes, perSecond, visitors }: Extract<Load, { kind: "paced" }>,
): Promise<Figures> {
  await using stage = await Stage.open(job, receivers);
  const messages = new NumberedMessages(bytes);
  const tally = new DeliveryTally({
    weights: stage.weights,
    openEvery: 1,
    sentAtMs: (payload) => messages.sentAtMs(payload),
    onDelivery: () => undefined,
  });
  stage.deliverTo(tally);
  await using stream = visitors && new VisitorStream(stage.registrar, visitors);
  using pacer = new Pacer(perSecond, () => {
    const datagrams = stage.sender.sealMessage(messages.next());
    messages.leaves(performance.now());
    stage.sender.send(datagrams);
  });
  await pause(job.warmUpSeconds * 1000);
  tally.forgetLatencies();
  const begin = { deliveries: tally.deliveries, sent: messages.sent, came: stream?.came ?? 0 };
  const beginUsage = readUsage(job.relayPid);
  await pause(job.seconds * 1000);
  const span = usageBetween(beginUsage, readUsage(job.relayPid));
  const end = { deliveries: tally.deliveries, sent: messages.sent, came: stream?.came ?? 0 };
  const latencies = latencyFigures(tally.latencies);
  pacer.stop();
  const expected = messages.sent * receivers;
  await waitUntil(() => tally.deliveries >= expected, PATIENCE_MS);
  await stream?.stop();
  if (tally.damaged > 0) throw new Error(`Cannot measure: ${tally.damaged} messages came damaged`);
  return {
    ...throughputFigures(span, end.sent - begin.sent, end.deliveries - begin.deliveries),
    ...stream && { registrations_per_second: (end.came - begin.came) / span.seconds },
    ...span.figures,
    ...latencies,
    lost: Math.max(0, expected - tally.deliveries),
  };
}
