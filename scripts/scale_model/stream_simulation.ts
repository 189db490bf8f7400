import { type Deployment, streamShare } from "./deployment.ts";
import { estimate, followMs } from "./estimate.ts";
import { EventQueue } from "./event_queue.ts";
import { RandomGaps } from "./random_gaps.ts";
import { SerialWorker } from "./serial_worker.ts";
import type { UnitCosts } from "./unit_costs.ts";

const MS_PER_SECOND = 1_000;
const MICROS_PER_MS = 1_000;

/** Left out at the beginning, when the queues are still empty: a share of all messages. */
const WARM_UP_SHARE = 0.1;

/** How a simulation is done. */
export interface SimulationOptions {
  /** How many messages are said in the stream. */
  readonly messages: number;
  /** Any whole number but 0; the same one gives the same figures. */
  readonly seed: number;
}

/** What a simulation shows. */
export interface SimulatedStream {
  /** From when a relay gets a message to when a copy leaves, of one receiver a relay; rising, ms. */
  readonly latenciesMs: readonly number[];
  /** From when a relay gets a message to when it is published: the wait for the sender's last; rising. */
  readonly turnsMs: readonly number[];
  /** Messages that were kept, and how many: all that were said, unless the model is wrong. */
  readonly kept: number;
}

/**
 * Follows each message of one stream through queues, with messages that come by chance.
 *
 * A relay does one thing at a time: it takes a message from a client, or seals and sends the copies of
 * one. So does the server that leads the stream, whose processors do the same for its other streams. One message of each sender is on its way to NATS at a time, as relays have it.
 *
 * @param deployment What is modelled.
 * @param costs What pieces of work cost.
 * @param options Length and seed.
 */
export function simulateStream(
  deployment: Deployment,
  costs: UnitCosts,
  options: SimulationOptions,
): SimulatedStream {
  return new StreamSimulation(deployment, costs, options).run();
}

/** A message on its way. */
interface Said {
  readonly atMs: number;
  readonly sender: number;
  readonly isCounted: boolean;
}

