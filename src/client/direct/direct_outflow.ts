import { FRAGMENT_RATE } from "../../session/fragment_rate.ts";
import { TokenBucket } from "../../session/token_bucket.ts";
import { keyRequest } from "../../wire/direct_frame.ts";
import type { DirectClientState } from "./direct_client_state.ts";
import type { DirectDelivery } from "./direct_delivery.ts";

/**
 * How long the server is expected to keep the client's key, milliseconds. It keeps it for longer, but
 * may have been started anew, or see the client at another address.
 */
const KEY_LIFETIME_MS = 60_000;

/** The least time between two copies of the key, when plain answers ask for it, milliseconds. */
const KEY_REPEAT_MS = 1_000;

const PUMP_INTERVAL_MS = 1;

/**
 * What leaves for the server, at its pace: keys before messages, and older messages before newer.
 *
 * The client's own key is repeated whenever it may not have arrived: nothing acknowledges it, and to
 * whom it has no key of the server answers in plain text.
 */
export class DirectOutflow {
  readonly #client: DirectClientState;
  readonly #pace: TokenBucket;
  readonly #keyRequest = keyRequest();
  readonly #first: Uint8Array[] = [];
  #keyQueuedMs = -Infinity;
  #nextPumpMs = 0;

  /** @param client What the parts of the client share. @param nowMs Monotonic time. */
  constructor(client: DirectClientState, nowMs: number) {
    this.#client = client;
    this.#pace = new TokenBucket(FRAGMENT_RATE, nowMs);
  }

  /** Sends the client's key, ahead of everything else. */
  sendKey(nowMs: number): void {
    this.#keyQueuedMs = nowMs;
    this.#sendFirst(this.#client.options.ownKey.pem);
  }

  /** Sends the client's key if that was long ago. */
  refreshKey(nowMs: number): void {
    if (nowMs >= this.#keyQueuedMs + KEY_LIFETIME_MS) this.sendKey(nowMs);
  }

  /** Sends the client's key again, unless that was just now: the server does not seem to have it. */
  repeatKey(nowMs: number): void {
    if (nowMs >= this.#keyQueuedMs + KEY_REPEAT_MS) this.sendKey(nowMs);
  }

  /** Takes it that the server has forgotten the client's key: the next message takes it along. */
  expireKey(): void {
    this.#keyQueuedMs = -Infinity;
  }

  /** Asks for the server's key, ahead of every message. */
  askForKey(): void {
    this.#sendFirst(this.#keyRequest);
  }

  /**
   * Sends what waits and may leave now.
   *
   * @param deliveries What is under way, the oldest first.
   * @param nowMs Monotonic time.
   */
  pump(deliveries: Iterable<DirectDelivery>, nowMs: number): void {
    while (this.#hasDatagram(deliveries) && this.#pace.take(nowMs)) {
      const datagram = this.#first.shift() ?? leavingOf(deliveries)?.release(nowMs);
      if (datagram !== undefined) this.#client.send(datagram);
    }
    this.#nextPumpMs = nowMs + PUMP_INTERVAL_MS;
  }

  /** When `pump` has something to do next, monotonic milliseconds; `Infinity` for never. */
  nextDeadlineMs(deliveries: Iterable<DirectDelivery>): number {
    return this.#hasDatagram(deliveries) ? this.#nextPumpMs : Infinity;
  }

  #hasDatagram(deliveries: Iterable<DirectDelivery>): boolean {
    return this.#first.length > 0 || leavingOf(deliveries) !== undefined;
  }

  /** Each datagram waits once at most. */
  #sendFirst(datagram: Uint8Array): void {
    if (!this.#first.includes(datagram)) this.#first.push(datagram);
  }
}

function leavingOf(deliveries: Iterable<DirectDelivery>): DirectDelivery | undefined {
  for (const delivery of deliveries) if (delivery.isLeaving) return delivery;
  return undefined;
}
