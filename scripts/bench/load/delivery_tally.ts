import type { MessageSink } from "./message_sink.ts";

/** What a `DeliveryTally` is made of. */
export interface DeliveryTallyOptions {
  /** How many clients each receiver stands for: 1, or those that share a socket. */
  readonly weights: readonly number[];
  /** Every how many-th message of a receiver is opened; the first always is. */
  readonly openEvery: number;
  /** Gives when a message was sent, monotonic milliseconds; `undefined` if it never was. */
  readonly sentAtMs: (payload: Uint8Array) => number | undefined;
  /** Told of each message that came to a receiver. */
  readonly onDelivery: (receiver: number) => void;
}

/** Counts what came to the receivers, and how long it took. */
export class DeliveryTally implements MessageSink {
  readonly #options: DeliveryTallyOptions;
  readonly #counts: Uint32Array;
  #latencies: number[] = [];
  #deliveries = 0;
  #damaged = 0;

  /** @param options What it is made of. */
  constructor(options: DeliveryTallyOptions) {
    this.#options = options;
    this.#counts = new Uint32Array(options.weights.length);
  }

  /** Messages that came, once for each client that they came to. */
  get deliveries(): number {
    return this.#deliveries;
  }

  /** Messages that can't be opened, or are not what was sent. */
  get damaged(): number {
    return this.#damaged;
  }

  /** How long opened messages took since the last `forgetLatencies`, milliseconds. */
  get latencies(): readonly number[] {
    return this.#latencies;
  }

  /** Forgets latencies, at the end of the warm-up. */
  forgetLatencies(): void {
    this.#latencies = [];
  }

  countUnopened(receiver: number): boolean {
    if ((this.#counts[receiver] ?? 0) % this.#options.openEvery === 0) return false;
    this.#count(receiver);
    return true;
  }

  take(receiver: number, payload: Uint8Array, atMs: number): void {
    const sentAtMs = this.#options.sentAtMs(payload);
    if (sentAtMs === undefined) return this.takeDamaged();
    this.#latencies.push(atMs - sentAtMs);
    this.#count(receiver);
  }

  takeDamaged(): void {
    this.#damaged++;
  }

  #count(receiver: number): void {
    this.#counts[receiver] = (this.#counts[receiver] ?? 0) + 1;
    this.#deliveries += this.#options.weights[receiver] ?? 0;
    this.#options.onDelivery(receiver);
  }
}
