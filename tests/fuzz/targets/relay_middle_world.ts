import { RelayClientCore } from "../../../src/client/relay_client_core.ts";
import type { RelayClientCoreOptions } from "../../../src/client/relay_client_core_options.ts";
import type { GroupDelivery } from "../../../src/relay/group_delivery.ts";
import { RelayCore } from "../../../src/relay/relay_core.ts";
import type { RelayEffect } from "../../../src/relay/relay_effects.ts";
import type { Endpoint } from "../../../src/session/endpoint.ts";
import { GroupEars } from "../../support/client_group_ears.ts";
import { GROUP_DELIVERY, RELAY, usualOptions } from "../../support/client_world.ts";
import { FakeClock } from "../../support/fake_clock.ts";
import { FakeNetwork } from "../../support/fake_network.ts";
import { FakeRsaKey } from "../../support/fake_rsa_key.ts";
import { memoryHistory, RELAY_DEFAULTS } from "../../support/relay_defaults.ts";
import { SeededRandom } from "../../support/seeded_random.ts";
import { WorldClient } from "../../support/world_client.ts";

/** How long a datagram is on its way, milliseconds. */
const DELAY_MS = 2;

/** Takes a datagram on its way, with what makes it arrive; it may arrive changed, or not at all. */
export type Passage = (
  datagram: Uint8Array,
  client: WorldClient,
  way: "up" | "down",
  arrive: (datagram: Uint8Array) => void,
) => void;

/** What one is told when it is made. */
export interface MiddleWorldOptions {
  readonly seed: number;
  readonly mode: GroupDelivery["mode"];
  readonly passage: Passage;
  /** Told the key that a client is about to register with. */
  readonly onKey: (client: Endpoint, fernetKey: string) => void;
}

/** The real relay core and real client cores, in virtual time, with a passage between them. */
export class MiddleWorld {
  readonly clock = new FakeClock();
  readonly random: SeededRandom;
  readonly relay: RelayCore;
  readonly clients: WorldClient[] = [];
  readonly #network: FakeNetwork;
  readonly #options: MiddleWorldOptions;
  readonly #ears = new GroupEars();
  readonly #rsaKey = new FakeRsaKey(1);
  /** Datagrams that clients have sent. */
  sentByClients = 0;

  /** @param options What it is made of. */
  constructor(options: MiddleWorldOptions) {
    this.#options = options;
    const { seed, mode } = options;
    this.random = new SeededRandom(seed);
    this.#network = new FakeNetwork(this.random, { minDelayMs: DELAY_MS });
    this.#network.isRecorded = false;
    const { serverKey, identity } = this.#rsaKey;
    this.relay = new RelayCore({
      options: {
        ...RELAY_DEFAULTS,
        groupDelivery: mode === "multicast" ? { mode, address: GROUP_DELIVERY } : { mode },
        randomBytes: (count) => this.random.bytes(count),
      },
      history: memoryHistory(),
      serverKey,
      identity,
      renewIdentityAtMs: Infinity,
    }, this.clock.now);
    this.#network.attach(RELAY, ({ datagram, from }) => {
      this.#perform(this.relay.receive(datagram, from, this.clock.now));
    });
  }

  /** Adds a client that begins to look for the relay. */
  client(options: Partial<RelayClientCoreOptions>): WorldClient {
    const endpoint = { hostname: "10.0.0.2", port: 6_000 + this.clients.length };
    const core = new RelayClientCore({
      ...usualOptions((count) => this.random.bytes(count)),
      timeoutMs: 60_000,
      ...options,
    }, this.clock.now);
    const client: WorldClient = new WorldClient(core, endpoint, {
      now: () => this.clock.now,
      send: (client, datagram, to) => this.#sendUp(client, datagram, to),
      joinGroup: (client, address) => this.#ears.join(this.#network, client, address),
      encrypt: (_pem, fernetKey) => {
        this.#options.onKey(endpoint, fernetKey);
        return this.#rsaKey.encrypt(new TextEncoder().encode(fernetKey), this.random);
      },
    });
    this.#network.attach(endpoint, ({ datagram, from }) => client.receive(datagram, from));
    this.clients.push(client);
    return client;
  }

  /** Has a datagram arrive at a client as if the relay had sent it. */
  arriveAt({ endpoint }: WorldClient, datagram: Uint8Array): void {
    this.#network.send({ datagram, from: RELAY, to: endpoint }, this.clock.now.monotonicMs);
  }

  /** Lets time pass, with everything that is due on the way. */
  run(ms: number): void {
    const endMs = this.clock.now.monotonicMs + ms;
    this.#settle();
    for (let nextMs = this.#nextMs(); nextMs <= endMs; nextMs = this.#nextMs()) {
      this.clock.advance(Math.max(0, nextMs - this.clock.now.monotonicMs));
      this.#settle();
    }
    this.clock.advance(endMs - this.clock.now.monotonicMs);
  }

  #sendUp(client: WorldClient, datagram: Uint8Array, to: Endpoint): void {
    this.sentByClients++;
    this.#options.passage(datagram, client, "up", (arriving) => {
      const { monotonicMs } = this.clock.now;
      this.#network.send({ datagram: arriving, from: client.endpoint, to }, monotonicMs);
    });
  }

  #perform(effects: readonly RelayEffect[]): void {
    for (const effect of effects) {
      if (effect.type === "send") this.#sendDown(effect.datagram, effect.to);
      if (effect.type === "send_to_group") this.#sendToGroup(effect.datagram);
      if (effect.type !== "decrypt_key") continue;
      const plaintext = this.#rsaKey.decrypt(effect.ciphertext);
      this.#perform(this.relay.keyDecrypted(effect.jobId, plaintext, this.clock.now));
    }
  }

  #sendDown(datagram: Uint8Array, to: Endpoint): void {
    const client = this.clients.find(({ endpoint }) => endpoint.port === to.port);
    if (client === undefined) return;
    this.#options.passage(datagram, client, "down", (arriving) => this.arriveAt(client, arriving));
  }

  /** What goes to the group comes to each at an address of his own, as he alone is tampered with. */
  #sendToGroup(datagram: Uint8Array): void {
    for (const client of this.clients) {
      const ear = this.#ears.earOf(client);
      if (ear === undefined) continue;
      this.#options.passage(datagram, client, "down", (arriving) => {
        const { monotonicMs } = this.clock.now;
        this.#network.send({ datagram: arriving, from: RELAY, to: ear }, monotonicMs);
      });
    }
  }

  #settle(): void {
    const { monotonicMs } = this.clock.now;
    this.#network.deliver(monotonicMs);
    if ((this.relay.nextDeadline() ?? Infinity) <= monotonicMs) {
      this.#perform(this.relay.tick(this.clock.now));
      if ((this.relay.nextDeadline() ?? Infinity) <= monotonicMs) {
        throw new Error("A tick of the relay left its deadline");
      }
    }
    for (const client of this.clients) {
      if ((client.core.nextDeadlineMs() ?? Infinity) <= monotonicMs) client.tick();
    }
  }

  #nextMs(): number {
    return Math.min(
      this.#network.nextDeadlineMs(),
      this.relay.nextDeadline() ?? Infinity,
      ...this.clients.map(({ core }) => core.nextDeadlineMs() ?? Infinity),
    );
  }
}
