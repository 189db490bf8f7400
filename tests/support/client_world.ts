import { assert } from "@std/assert";
import { RelayClientCore } from "../../src/client/relay_client_core.ts";
import type { RelayClientCoreOptions } from "../../src/client/relay_client_core_options.ts";
import type { Endpoint } from "../../src/session/endpoint.ts";
import type { GroupAddress } from "../../src/wire/group_key.ts";
import { DEFAULT_TLV_TYPES } from "../../src/wire/tlv_types.ts";
import { FakeClock } from "./fake_clock.ts";
import { FakeNetwork } from "./fake_network.ts";
import { GroupEars } from "./client_group_ears.ts";
import { FakeRsaKey } from "./fake_rsa_key.ts";
import { MiniRelay, type MiniRelayOptions } from "./mini_relay.ts";
import { SeededRandom } from "./seeded_random.ts";
import { WorldClient } from "./world_client.ts";

export type { ToldEffect, WorldClient } from "./world_client.ts";

/** Address of the relay in a client world. */
export const RELAY: Endpoint = { hostname: "10.0.0.1", port: 47_700 };

/** A multicast group in a client world. */
export const GROUP: Endpoint = { hostname: "239.1.2.3", port: 47_700 };

/** Where group messages go by multicast in a client world. */
export const GROUP_DELIVERY: GroupAddress = { hostname: "239.1.2.3", port: 47_701 };

/** How a relay of a client world differs from others. */
export interface WorldRelayOptions extends Partial<MiniRelayOptions> {
  /** Its address; `RELAY` by default. */
  readonly at?: Endpoint;
  /** The number of its fake key, 0 to 255, which is also its fingerprint. */
  readonly generation?: number;
  /** How far its wall clock is ahead, seconds. */
  readonly skewSeconds?: number;
}

/** Jitter is left out, so that a test can tell to the millisecond when something is due. */
const NO_JITTER = 0.5;

/**
 * Clients and mini relays in virtual time, on a fake network.
 *
 * RSA is fake too, and answered at once unless a test holds it back.
 */
export class ClientWorld {
  readonly clock = new FakeClock();
  readonly random: SeededRandom;
  readonly network: FakeNetwork;
  readonly #clients: WorldClient[] = [];
  readonly #groups = new GroupEars();
  readonly #relays = new Set<MiniRelay>();
  readonly #rsaKeys = new Map<number, FakeRsaKey>();
  #lastPort = 5_000;

  /** @param seed Of all randomness. */
  constructor(seed = 1) {
    this.random = new SeededRandom(seed);
    this.network = new FakeNetwork(this.random);
  }

  /** Puts a relay on the network, in place of the one that was at its address. */
  relay(options: WorldRelayOptions = {}): MiniRelay {
    const { at = RELAY, generation = 1, skewSeconds = 0, ...rest } = options;
    const key = this.rsaKey(generation);
    const relay = new MiniRelay({
      random: this.random,
      now: () => ({ ...this.clock.now, unixMs: this.clock.now.unixMs + skewSeconds * 1000 }),
      send: (datagram, to) => this.#send(datagram, at, to),
      sendToGroup: (datagram, address) => this.sendToGroup(datagram, address, at),
      decrypt: (block, done) => done(key.decrypt(block)),
    }, { pem: key.serverKey.pem, identity: key.identity, ...rest });
    this.#relays.add(relay);
    this.network.attach(at, ({ datagram, from }) => relay.receive(datagram, from));
    return relay;
  }

  /** The RSA key of a generation, the same one for the relays that have it and their clients. */
  rsaKey(generation: number): FakeRsaKey {
    const key = this.#rsaKeys.get(generation) ?? new FakeRsaKey(generation);
    this.#rsaKeys.set(generation, key);
    return key;
  }

  /** Takes a relay off the network; a datagram to it is then lost. */
  unplug(at: Endpoint = RELAY): void {
    this.network.detach(at);
  }

