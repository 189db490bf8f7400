import { DeliveryTally } from "../load/delivery_tally.ts";
import { NumberedMessages } from "../load/numbered_messages.ts";
import { Pacer } from "../load/pacer.ts";
import { pause, waitUntil } from "../load/pause.ts";
import { SendWindow } from "../load/send_window.ts";
import { latencyFigures } from "../load/usage_meter.ts";
import type { ClusterLoad } from "./cluster_cases.ts";
import { ClusterClients } from "./cluster_clients.ts";
import type { ClusterFigures } from "./cluster_figures.ts";
import type { ClusterJob } from "./cluster_job.ts";
import { readClusterUsage, usageFigures } from "./cluster_usage.ts";

/** Messages under way at most: of each sender, and of all, so that no socket's buffer overflows. */
const UNDER_WAY_EACH = 8;
const UNDER_WAY = 64;

/** Opening every message at many receivers would take longer than receiving them. */
const OPEN_EVERY = 16;
const FEW_RECEIVERS = 6;

/** What has not come in this time is lost, milliseconds. */
const GIVE_UP_MS = 2_000;

/**
 * Has senders of a cluster send, either at a fixed rate or as much as gets through.
 *
 * @param job What is measured.
 * @throws What `ClusterClients.open` throws, and if what comes is not what was sent.
 */
export async function loadCluster(job: ClusterJob): Promise<ClusterFigures> {
  const { load } = job;
  await using clients = await ClusterClients.open(job);
  const talk = new Talk(clients, load);
  using _going = talk.start();
  await pause(job.warmUpSeconds * 1000);
  talk.tally.forgetLatencies();
  const begin = { usage: readClusterUsage(job), deliveries: talk.tally.deliveries };
  await pause(job.seconds * 1000);
  const usage = readClusterUsage(job);
  const deliveries = talk.tally.deliveries - begin.deliveries;
  const { latency_p50_ms, latency_p99_ms } = latencyFigures(talk.tally.latencies);
  const lost = await talk.stop();
  const messages = deliveries / load.receivers;
  const seconds = (usage.atMs - begin.usage.atMs) / 1000;
  if (messages === 0) throw new Error("Cannot measure: no message came through");
  return {
    messages_per_second: messages / seconds,
    deliveries_per_second: deliveries / seconds,
    // Each message goes to the other senders as well, which read nothing.
    ...usageFigures(begin.usage, usage, {
      messages,
      copies: deliveries + messages * (load.senders - 1),
    }),
    ...latency_p50_ms !== undefined && { latency_p50_ms },
    ...latency_p99_ms !== undefined && { latency_p99_ms },
    lost,
  };
}

/** Senders in turn, and what comes of what they send. */
class Talk {
  readonly #clients: ClusterClients;
  readonly #load: ClusterLoad;
  readonly #messages: NumberedMessages;
  readonly #window: SendWindow;
  readonly tally: DeliveryTally;
  #isStopped = false;

  constructor(clients: ClusterClients, load: ClusterLoad) {
    const { receivers, senders, bytes } = load;
    this.#clients = clients;
    this.#load = load;
    this.#messages = new NumberedMessages(bytes);
    // All receivers get all messages in the same order, whoever sent them: one window will do.
    this.#window = new SendWindow(receivers, Math.min(UNDER_WAY, UNDER_WAY_EACH * senders));
    this.tally = new DeliveryTally({
      weights: Array<number>(receivers).fill(1),
      openEvery: receivers <= FEW_RECEIVERS ? 1 : OPEN_EVERY,
      sentAtMs: (payload) => this.#messages.sentAtMs(payload),
      onDelivery: (receiver) => {
        this.#window.receive(receiver);
        if (load.perSecond === undefined) this.#fill();
      },
    });
    clients.deliverTo(this.tally);
  }

  /** Begins; disposing of the result ends it. */
  start(): Disposable {
    const { perSecond } = this.#load;
    if (perSecond !== undefined) return new Pacer(perSecond, () => this.#sendNext());
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
    const expected = this.#messages.sent * this.#load.receivers;
    await waitUntil(() => this.tally.deliveries >= expected, GIVE_UP_MS);
    const { damaged, deliveries } = this.tally;
    if (damaged > 0) throw new Error(`Cannot measure: ${damaged} messages came damaged`);
    return Math.max(0, expected - deliveries);
  }

  #fill(): void {
    while (!this.#isStopped && this.#window.hasRoom) {
      this.#window.send();
      this.#sendNext();
    }
  }

  #sendNext(): void {
    if (this.#isStopped) return;
    const { senders } = this.#clients;
    const sender = senders[this.#messages.sent % senders.length];
    if (sender === undefined) return;
    const datagrams = sender.sealMessage(this.#messages.next());
    this.#messages.leaves(performance.now());
    sender.send(datagrams);
  }
}
