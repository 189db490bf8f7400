import { isSameEndpoint } from "../../src/client/discovery.ts";
import { RelayClientCore } from "../../src/client/relay_client_core.ts";
import type { RelayClientCoreOptions } from "../../src/client/relay_client_core_options.ts";
import type { GroupDelivery } from "../../src/relay/group_delivery.ts";
import { RelayCore } from "../../src/relay/relay_core.ts";
import type { RelayEffect } from "../../src/relay/relay_effects.ts";
import type { Endpoint } from "../../src/session/endpoint.ts";
import { GroupEars } from "./client_group_ears.ts";
import { GROUP_DELIVERY, RELAY, usualOptions } from "./client_world.ts";
import { FakeClock } from "./fake_clock.ts";
import { FakeNetwork, type NetworkConditions } from "./fake_network.ts";
import { FakeRsaKey } from "./fake_rsa_key.ts";
import { memoryHistory, RELAY_DEFAULTS } from "./relay_defaults.ts";
import { SeededRandom } from "./seeded_random.ts";
import { WorldClient } from "./world_client.ts";

/** A message as a client was told it. */
export interface HeardMessage {
  /** `sender text`. */
  readonly line: string;
  /** The relay's number. */
  readonly sequence: bigint;
}

/** A client in a group storm, with all that it was told. */
export class GroupStormClient {
  /** The messages, in the order in which they were handed over. */
  readonly heard: HeardMessage[] = [];
  /** The types of everything else. */
  readonly told: string[] = [];

  /** @param name Its client name. @param client The client. */
  constructor(readonly name: string, readonly client: WorldClient) {}

  /** Whether it is in. */
  get isIn(): boolean {
    return this.client.core.state === "registered";
  }

  /** Notes what it was told since the last call. */
  listen(): void {
    for (const event of this.client.told()) {
      if (event.type !== "message") this.told.push(event.type);
      else {
        const line = `${event.sender} ${new TextDecoder().decode(event.payload)}`;
        this.heard.push({ line, sequence: event.relaySequence ?? 0n });
      }
    }
  }
}

/** What a group storm is made of. */
export interface GroupStormOptions {
  /** Of all randomness. */
  readonly seed: number;
  /** How the network treats datagrams, both ways. */
  readonly conditions: NetworkConditions;
  readonly mode: GroupDelivery["mode"];
}

/** The real relay core with group delivery, and real client cores, in virtual time. */
export class GroupStorm {
  readonly clock = new FakeClock();
  readonly random: SeededRandom;
  readonly network: FakeNetwork;
  readonly relay: RelayCore;
  readonly clients: GroupStormClient[] = [];
  readonly #ears = new GroupEars();
  readonly #rsaKey = new FakeRsaKey(1);
  #lastPort = 6_000;

  /** @param options What it is made of. */
  constructor({ seed, conditions, mode }: GroupStormOptions) {
    this.random = new SeededRandom(seed);
    this.network = new FakeNetwork(this.random, conditions);
    this.network.isRecorded = false;
    const { serverKey, identity } = this.#rsaKey;
    const groupDelivery = mode === "multicast" ? { mode, address: GROUP_DELIVERY } : { mode };
    this.relay = new RelayCore({
      options: {
        ...RELAY_DEFAULTS,
        groupDelivery,
        randomBytes: (count) => this.random.bytes(count),
      },
      history: memoryHistory(),
      serverKey,
      identity,
      renewIdentityAtMs: Infinity,
    }, this.clock.now);
    this.network.attach(RELAY, ({ datagram, from }) => {
      this.perform(this.relay.receive(datagram, from, this.clock.now));
    });
  }

  /** Adds a client that begins to look for the relay. */
  client(name: string, options: Partial<RelayClientCoreOptions>): GroupStormClient {
    const endpoint = { hostname: "10.0.0.2", port: ++this.#lastPort };
    const core = new RelayClientCore({
      ...usualOptions((count) => this.random.bytes(count)),
      name,
      timeoutMs: 60_000,
      ...options,
    }, this.clock.now);
    const client = new WorldClient(core, endpoint, {
      now: () => this.clock.now,
      send: ({ endpoint: from }, datagram, to) => {
        this.network.send({ datagram, from, to }, this.clock.now.monotonicMs);
      },
      joinGroup: (client, address) => this.#ears.join(this.network, client, address),
      encrypt: (_pem, fernetKey) =>
        this.#rsaKey.encrypt(new TextEncoder().encode(fernetKey), this.random),
    });
    this.network.attach(endpoint, ({ datagram, from }) => client.receive(datagram, from));
    const stormClient = new GroupStormClient(name, client);
    this.clients.push(stormClient);
    return stormClient;
  }

  /** Whether an address is the one where what goes to the group comes to a client. */
  isEarOf({ client }: GroupStormClient, endpoint: Endpoint): boolean {
    const ear = this.#ears.earOf(client);
    return ear !== undefined && isSameEndpoint(ear, endpoint);
  }

  /** Does what the relay asks for. */
  perform(effects: readonly RelayEffect[] | undefined): void {
    for (const effect of effects ?? []) {
      if (effect.type === "send") this.#send(effect.datagram, effect.to);
      if (effect.type === "send_to_group") {
        for (const ear of this.#ears.of(GROUP_DELIVERY)) this.#send(effect.datagram, ear);
      }
      if (effect.type !== "decrypt_key") continue;
      const plaintext = this.#rsaKey.decrypt(effect.ciphertext);
      this.perform(this.relay.keyDecrypted(effect.jobId, plaintext, this.clock.now));
    }
  }

  /** Lets time pass. */
  run(ms: number): void {
    const endMs = this.clock.now.monotonicMs + ms;
    this.runUntil(() => false, ms);
    this.clock.advance(endMs - this.clock.now.monotonicMs);
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

  #send(datagram: Uint8Array, to: Endpoint): void {
    this.network.send({ datagram, from: RELAY, to }, this.clock.now.monotonicMs);
  }

  #settle(): void {
    const { monotonicMs } = this.clock.now;
    this.network.deliver(monotonicMs);
    if ((this.relay.nextDeadline() ?? Infinity) <= monotonicMs) {
      this.perform(this.relay.tick(this.clock.now));
    }
    for (const { client } of this.clients) {
      if ((client.core.nextDeadlineMs() ?? Infinity) <= monotonicMs) client.tick();
    }
    for (const client of this.clients) client.listen();
  }

  #nextMs(): number {
    return Math.min(
      this.network.nextDeadlineMs(),
      this.relay.nextDeadline() ?? Infinity,
      ...this.clients.map(({ client }) => client.core.nextDeadlineMs() ?? Infinity),
    );
  }
}