  /** Makes a client that begins to look for its relay; it acts when time passes. */
  client(options: Partial<RelayClientCoreOptions> = {}): WorldClient {
    const endpoint = { hostname: "10.0.0.2", port: ++this.#lastPort };
    const core = new RelayClientCore({
      ...usualOptions((count) => this.random.bytes(count)),
      ...options,
    }, this.clock.now);
    const client = new WorldClient(core, endpoint, {
      now: () => this.clock.now,
      send: ({ endpoint }, datagram, to) => this.#send(datagram, endpoint, to),
      joinGroup: (client, address) => this.#groups.join(this.network, client, address),
      encrypt: (pem, fernetKey) => this.#encrypt(pem, fernetKey),
    });
    this.#clients.push(client);
    this.#attach(client);
    return client;
  }

  /** Moves a client to another port, as a router does that forgot it. */
  rebind(client: WorldClient): void {
    this.network.detach(client.endpoint);
    client.endpoint = { hostname: "10.0.0.3", port: ++this.#lastPort };
    this.#attach(client);
  }

  /** Makes a client and waits until it is registered. */
  registered(options: Partial<RelayClientCoreOptions> = {}): WorldClient {
    const client = this.client(options);
    this.run(100);
    assert(client.core.state === "registered", `the client is ${client.core.state}`);
    client.told();
    return client;
  }

  /** Sends a datagram as if it came from someone else. */
  forge(datagram: Uint8Array, from: Endpoint, to: Endpoint): void {
    this.#send(datagram, from, to);
  }

  /** Sends a datagram by multicast: on its way to each who has joined, it has a fate of its own. */
  sendToGroup(datagram: Uint8Array, address: GroupAddress, from: Endpoint = RELAY): void {
    for (const ear of this.#groups.of(address)) this.#send(datagram, from, ear);
  }

  /** Lets time pass, with everything that is due on the way; 0 lets only the present happen. */
  run(ms: number): void {
    const endMs = this.clock.now.monotonicMs + ms;
    this.#settle();
    for (let nextMs = this.#nextMs(); nextMs <= endMs; nextMs = this.#nextMs()) {
      this.clock.advance(Math.max(0, nextMs - this.clock.now.monotonicMs));
      this.#settle();
    }
    this.clock.advance(endMs - this.clock.now.monotonicMs);
  }

  #attach(client: WorldClient): void {
    this.network.attach(client.endpoint, ({ datagram, from }) => client.receive(datagram, from));
  }

  #send(datagram: Uint8Array, from: Endpoint, to: Endpoint): void {
    this.network.send({ datagram, from, to }, this.clock.now.monotonicMs);
  }

  #encrypt(pem: Uint8Array, fernetKey: string): Uint8Array {
    const generation = Number(/\d+/.exec(new TextDecoder().decode(pem))?.[0]);
    return this.rsaKey(generation).encrypt(new TextEncoder().encode(fernetKey), this.random);
  }

  #settle(): void {
    const nowMs = this.clock.now.monotonicMs;
    do {
      this.network.deliver(nowMs);
      for (const relay of this.#relays) relay.tick();
      for (const client of this.#clients) client.tick();
    } while (this.network.nextDeadlineMs() <= nowMs);
  }

  #nextMs(): number {
    const deadlines = [
      this.network.nextDeadlineMs(),
      ...[...this.#relays].map((relay) => relay.nextDeadlineMs()),
      ...this.#clients.map(({ core }) => core.nextDeadlineMs() ?? Infinity),
    ];
    return Math.min(...deadlines);
  }
}

/** Options of a client of the relay at `RELAY`, without a name and without jitter. */
export function usualOptions(
  randomBytes: RelayClientCoreOptions["randomBytes"],
): RelayClientCoreOptions {
  return {
    types: DEFAULT_TLV_TYPES,
    targets: [{ kind: "relay", endpoint: RELAY }],
    name: undefined,
    token: undefined,
    reliable: false,
    replay: undefined,
    groupDelivery: false,
    timeoutMs: 10_000,
    reconnectTimeoutMs: Infinity,
    maxMessageBytes: 1024 * 1024,
    maxMessageAgeSeconds: 60,
    fragmentTimeoutMs: 10_000,
    datagramBudgetBytes: 1_200,
    messageRate: { burst: 32, perSecond: 4_000 },
    randomBytes,
    random: () => NO_JITTER,
  };
}
