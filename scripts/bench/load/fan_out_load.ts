import type { Figures } from "../figures.ts";
import type { Load, LoadJob } from "../load_job.ts";
import { DeliveryTally } from "./delivery_tally.ts";
import { NumberedMessages } from "./numbered_messages.ts";
import { pause, waitUntil } from "./pause.ts";
import { SendWindow } from "./send_window.ts";
import { Stage } from "./stage.ts";
import { latencyFigures, readUsage, throughputFigures, usageBetween } from "./usage_meter.ts";

/**
 * Datagrams under way at most, to the relay or to any one receiver. The default buffer of a socket
 * on Linux, 212,992 bytes, holds about 90 of 1,200 bytes, so nothing overflows.
 */
const DATAGRAMS_UNDER_WAY = 32;

/** Opening every message at 200 receivers would take longer than receiving them. */
const OPEN_EVERY = 16;

/** What has not come in this time is lost, milliseconds. */
const GIVE_UP_MS = 1_000;

/**
 * Sends as much as gets through: whenever all receivers have got a message, the next one leaves.
 *
 * @param job What is measured.
 * @param load Receivers and sizes.
 * @throws What `Stage.open` throws, and if what comes is not what was sent.
 */
export async function fanOut(
  job: LoadJob,
  { receivers, bytes }: Extract<Load, { kind: "fan-out" }>,
): Promise<Figures> {
  await using stage = await Stage.open(job, receivers);
  const talk = new ClosedLoop(stage, bytes);
  using _giveUp = talk.start();
  await pause(job.warmUpSeconds * 1000);
  talk.tally.forgetLatencies();
  const begin = { usage: readUsage(job.relayPid), deliveries: talk.tally.deliveries };
  await pause(job.seconds * 1000);
  const span = usageBetween(begin.usage, readUsage(job.relayPid));
  const deliveries = talk.tally.deliveries - begin.deliveries;
  const latencies = latencyFigures(talk.tally.latencies);
  const lost = await talk.stop();
  const throughput = throughputFigures(span, deliveries / receivers, deliveries);
  return { ...throughput, ...span.figures, ...latencies, lost };
}

/** A sender that keeps as many messages under way as its window allows. */
class ClosedLoop {
  readonly #stage: Stage;
  readonly #messages: NumberedMessages;
  readonly #window: SendWindow;
  readonly tally: DeliveryTally;
  #isStopped = false;

  constructor(stage: Stage, bytes: number) {
    const { weights } = stage;
    const datagrams = stage.sender.sealMessage(new Uint8Array(bytes)).length;
    this.#stage = stage;
    this.#messages = new NumberedMessages(bytes);
    this.#window = new SendWindow(weights.length, Math.floor(DATAGRAMS_UNDER_WAY / datagrams));
    this.tally = new DeliveryTally({
      weights,
      openEvery: OPEN_EVERY,
      sentAtMs: (payload) => this.#messages.sentAtMs(payload),
      onDelivery: (receiver) => {
        this.#window.receive(receiver);
        this.#fill();
      },
    });
    stage.deliverTo(this.tally);
  }

  /** Begins; disposing of the result ends the watch over what is lost. */
  start(): Disposable {
    let seen = -1;
    const timer = setInterval(() => {
      if (seen === this.tally.deliveries) this.#window.giveUp();
      seen = this.tally.deliveries;
      this.#fill();
    }, GIVE_UP_MS);
    this.#fill();
    return { [Symbol.dispose]: () => clearInterval(timer) };
  }

  /** Stops, and waits for what is under way. Returns how many deliveries are lost. */
  async stop(): Promise<number> {
    this.#isStopped = true;
    await waitUntil(() => this.#window.isEmpty, 3 * GIVE_UP_MS);
    if (this.tally.damaged > 0) {
      throw new Error(`Cannot measure: ${this.tally.damaged} messages came damaged`);
    }
    const { weights } = this.#stage;
    const expected = this.#messages.sent * this.#stage.receivers.length;
    return weights.length === 0 ? 0 : Math.max(0, expected - this.tally.deliveries);
  }

  #fill(): void {
    const { sender } = this.#stage;
    while (!this.#isStopped && this.#window.hasRoom) {
      const datagrams = sender.sealMessage(this.#messages.next());
      this.#messages.leaves(performance.now());
      this.#window.send();
      sender.send(datagrams);
    }
  }
}
