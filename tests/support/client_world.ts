import { assert, assertExists } from "@std/assert";
import type { ClientEffect, SealKeyJob, SealKeyResult } from "../../src/client/client_effect.ts";
import { RelayClientCore } from "../../src/client/relay_client_core.ts";
import type { RelayClientCoreOptions } from "../../src/client/relay_client_core_options.ts";
import type { Endpoint } from "../../src/session/endpoint.ts";
import { DEFAULT_TLV_TYPES } from "../../src/wire/tlv_types.ts";
import { FakeClock } from "./fake_clock.ts";
import { FakeNetwork } from "./fake_network.ts";
import { FakeRsaKey } from "./fake_rsa_key.ts";
import { MiniRelay, type MiniRelayOptions } from "./mini_relay.ts";
import { SeededRandom } from "./seeded_random.ts";

/** Address of the relay in a client world. */
export const RELAY: Endpoint = { hostname: "10.0.0.1", port: 47_700 };

/** A multicast group in a client world. */
export const GROUP: Endpoint = { hostname: "239.1.2.3", port: 47_700 };

/** How a relay of a client world differs from others. */
export interface WorldRelayOptions extends Partial<MiniRelayOptions> {
  /** Its address; `RELAY` by default. */
  readonly at?: Endpoint;
  /** The number of its fake key, 0 to 255, which is also its fingerprint. */
  readonly generation?: number;
  /** How far its wall clock is ahead, seconds. */
  readonly skewSeconds?: number;
}

/** An effect that tells something, and asks for nothing. */
export type ToldEffect = Exclude<ClientEffect, { type: "send" | "seal_key" | "progress" }>;

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
    const client = new WorldClient(core, endpoint, this);
    this.#clients.push(client);
    this.network.attach(endpoint, ({ datagram, from }) => client.receive(datagram, from));
    return client;
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

  /** Carries a datagram of a client. */
  sendFrom(client: WorldClient, datagram: Uint8Array, to: Endpoint): void {
    this.#send(datagram, client.endpoint, to);
  }

  #send(datagram: Uint8Array, from: Endpoint, to: Endpoint): void {
    this.network.send({ datagram, from, to }, this.clock.now.monotonicMs);
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

/** A client core with a shell that keeps what it is told. */
export class WorldClient {
  /** Decides on the answers of relays; by default all are sealed for, under their fake key. */
  seal: (job: SealKeyJob) => SealKeyResult;
  /** Whether jobs wait in `jobs` and are not answered. */
  holdsJobs = false;
  readonly jobs: SealKeyJob[] = [];
  readonly progress: Extract<ClientEffect, { type: "progress" }>[] = [];
  #told: ToldEffect[] = [];
  #lastMessageId = 0;
  readonly #world: ClientWorld;

  /** @param core The core. @param endpoint Its address. @param world Where it lives. */
  constructor(
    readonly core: RelayClientCore,
    readonly endpoint: Endpoint,
    world: ClientWorld,
  ) {
    this.#world = world;
    this.seal = ({ answer, fernetKey }) => ({
      outcome: "sealed",
      encryptedKey: fakeBlock(answer.pem, fernetKey, world),
      fingerprint: answer.identity && `SHA256:${answer.identity[0]}`,
    });
  }

  /** Takes a datagram. */
  receive(datagram: Uint8Array, from: Endpoint): void {
    this.perform(this.core.receive(datagram, from, this.#world.clock.now));
  }

  /** Lets the core do what is due; a deadline that it leaves behind would keep a shell spinning. */
  tick(): void {
    const { now } = this.#world.clock;
    this.perform(this.core.tick(now));
    const deadlineMs = this.core.nextDeadlineMs();
    assert(deadlineMs === undefined || deadlineMs > now.monotonicMs, "a tick left its deadline");
  }

  /** Sends a message. Returns its id. */
  send(payload: string | Uint8Array): number {
    const bytes = typeof payload === "string" ? new TextEncoder().encode(payload) : payload;
    const messageId = ++this.#lastMessageId;
    this.perform(this.core.send(messageId, bytes, this.#world.clock.now));
    return messageId;
  }

  /** Begins a flush. */
  flush(): void {
    this.perform(this.core.flush(this.#world.clock.now));
  }

  /** Closes the client. */
  close(): void {
    this.perform(this.core.close(this.#world.clock.now));
  }

  /** What the client told since the last call. */
  told(): ToldEffect[] {
    const told = this.#told;
    this.#told = [];
    return told;
  }

  /** The same in short: types, with what matters most of each. */
  heard(): string[] {
    return this.told().map(shortOf);
  }

  /** Why it failed. */
  failure(): Error & { readonly code: string } {
    const failed = this.told().find((effect) => effect.type === "failed");
    assertExists(failed, "the client has not failed");
    return failed.error;
  }

  /** Does what the core asks for. */
  perform(effects: readonly ClientEffect[]): void {
    for (const effect of effects) {
      if (effect.type === "send") this.#world.sendFrom(this, effect.datagram, effect.to);
      else if (effect.type === "progress") this.progress.push(effect);
      else if (effect.type !== "seal_key") this.#told.push(effect);
      else if (this.holdsJobs) this.jobs.push(effect.job);
      else this.answer(effect.job);
    }
  }

  /** Answers a job. */
  answer(job: SealKeyJob): void {
    const { now } = this.#world.clock;
    this.perform(this.core.keySealed(job.jobId, this.seal(job), now));
  }
}

/** Options of a client of the relay at `RELAY`, without a name and without jitter. */
export function usualOptions(
  randomBytes: RelayClientCoreOptions["randomBytes"],
): RelayClientCoreOptions {
  return {
    types: DEFAULT_TLV_TYPES,
    target: { kind: "relay", endpoint: RELAY },
    name: undefined,
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

function fakeBlock(pem: Uint8Array, fernetKey: string, world: ClientWorld): Uint8Array {
  const generation = Number(/\d+/.exec(new TextDecoder().decode(pem))?.[0]);
  const plaintext = new TextEncoder().encode(fernetKey);
  return world.rsaKey(generation).encrypt(plaintext, world.random);
}

function shortOf(effect: ToldEffect): string {
  switch (effect.type) {
    case "registered":
      return effect.isReconnect ? "registered again" : "registered";
    case "reconnecting":
      return `reconnecting: ${effect.cause}`;
    case "message":
      return `message ${effect.sender}: ${new TextDecoder().decode(effect.payload).slice(0, 40)}`;
    case "joined":
    case "left":
      return `${effect.type} ${effect.id}`;
    case "notice":
      return `notice ${effect.text}`;
    case "message_left":
      return `left ${effect.messageId}`;
    case "flushed":
      return "flushed";
    case "flush_failed":
    case "failed":
      return `${effect.type} ${effect.error.code}`;
    default:
      return effect satisfies never;
  }
}
