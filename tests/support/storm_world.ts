import type { ClientEffect } from "../../src/client/client_effect.ts";
import { RelayClientCore } from "../../src/client/relay_client_core.ts";
import type { RelayClientCoreOptions } from "../../src/client/relay_client_core_options.ts";
import { RelayCore } from "../../src/relay/relay_core.ts";
import type { RelayEffect } from "../../src/relay/relay_effects.ts";
import type { RelayOptions } from "../../src/relay/relay_options.ts";
import type { Endpoint } from "../../src/session/endpoint.ts";
import { RELAY, usualOptions } from "./client_world.ts";
import { FakeClock } from "./fake_clock.ts";
import { FakeNetwork, type NetworkConditions } from "./fake_network.ts";
import { FakeRsaKey } from "./fake_rsa_key.ts";
import { memoryHistory, RELAY_DEFAULTS } from "./relay_defaults.ts";
import { SeededRandom } from "./seeded_random.ts";

/** How long RSA takes in a storm, milliseconds. */
const RSA_MS = 3;

/** What a storm world is made of. */
export interface StormWorldOptions {
  /** Of all randomness. */
  readonly seed: number;
  /** How the network treats datagrams, both ways. */
  readonly conditions: NetworkConditions;
  /** What differs from the defaults of a relay. */
  readonly relay?: Partial<RelayOptions>;
  /** How many messages the relay holds, if not as many as by default. */
  readonly historyMessages?: number;
}

/** The real relay core and real client cores in virtual time, on a network that is bad to them. */
export class StormWorld {
  readonly clock = new FakeClock();
  readonly random: SeededRandom;
  readonly network: FakeNetwork;
  readonly relay: RelayCore;
  readonly clients: StormClient[] = [];
  readonly #rsaKey = new FakeRsaKey(1);
  readonly #rsaJobs: { readonly doneMs: number; readonly run: () => void }[] = [];
  #lastPort = 6_000;

  /** @param options What it is made of. */
  constructor({ seed, conditions, relay = {}, historyMessages }: StormWorldOptions) {
    this.random = new SeededRandom(seed);
    this.network = new FakeNetwork(this.random, conditions);
    this.network.isRecorded = false;
    const { serverKey, identity } = this.#rsaKey;
    this.relay = new RelayCore({
      options: {
        ...RELAY_DEFAULTS,
        randomBytes: (count) => this.random.bytes(count),
        ...relay,
      },
      history: memoryHistory(historyMessages === undefined ? {} : { maxMessages: historyMessages }),
      serverKey,
      identity,
      renewIdentityAtMs: Infinity,
    }, this.clock.now);
    this.network.attach(RELAY, ({ datagram, from }) => {
      this.#carryOut(this.relay.receive(datagram, from, this.clock.now));
    });
  }

  /** Adds a client that begins to look for the relay. */
  client(name: string, options: Partial<RelayClientCoreOptions> = {}): StormClient {
    const endpoint = { hostname: "10.0.0.2", port: ++this.#lastPort };
    const core = new RelayClientCore({
      ...usualOptions((count) => this.random.bytes(count)),
      name,
      reliable: true,
      timeoutMs: 60_000,
      ...options,
    }, this.clock.now);
    const client = new StormClient(this, core, endpoint);
    this.clients.push(client);
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

  /** Encrypts a Fernet key for the relay. */
  seal(fernetKey: string): Uint8Array {
    return this.#rsaKey.encrypt(new TextEncoder().encode(fernetKey), this.random);
  }

  #settle(): void {
    const { now } = this.clock;
    this.network.deliver(now.monotonicMs);
    while ((this.#rsaJobs[0]?.doneMs ?? Infinity) <= now.monotonicMs) this.#rsaJobs.shift()?.run();
    if ((this.relay.nextDeadline() ?? Infinity) <= now.monotonicMs) {
      this.#carryOut(this.relay.tick(now));
    }
    for (const client of this.clients) client.tickDue();
  }

  #nextMs(): number {
    let nextMs = Math.min(
      this.network.nextDeadlineMs(),
      this.#rsaJobs[0]?.doneMs ?? Infinity,
      this.relay.nextDeadline() ?? Infinity,
    );
    for (const { core } of this.clients) {
      nextMs = Math.min(nextMs, core.nextDeadlineMs() ?? Infinity);
    }
    return nextMs;
  }

  #carryOut(effects: readonly RelayEffect[]): void {
    for (const effect of effects) {
      if (effect.type === "send") {
        const { datagram, to } = effect;
        this.network.send({ datagram, from: RELAY, to }, this.clock.now.monotonicMs);
      } else if (effect.type === "decrypt_key") {
        const { jobId, ciphertext } = effect;
        const run = () => {
          const plaintext = this.#rsaKey.decrypt(ciphertext);
          this.#carryOut(this.relay.keyDecrypted(jobId, plaintext, this.clock.now));
        };
        this.#rsaJobs.push({ doneMs: this.clock.now.monotonicMs + RSA_MS, run });
      }
    }
  }
}

/** Where a `StormClient` lives. */
export interface StormSurroundings {
  readonly clock: FakeClock;
  readonly network: FakeNetwork;
  /** Encrypts a Fernet key for the relay. */
  seal(fernetKey: string): Uint8Array;
}

/** A client in a storm: what it was told, and what it still wants to say. */
export class StormClient {
  /** `sender text` of each message, in the order in which it was handed over. */
  readonly heard: string[] = [];
  /** Everything else that it was told, by type. */
  readonly told: string[] = [];
  readonly core: RelayClientCore;
  endpoint: Endpoint;
  readonly #world: StormSurroundings;
  #unsent: Uint8Array[] = [];
  #leaving = 0;
  #lastMessageId = 0;

