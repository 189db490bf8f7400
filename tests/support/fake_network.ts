import { type Endpoint, formatEndpoint } from "../../src/session/endpoint.ts";
import { BinaryHeap } from "./binary_heap.ts";
import type { SeededRandom } from "./seeded_random.ts";

/** A datagram on its way. */
export interface Packet {
  readonly datagram: Uint8Array;
  readonly from: Endpoint;
  readonly to: Endpoint;
}

/** A datagram that was sent, and when. */
export interface SentPacket extends Packet {
  /** Monotonic milliseconds. */
  readonly sentMs: number;
}

/** How a network treats datagrams; what is left out is perfect. */
export interface NetworkConditions {
  /** Probability that a datagram is lost. */
  readonly loss?: number;
  /** Probability that a datagram comes twice. */
  readonly duplication?: number;
  /** Bounds of the delay of each datagram, milliseconds; unequal ones reorder. */
  readonly minDelayMs?: number;
  readonly maxDelayMs?: number;
}

/** Someone who gets datagrams. */
export type Receiver = (packet: Packet) => void;

interface Flight {
  readonly packet: Packet;
  readonly arrivesMs: number;
  readonly order: number;
}

/**
 * A network in virtual time that loses, delays, repeats and reorders datagrams, the same way for the
 * same seed.
 *
 * It has no clock: whoever drives the test calls `deliver` at `nextDeadlineMs`.
 */
export class FakeNetwork {
  /** How it treats datagrams from now on. */
  conditions: NetworkConditions;
  /** Loses a datagram when it says so, before chance is asked. */
  loses: (packet: Packet) => boolean = () => false;
  /** Every datagram that was sent, lost ones included. */
  readonly sent: SentPacket[] = [];
  readonly #random: SeededRandom;
  readonly #receivers = new Map<string, Receiver>();
  readonly #groups = new Map<string, Set<string>>();
  /** Whether datagrams are kept in `sent`. */
  isRecorded = true;
  readonly #flights = new BinaryHeap<Flight>((a, b) =>
    a.arrivesMs - b.arrivesMs || a.order - b.order
  );
  #flown = 0;

  /** @param random Where chance comes from. @param conditions How it treats datagrams. */
  constructor(random: SeededRandom, conditions: NetworkConditions = {}) {
    this.#random = random;
    this.conditions = conditions;
  }

  /** Connects someone at an address, in place of whoever had it. */
  attach(endpoint: Endpoint, receiver: Receiver): void {
    this.#receivers.set(formatEndpoint(endpoint), receiver);
  }

  /** Takes whoever has an address off the network. */
  detach(endpoint: Endpoint): void {
    this.#receivers.delete(formatEndpoint(endpoint));
  }

  /** Adds an address to a multicast group. */
  join(group: Endpoint, member: Endpoint): void {
    const members = this.#groups.get(formatEndpoint(group)) ?? new Set();
    this.#groups.set(formatEndpoint(group), members.add(formatEndpoint(member)));
  }

  /** Sends a datagram at `nowMs`; it is copied, as a real network does. */
  send(packet: Packet, nowMs: number): void {
    const copy = { ...packet, datagram: packet.datagram.slice() };
    if (this.isRecorded) this.sent.push({ ...copy, sentMs: nowMs });
    const { loss = 0, duplication = 0 } = this.conditions;
    if (this.loses(copy) || this.#random.chance(loss)) return;
    this.#fly(copy, nowMs);
    if (this.#random.chance(duplication)) this.#fly(copy, nowMs);
  }

  /** When the next datagram arrives, monotonic milliseconds. */
  nextDeadlineMs(): number {
    return this.#flights.first?.arrivesMs ?? Infinity;
  }

  /** Hands over what has arrived by `nowMs`, and what is sent meanwhile without delay. */
  deliver(nowMs: number): void {
    for (;;) {
      const flight = this.#takeArrived(nowMs);
      if (flight === undefined) return;
      for (const address of this.#addressesOf(flight.packet.to)) {
        this.#receivers.get(address)?.(flight.packet);
      }
    }
  }

  #fly(packet: Packet, nowMs: number): void {
    const { minDelayMs = 0, maxDelayMs = minDelayMs } = this.conditions;
    const spread = maxDelayMs > minDelayMs ? this.#random.below(maxDelayMs - minDelayMs + 1) : 0;
    const arrivesMs = nowMs + minDelayMs + spread;
    this.#flights.push({ packet, arrivesMs, order: this.#flown++ });
  }

  #takeArrived(nowMs: number): Flight | undefined {
    const { first } = this.#flights;
    return first !== undefined && first.arrivesMs <= nowMs ? this.#flights.shift() : undefined;
  }

  #addressesOf(to: Endpoint): Iterable<string> {
    const address = formatEndpoint(to);
    return this.#groups.get(address) ?? [address];
  }
}
