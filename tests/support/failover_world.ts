import { RelayClientCore } from "../../src/client/relay_client_core.ts";
import type { RelayClientCoreOptions } from "../../src/client/relay_client_core_options.ts";
import type { RelayTargets } from "../../src/client/relay_target.ts";
import { RelayCore } from "../../src/relay/relay_core.ts";
import type { RelayEffect } from "../../src/relay/relay_effects.ts";
import type { RelayOptions } from "../../src/relay/relay_options.ts";
import type { Endpoint } from "../../src/session/endpoint.ts";
import { usualOptions } from "./client_world.ts";
import { FakeClock } from "./fake_clock.ts";
import { FakeNetwork, type NetworkConditions } from "./fake_network.ts";
import { FakeRsaKey } from "./fake_rsa_key.ts";
import { RELAY_DEFAULTS } from "./relay_defaults.ts";
import { SeededRandom } from "./seeded_random.ts";
import { type SharedHistory, SharedSeries } from "./shared_series.ts";
import { StormClient } from "./storm_world.ts";

/** What a failover world is made of. */
export interface FailoverWorldOptions {
  /** How many relays there are. */
  readonly relays: number;
  /** Of all randomness. */
  readonly seed?: number;
  /** How the network treats datagrams, both ways. */
  readonly conditions?: NetworkConditions;
  /** How long it takes to keep a message, milliseconds. */
  readonly keepMs?: number;
  /** The most messages that the history holds. */
  readonly maxMessages?: number;
  /** How the relays differ from the defaults. */
  readonly relay?: Partial<RelayOptions>;
}

interface ClusterRelay {
  readonly core: RelayCore;
  readonly history: SharedHistory;
}

/** Several real relay cores with one history, and real client cores, in virtual time. */
export class FailoverWorld {
  readonly clock = new FakeClock();
  readonly random: SeededRandom;
  readonly network: FakeNetwork;
  readonly series: SharedSeries;
  /** Addresses of the relays. */
  readonly endpoints: readonly Endpoint[];
  readonly #clients: StormClient[] = [];
  readonly #relays = new Map<number, ClusterRelay>();
  readonly #rsaKey = new FakeRsaKey(1);
  readonly #relayOptions: Partial<RelayOptions>;
  #lastPort = 6_000;

  /** @param options What it is made of. */
  constructor(options: FailoverWorldOptions) {
    const { relays, seed = 1, conditions, keepMs = 0, maxMessages, relay = {} } = options;
    this.#relayOptions = relay;
    this.random = new SeededRandom(seed);
    this.network = new FakeNetwork(this.random, conditions);
    this.network.isRecorded = false;
    const nowMs = () => this.clock.now.monotonicMs;
    this.series = new SharedSeries({ nowMs, keepMs, maxMessages });
    this.endpoints = Array.from(
      { length: relays },
      (_, index) => ({ hostname: `10.0.1.${index + 1}`, port: 47_700 }),
    );
    for (let index = 0; index < relays; index++) this.start(index);
  }

  /** All relays, as a client names them. */
  get targets(): RelayTargets {
    const [first, ...others] = this.endpoints.map((endpoint) =>
      ({ kind: "relay", endpoint }) as const
    );
    if (first === undefined) throw new Error("A world needs a relay");
    return [first, ...others];
  }