class StreamSimulation {
  readonly #deployment: Deployment;
  readonly #options: SimulationOptions;
  readonly #events = new EventQueue();
  readonly #random: RandomGaps;
  readonly #relays: readonly SerialWorker[];
  readonly #leader: SerialWorker;
  /** Hands out what the leader has kept. */
  readonly #feeder = new SerialWorker(0);
  /** What waits behind a message of the same sender that is on its way; one list a sender. */
  readonly #lines: (Said[] | undefined)[];
  readonly #ms: {
    readonly ingest: number;
    readonly consume: number;
    readonly spread: number;
    readonly keep: number;
    readonly feed: number;
    readonly follow: number;
  };
  readonly #latenciesMs: number[] = [];
  readonly #turnsMs: number[] = [];
  #kept = 0;

  constructor(deployment: Deployment, costs: UnitCosts, options: SimulationOptions) {
    const share = streamShare(deployment);
    const { ingestUs, spreadUs, keepUs, leadUs, copiesUs } = estimate(deployment, costs);
    this.#deployment = deployment;
    this.#options = options;
    this.#random = new RandomGaps(options.seed);
    const newWorker = () => new SerialWorker(costs.wakeUpUs / MICROS_PER_MS);
    this.#relays = Array.from({ length: Math.round(share.relays) }, newWorker);
    this.#leader = newWorker();
    this.#lines = Array(Math.max(1, Math.round(deployment.senders / deployment.streams)));
    this.#ms = {
      ingest: ingestUs / MICROS_PER_MS,
      consume: (spreadUs - copiesUs) / MICROS_PER_MS,
      spread: spreadUs / MICROS_PER_MS,
      keep: keepUs / MICROS_PER_MS,
      feed: (leadUs - keepUs) / deployment.serverProcessors / MICROS_PER_MS,
      follow: followMs(deployment, costs),
    };
  }

  run(): SimulatedStream {
    const share = streamShare(this.#deployment);
    const gapMs = MS_PER_SECOND / share.messagesPerSecond;
    let atMs = 0;
    for (let number = 0; number < this.#options.messages; number++) {
      atMs += this.#random.gap(gapMs);
      const isCounted = number >= WARM_UP_SHARE * this.#options.messages;
      const sender = Math.floor(this.#random.next() * this.#lines.length);
      const said = { atMs, sender, isCounted };
      this.#events.add(atMs, () => this.#say(said));
    }
    const { keep, feed, ingest, spread } = this.#ms;
    const others = share.streamsLed - 1;
    this.#beside([this.#leader], gapMs, others, keep / this.#deployment.serverProcessors, atMs);
    this.#beside([this.#feeder], gapMs, others, feed, atMs);
    this.#beside(this.#relays, gapMs, share.streamsPerRelay - 1, ingest + spread, atMs);
    this.#events.run();
    this.#latenciesMs.sort((a, b) => a - b);
    this.#turnsMs.sort((a, b) => a - b);
    return { latenciesMs: this.#latenciesMs, turnsMs: this.#turnsMs, kept: this.#kept };
  }

  /** What workers do for other streams. */
  #beside(
    workers: readonly SerialWorker[],
    gapMs: number,
    streams: number,
    workMs: number,
    untilMs: number,
  ): void {
    if (streams <= 0) return;
    for (const worker of workers) {
      let atMs = this.#random.gap(gapMs / streams);
      for (; atMs < untilMs; atMs += this.#random.gap(gapMs / streams)) {
        this.#events.add(atMs, (nowMs) => void worker.work(nowMs, workMs));
      }
    }
  }

  /** A sender stays with its relay. */
  #relayOf(sender: number): SerialWorker | undefined {
    return this.#relays[sender % this.#relays.length];
  }

  #say(said: Said): void {
    const doneMs = this.#relayOf(said.sender)?.work(said.atMs, this.#ms.ingest) ?? said.atMs;
    this.#events.add(doneMs, (atMs) => {
      const line = this.#lines[said.sender];
      if (line !== undefined) return void line.push(said);
      this.#lines[said.sender] = [];
      this.#publish(said, atMs);
    });
  }

  #publish(said: Said, atMs: number): void {
    const { natsDelayMs } = this.#deployment;
    if (said.isCounted) this.#turnsMs.push(atMs - said.atMs);
    this.#events.add(atMs + natsDelayMs, (arrivedMs) => {
      const keptMs = this.#leader.work(arrivedMs, this.#ms.keep) + this.#ms.follow;
      this.#events.add(keptMs, (nowMs) => this.#keep(said, nowMs));
    });
  }

  #keep(said: Said, atMs: number): void {
    const { natsDelayMs } = this.#deployment;
    this.#kept++;
    this.#events.add(atMs + natsDelayMs, (ackedMs) => this.#hearKept(said.sender, ackedMs));
    const fedMs = this.#feeder.work(atMs, this.#ms.feed);
    this.#relays.forEach((relay) => {
      this.#events.add(fedMs + natsDelayMs, (nowMs) => this.#spread(relay, said, nowMs));
    });
  }

  /** A relay hears of it when it is done with what came before. */
  #hearKept(sender: number, atMs: number): void {
    const freeMs = this.#relayOf(sender)?.work(atMs, 0) ?? atMs;
    this.#events.add(freeMs, (nowMs) => this.#acknowledge(sender, nowMs));
  }

  #acknowledge(sender: number, atMs: number): void {
    const next = this.#lines[sender]?.shift();
    if (next === undefined) this.#lines[sender] = undefined;
    else this.#publish(next, atMs);
  }

  #spread(relay: SerialWorker, said: Said, atMs: number): void {
    const { consume, spread } = this.#ms;
    const doneMs = relay.work(atMs, spread);
    // One receiver for all of the relay: any of them is as likely.
    const place = this.#random.next() * (spread - consume);
    if (said.isCounted) this.#latenciesMs.push(doneMs - spread + consume + place - said.atMs);
  }
}
