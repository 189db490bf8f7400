import type { Endpoint } from "../session/endpoint.ts";
import { formatEndpoint } from "../session/endpoint.ts";
import { Expiry } from "../session/expiry.ts";
import type { Instant } from "../session/instant.ts";
import type { ReassemblyPool } from "../wire/reassembly_pool.ts";
import { type ClientStanding, Peer } from "./peer.ts";

/** Addresses without a key that are remembered; past it the one that was quiet longest is forgotten. */
export const MAX_STRANGERS = 4_096;

/** What a table of peers is made of. */
export interface PeerTableOptions {
  /** The most client keys kept. */
  readonly maxClients: number;
  /** How long they are kept without traffic, milliseconds. */
  readonly clientTimeoutMs: number;
  /** The fragments of clients, and those of strangers. */
  readonly clientPool: ReassemblyPool;
  readonly strangerPool: ReassemblyPool;
}

/**
 * Everyone who was heard, by address. All its parts are bounded.
 *
 * When there are too many clients, one that has never sent a message that could be opened goes
 * first, and among equals the one that was quiet longest: forged keys displace forged keys.
 */
export class PeerTable {
  readonly #options: PeerTableOptions;
  readonly #expiry: Expiry;
  // All three are kept in the order of last traffic.
  readonly #strangers = new Map<string, Peer>();
  readonly #newClients = new Map<string, Peer>();
  readonly #provenClients = new Map<string, Peer>();

  /** @param options Its bounds and pools. */
  constructor(options: PeerTableOptions) {
    this.#options = options;
    this.#expiry = new Expiry(options.clientTimeoutMs);
  }

  /** How many client keys are kept. */
  get clientCount(): number {
    return this.#newClients.size + this.#provenClients.size;
  }

  /** How many addresses without a key are remembered. */
  get strangerCount(): number {
    return this.#strangers.size;
  }

  /** All clients. */
  *clients(): IterableIterator<Peer> {
    yield* this.#provenClients.values();
    yield* this.#newClients.values();
  }

  /** The client or stranger at an address (`ip:port`). */
  at(address: string): Peer | undefined {
    return this.#provenClients.get(address) ?? this.#newClients.get(address) ??
      this.#strangers.get(address);
  }

  /**
   * Finds a client as an operator names it.
   *
   * @param id Its `ip:port`, or the fingerprint of its key: then the one heard last that has it.
   */
  findClient(id: string): Peer | undefined {
    const peer = this.at(id);
    if (peer?.key !== undefined) return peer;
    let newest: Peer | undefined;
    for (const client of this.clients()) {
      if (client.key?.fingerprint !== id) continue;
      if (newest === undefined || client.lastSeenMs >= newest.lastSeenMs) newest = client;
    }
    return newest;
  }

  /**
   * Takes note of a datagram.
   *
   * @param from Where it came from.
   * @param datagramBytes Its length.
   * @param now The moment.
   * @returns Who sent it, and the stranger that was forgotten for it, if one was.
   */
  hear(
    from: Endpoint,
    datagramBytes: number,
    now: Instant,
  ): { readonly peer: Peer; readonly forgotten: Peer | undefined } {
    const address = formatEndpoint(from);
    const known = this.at(address);
    const peer = known ?? new Peer(from, this.#options.strangerPool, now);
    peer.hear(datagramBytes, now);
    this.#place(peer);
    const isOverfull = this.#strangers.size > MAX_STRANGERS;
    return { peer, forgotten: isOverfull ? this.#forgetFirst(this.#strangers) : undefined };
  }

  /**
   * Keeps the key of a peer.
   *
   * @returns The client that is to be given up for it, if there are too many.
   */
  register(peer: Peer, standing: ClientStanding): Peer | undefined {
    peer.becomeClient(standing, this.#options.clientPool);
    this.#expiry.watch(peer.lastSeenMs);
    this.#place(peer);
    if (this.clientCount <= this.#options.maxClients) return undefined;
    return [...firstOf(this.#newClients), ...firstOf(this.#provenClients)]
      .find((client) => client !== peer);
  }

  /** Takes note that a message of a client was opened. */
  prove(peer: Peer, form: "plain" | "hybrid"): void {
    if (peer.standing.state !== "client") return;
    peer.standing.hasDelivered = true;
    if (form === "hybrid") peer.standing.speaksHybrid = true;
    this.#place(peer);
  }

  /** Forgets a client's key, its unfinished messages and all else of it. */
  remove(peer: Peer): void {
    this.#newClients.delete(peer.address);
    this.#provenClients.delete(peer.address);
    peer.becomeStranger(this.#options.strangerPool);
  }

  /** Clients that were quiet too long. */
  expired(nowMs: number): Peer[] {
    return this.#expiry.expired(this.clients(), nowMs);
  }

  /** When `expired` wants to be asked next, monotonic milliseconds. */
  nextDeadlineMs(): number | undefined {
    return this.#expiry.nextDeadlineMs();
  }

  /** Puts a peer last in the map that it belongs in, if it belongs in any. */
  #place(peer: Peer): void {
    const { address, standing } = peer;
    const isClient = standing.state === "client";
    for (const map of [this.#strangers, this.#newClients, this.#provenClients]) map.delete(address);
    if (!isClient) this.#strangers.set(address, peer);
    else if (standing.hasDelivered) this.#provenClients.set(address, peer);
    else this.#newClients.set(address, peer);
  }

  #forgetFirst(peers: Map<string, Peer>): Peer | undefined {
    for (const [address, peer] of peers) {
      peers.delete(address);
      peer.reassembly.clear();
      return peer;
    }
    return undefined;
  }
}

/** Up to two, so that one can be passed over. */
function firstOf(peers: Map<string, Peer>): Peer[] {
  const first: Peer[] = [];
  for (const peer of peers.values()) {
    first.push(peer);
    if (first.length === 2) break;
  }
  return first;
}