  /** Starts a relay, or starts it again. */
  start(index: number): void {
    const history = this.series.open();
    const { serverKey, identity } = this.#rsaKey;
    const core = new RelayCore({
      options: {
        ...RELAY_DEFAULTS,
        randomBytes: (count) => this.random.bytes(count),
        ...this.#relayOptions,
      },
      history,
      serverKey,
      identity,
      renewIdentityAtMs: Infinity,
    }, this.clock.now);
    this.#relays.set(index, { core, history });
    this.network.attach(this.#endpointOf(index), ({ datagram, from }) => {
      this.#carryOut(index, core.receive(datagram, from, this.clock.now));
    });
  }

  /** Ends a relay without a word. */
  kill(index: number): void {
    const { history } = this.#relay(index);
    this.network.detach(this.#endpointOf(index));
    this.#relays.delete(index);
    this.series.close(history);
  }

  /** Ends a relay that says goodbye. */
  shutDown(index: number): void {
    this.#carryOut(
      index,
      this.#relay(index).core.shutdown("relay is shutting down", this.clock.now),
    );
    this.kill(index);
  }

  /** How many clients a relay has. */
  clientsOf(index: number): number {
    return this.#relay(index).core.clients(this.clock.now).length;
  }

  /** Adds a client that begins to look for a relay. */
  client(name: string, options: Partial<RelayClientCoreOptions> = {}): StormClient {
    const core = new RelayClientCore({
      ...usualOptions((count) => this.random.bytes(count)),
      targets: this.targets,
      name,
      reliable: true,
      timeoutMs: 60_000,
      ...options,
    }, this.clock.now);
    const endpoint = { hostname: "10.0.0.2", port: ++this.#lastPort };
    const client = new StormClient(this, core, endpoint);
    this.#clients.push(client);
    return client;
  }

  /** Lets time pass until something is so. @returns Whether it came to be so in time. */
  runUntil(isSo: () => boolean, limitMs: number): boolean {
    const endMs = this.clock.now.monotonicMs + limitMs;
    while (!isSo()) {
      const nextMs = this.#nextMs();
      if (nextMs > endMs) return false;
      this.clock.advance(Math.max(0, nextMs - this.clock.now.monotonicMs));
      this.#settle();
    }
    return true;
  }

  /** Lets time pass. */
  run(ms: number): void {
    const endMs = this.clock.now.monotonicMs + ms;
    this.runUntil(() => false, ms);
    this.clock.advance(endMs - this.clock.now.monotonicMs);
  }

  /** Encrypts a Fernet key for any of the relays. */
  seal(fernetKey: string): Uint8Array {
    return this.#rsaKey.encrypt(new TextEncoder().encode(fernetKey), this.random);
  }

  #endpointOf(index: number): Endpoint {
    const endpoint = this.endpoints[index];
    if (endpoint === undefined) throw new Error(`There is no relay ${index}`);
    return endpoint;
  }

  #relay(index: number): ClusterRelay {
    const relay = this.#relays.get(index);
    if (relay === undefined) throw new Error(`Relay ${index} is not running`);
    return relay;
  }

  #settle(): void {
    const { now } = this.clock;
    this.network.deliver(now.monotonicMs);
    if (this.series.tick()) {
      for (const [index, { core }] of this.#relays) this.#carryOut(index, core.historyNews(now));
    }
    for (const [index, { core }] of this.#relays) {
      if ((core.nextDeadline() ?? Infinity) > now.monotonicMs) continue;
      this.#carryOut(index, core.tick(now));
    }
    for (const client of this.#clients) client.tickDue();
  }

  #nextMs(): number {
    const deadlines = [this.network.nextDeadlineMs(), this.series.nextDeadlineMs()];
    for (const { core } of this.#relays.values()) deadlines.push(core.nextDeadline() ?? Infinity);
    for (const { core } of this.#clients) deadlines.push(core.nextDeadlineMs() ?? Infinity);
    return Math.min(...deadlines);
  }

  #carryOut(index: number, effects: readonly RelayEffect[]): void {
    for (const effect of effects) {
      if (effect.type === "send") {
        const { datagram, to } = effect;
        const from = this.#endpointOf(index);
        this.network.send({ datagram, from, to }, this.clock.now.monotonicMs);
      } else if (effect.type === "decrypt_key") {
        const plaintext = this.#rsaKey.decrypt(effect.ciphertext);
        const { core } = this.#relay(index);
        this.#carryOut(index, core.keyDecrypted(effect.jobId, plaintext, this.clock.now));
      }
    }
  }
}
