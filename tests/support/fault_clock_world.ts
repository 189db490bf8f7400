import { RelayClientCore } from "../../src/client/relay_client_core.ts";
import type { RelayClientCoreOptions } from "../../src/client/relay_client_core_options.ts";
import type { History } from "../../src/history/history.ts";
import { RelayCore } from "../../src/relay/relay_core.ts";
import type { RelayEffect } from "../../src/relay/relay_effects.ts";
import type { RelayOptions } from "../../src/relay/relay_options.ts";
import type { Instant } from "../../src/session/instant.ts";
import { RELAY, usualOptions } from "./client_world.ts";
import { FakeClock } from "./fake_clock.ts";
import { FakeNetwork } from "./fake_network.ts";
import { FakeRsaKey } from "./fake_rsa_key.ts";
import { memoryHistory, RELAY_DEFAULTS } from "./relay_defaults.ts";
import { SeededRandom } from "./seeded_random.ts";
import { StormClient } from "./storm_world.ts";

/** A clock that goes with another one, and whose wall clock can be set apart from that. */
export class ShiftedClock extends FakeClock {
  /** How far its wall clock is ahead of the other one, milliseconds. */
  shiftMs = 0;
  readonly #base: FakeClock;

  /** @param base The clock that it goes with. */
  constructor(base: FakeClock) {
    super();
    this.#base = base;
  }

  override get now(): Instant {
    const { monotonicMs, unixMs } = this.#base.now;
    return { monotonicMs, unixMs: unixMs + this.shiftMs };
  }
}

/** What a relay of a clock world reported: anything but datagrams and RSA jobs. */
export type Report = Exclude<RelayEffect, { type: "send" | "send_to_group" | "decrypt_key" }>;

/**
 * The real relay core and real client cores in virtual time, each with a wall clock of its own that a
 * test can set.
 */
export class ClockWorld {
  readonly clock = new FakeClock();
  /** That of the relay. */
  readonly relayClock = new ShiftedClock(this.clock);
  readonly random = new SeededRandom(1);
  readonly network = new FakeNetwork(this.random);
  readonly relay: RelayCore;
  /** What the relay reported, but for its clients' coming. */
  readonly reported: Report[] = [];
  readonly #clients: StormClient[] = [];
  readonly #rsaKey = new FakeRsaKey(1);
  #lastPort = 6_000;

  /** @param options What differs from the defaults of a relay. @param history Its history. */
  constructor(options: Partial<RelayOptions> = {}, history: History = memoryHistory()) {
    const { serverKey, identity } = this.#rsaKey;
    const randomBytes = (count: number) => this.random.bytes(count);
    this.relay = new RelayCore({
      options: { ...RELAY_DEFAULTS, randomBytes, ...options },
      history,
      serverKey,
      identity,
      renewIdentityAtMs: Infinity,
    }, this.relayClock.now);
    this.network.attach(RELAY, ({ datagram, from }) => {
      this.#carryOut(this.relay.receive(datagram, from, this.relayClock.now));
    });
  }

  /** How many clients the relay has. */
  get clients(): number {
    return this.relay.clients(this.relayClock.now).length;
  }

  /** Adds a client, with a clock of its own. */
  client(name: string, options: Partial<RelayClientCoreOptions> = {}): ClockedClient {
    const clock = new ShiftedClock(this.clock);
    const core = new RelayClientCore({
      ...usualOptions((count) => this.random.bytes(count)),
      name,
      ...options,
    }, clock.now);
    const endpoint = { hostname: "10.0.0.2", port: ++this.#lastPort };
    const seal = (fernetKey: string) =>
      this.#rsaKey.encrypt(new TextEncoder().encode(fernetKey), this.random);
    const client = new StormClient({ clock, network: this.network, seal }, core, endpoint);
    this.#clients.push(client);
    return { client, clock };
  }

  /** Lets time pass. */
  run(seconds: number): void {
    const endMs = this.clock.now.monotonicMs + seconds * 1000;
    for (let nextMs = this.#nextMs(); nextMs <= endMs; nextMs = this.#nextMs()) {
      this.clock.advance(Math.max(0, nextMs - this.clock.now.monotonicMs));
      this.#settle();
    }
    this.clock.advance(endMs - this.clock.now.monotonicMs);
  }

  #settle(): void {
    const nowMs = this.clock.now.monotonicMs;
    this.network.deliver(nowMs);
    if ((this.relay.nextDeadline() ?? Infinity) <= nowMs) {
      this.#carryOut(this.relay.tick(this.relayClock.now));
    }
    for (const client of this.#clients) client.tickDue();
  }

  #nextMs(): number {
    const deadlines = this.#clients.map(({ core }) => core.nextDeadlineMs() ?? Infinity);
    return Math.min(
      this.network.nextDeadlineMs(),
      this.relay.nextDeadline() ?? Infinity,
      ...deadlines,
    );
  }

  #carryOut(effects: readonly RelayEffect[]): void {
    for (const effect of effects) {
      if (effect.type === "send") {
        const { datagram, to } = effect;
        this.network.send({ datagram, from: RELAY, to }, this.clock.now.monotonicMs);
      } else if (effect.type === "decrypt_key") {
        const plaintext = this.#rsaKey.decrypt(effect.ciphertext);
        this.#carryOut(this.relay.keyDecrypted(effect.jobId, plaintext, this.relayClock.now));
      } else if (effect.type !== "send_to_group") this.reported.push(effect);
    }
  }
}

/** A client, and the clock that it has. */
export interface ClockedClient {
  readonly client: StormClient;
  readonly clock: ShiftedClock;
}