  /** @param world Where it lives. @param core The core. @param endpoint Its address. */
  constructor(world: StormSurroundings, core: RelayClientCore, endpoint: Endpoint) {
    this.#world = world;
    this.core = core;
    this.endpoint = endpoint;
    this.#attach();
  }

  /** Moves it to another address, as a router does that forgot it. */
  move(endpoint: Endpoint): void {
    this.#world.network.detach(this.endpoint);
    this.endpoint = endpoint;
    this.#attach();
  }

  /** Says texts, one after the other, each when there is room for it. */
  say(texts: readonly string[]): void {
    this.sayBytes(texts.map((text) => new TextEncoder().encode(text)));
  }

  /** The same with bytes. */
  sayBytes(payloads: readonly Uint8Array[]): void {
    this.#unsent.push(...payloads);
    this.#sayMore();
  }

  /** Asks to be told when everything is acknowledged. */
  flush(): void {
    this.#perform(this.core.flush(this.#world.clock.now));
  }

  /** Leaves the relay. */
  leave(): void {
    this.#perform(this.core.close(this.#world.clock.now));
  }

  /** Takes no messages until `resume`. */
  pause(): void {
    this.core.pauseMessages();
  }

  /** Takes messages again. */
  resume(): void {
    this.#perform(this.core.resumeMessages(this.#world.clock.now));
  }

  /** Does what is due. */
  tickDue(): void {
    const { now } = this.#world.clock;
    if ((this.core.nextDeadlineMs() ?? Infinity) > now.monotonicMs) return;
    this.#perform(this.core.tick(now));
  }

  #attach(): void {
    this.#world.network.attach(this.endpoint, ({ datagram, from }) => {
      this.#perform(this.core.receive(datagram, from, this.#world.clock.now));
    });
  }

  /** As a loop with `await client.send(...)` does. */
  #sayMore(): void {
    while (this.#leaving === 0) {
      const payload = this.#unsent.shift();
      if (payload === undefined) return;
      this.#leaving++;
      this.#perform(this.core.send(++this.#lastMessageId, payload, this.#world.clock.now));
    }
  }

  #perform(effects: readonly ClientEffect[]): void {
    for (const effect of effects) this.#carryOut(effect);
  }

  #carryOut(effect: ClientEffect): void {
    const { clock, network } = this.#world;
    switch (effect.type) {
      case "send": {
        const { datagram, to } = effect;
        return network.send({ datagram, from: this.endpoint, to }, clock.now.monotonicMs);
      }
      case "seal_key": {
        const { jobId, fernetKey } = effect.job;
        const encryptedKey = this.#world.seal(fernetKey);
        const result = { outcome: "sealed", encryptedKey, fingerprint: undefined } as const;
        return this.#perform(this.core.keySealed(jobId, result, clock.now));
      }
      case "message_left":
        this.#leaving--;
        return this.#sayMore();
      case "message":
        this.heard.push(`${effect.sender} ${new TextDecoder().decode(effect.payload)}`);
        return;
      case "progress":
      case "joined":
      case "left":
        return;
      default:
        this.told.push(effect.type);
    }
  }
}
