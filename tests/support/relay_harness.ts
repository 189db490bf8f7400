import { assert } from "@std/assert";
import { DROP_REASONS } from "../../src/observe/counters.ts";
import type { History } from "../../src/history/history.ts";
import { RelayCore } from "../../src/relay/relay_core.ts";
import type { RelayEffect } from "../../src/relay/relay_effects.ts";
import type { RelayOptions } from "../../src/relay/relay_options.ts";
import type { RemoteRoster } from "../../src/relay/other_relays.ts";
import type { RelayStatistics } from "../../src/relay/relay_statistics.ts";
import { type Endpoint, formatEndpoint } from "../../src/session/endpoint.ts";
import { FakeClock } from "./fake_clock.ts";
import { FakeRsaKey } from "./fake_rsa_key.ts";
import { HarnessClient } from "./harness_client.ts";
import { HISTORY_DEFAULTS, memoryHistory, RELAY_DEFAULTS } from "./relay_defaults.ts";
import { SeededRandom } from "./seeded_random.ts";

/** An effect that is not a datagram or an RSA job: what a shell would log or act on. */
export type ReportedEffect = Exclude<
  RelayEffect,
  { type: "send" | "send_to_group" | "decrypt_key" }
>;

/** An RSA job that the relay waits for. */
export type RsaJob = Extract<RelayEffect, { type: "decrypt_key" }>;

/** Someone at an address who gets datagrams, and who may want to act when time passes. */
export interface Participant {
  readonly endpoint: Endpoint;
  /** Takes a datagram of the relay. */
  accept(datagram: Uint8Array): void;
  /** Takes a datagram that the relay sent to the group by multicast. */
  acceptFromGroup?(datagram: Uint8Array): void;
  /** When `tick` wants to run, monotonic milliseconds. */
  nextDeadline?(): number | undefined;
  tick?(): void;
}

/** What a harness relay is like. */
export interface HarnessOptions extends Partial<RelayOptions> {
  /** Bounds of its history in memory. */
  readonly historyMessages?: number;
  readonly historyBytes?: number;
  /** Another history in place of that; the harness steps the core when `hearHistory` is called. */
  readonly history?: History;
  /** Who is at other relays of the cluster. */
  readonly remote?: RemoteRoster;
}

/** When the identity of a harness relay is to be renewed, unless a test says otherwise. */
export const HARNESS_RENEWAL_MS = 3_600_000;

/**
 * A `RelayCore` in a fake world: the harness is its shell, its clock, its RSA and its network.
 *
 * Datagrams take no time, and arrive in the order in which they were sent unless a test sends them
 * in another. Whatever a test does, the harness checks that no tick leaves its deadline behind.
 */
export class RelayHarness {
  readonly clock = new FakeClock();
  readonly random: SeededRandom;
  readonly core: RelayCore;
  rsaKey = new FakeRsaKey(1);
  /** Whether RSA jobs wait for `answerRsa`; otherwise each is answered at once. */
  holdsRsa = false;
  /** The RSA jobs that wait, oldest first. */
  rsaJobs: RsaJob[] = [];
  /** Loses a datagram, to the relay or from it, when it says so. */
  loses: (datagram: Uint8Array) => boolean = () => false;
  /** What the core had to report since the test looked last. */
  reported: ReportedEffect[] = [];
  /** What the relay sent to the group by multicast since the test looked last. */
  sentToGroup: Uint8Array[] = [];
  /** The most datagrams that one step of the core gave since the test looked last. */
  largestStep = 0;
  readonly #participants = new Map<string, Participant>();
  readonly #undelivered: (() => void)[] = [];
  readonly #randomBuffer = new Uint8Array(64);
  #isDelivering = false;
  #lastPort = 5_000;

  /** @param options What differs from the defaults of the settings. @param seed Of all randomness. */
  constructor(harnessOptions: HarnessOptions = {}, seed = 1) {
    this.random = new SeededRandom(seed);
    const { history, remote, historyMessages, historyBytes, ...options } = harnessOptions;
    const limits = {
      maxMessages: historyMessages ?? HISTORY_DEFAULTS.maxMessages,
      maxBytes: historyBytes ?? HISTORY_DEFAULTS.maxBytes,
    };
    const { serverKey, identity } = this.rsaKey;
    this.core = new RelayCore({
      options: {
        ...RELAY_DEFAULTS,
        rsaConcurrency: Infinity,
        cookieThreshold: Infinity,
        randomBytes: (count) => this.#randomBytes(count),
        ...options,
      },
      history: history ?? memoryHistory(limits),
      remote,
      serverKey,
      identity,
      renewIdentityAtMs: this.clock.now.monotonicMs + HARNESS_RENEWAL_MS,
    }, this.clock.now);
  }

  /** A client that has not registered, at a port of its own. */
  stranger(hostname = "127.0.0.1"): HarnessClient {
    return this.add(new HarnessClient(this, { hostname, port: ++this.#lastPort }));
  }

  /** A client that registers under a name. */
  join(name: string): HarnessClient {
    const client = this.stranger();
    client.registerAs(name);
    return client;
  }

  /** A client that registers under a name with reliable delivery. */
  joinReliable(name: string): HarnessClient {
    const client = this.stranger();
    client.registerReliable(name);
    return client;
  }

  /** A client that registers under a name with group delivery. */
  joinGroup(name: string): HarnessClient {
    const client = this.stranger();
    client.registerInGroup(name);
    return client;
  }

  /** Moves a client to another address; what goes to the former one is lost. */
  relocate(client: HarnessClient, hostname = "127.0.0.1"): void {
    this.#participants.delete(client.address);
    client.endpoint = { hostname, port: ++this.#lastPort };
    this.add(client);
  }

  /** Connects someone to the network, in place of whoever had the address. */
  add<T extends Participant>(participant: T): T {
    this.#participants.set(formatEndpoint(participant.endpoint), participant);
    return participant;
  }

  /** Carries a datagram to the relay. */
  send(datagram: Uint8Array, from: Endpoint): void {
    if (this.loses(datagram)) return;
    this.#deliver(() => {
      // As in a shell that has one receive buffer: what the core kept of it is no longer there.
      const buffer = datagram.slice();
      const effects = this.core.receive(buffer, from, this.clock.now);
      buffer.fill(0xee);
      this.carryOut(effects);
    });
  }

  /** Gives the relay a new RSA key, as `rotate_keys` does. */
  rotateKey(): void {
    this.rsaKey = new FakeRsaKey(this.rsaKey.serverKey.generation + 1);
    const { serverKey, identity } = this.rsaKey;
    const renewAtMs = this.clock.now.monotonicMs + HARNESS_RENEWAL_MS;
    this.core.setServerKey(serverKey, identity, renewAtMs);
  }

  /** Answers the RSA job that waits at `index`. */
  answerRsa(index = 0): void {
    const [job] = this.rsaJobs.splice(index, 1);
    assert(job !== undefined, "no RSA job waits there");
    this.#answer(job);
  }

  /** Does what the core asks for. */
  carryOut(effects: readonly RelayEffect[]): void {
    let datagrams = 0;
    for (const effect of effects) {
      if (effect.type === "send" || effect.type === "send_to_group") datagrams++;
      if (effect.type === "send") this.#carry(effect.datagram, effect.to);
      else if (effect.type === "send_to_group") this.#carryToGroup(effect.datagram);
      else if (effect.type !== "decrypt_key") this.reported.push(effect);
      else if (this.holdsRsa) this.rsaJobs.push(effect);
      else this.#deliver(() => this.#answer(effect));
    }
    this.largestStep = Math.max(this.largestStep, datagrams);
  }

  /** Lets the core take the news of its history. */
  hearHistory(): void {
    this.#deliver(() => this.carryOut(this.core.historyNews(this.clock.now)));
  }

  /** Lets the core do what is due. */
  tick(): void {
    const { now } = this.clock;
    this.#deliver(() => this.carryOut(this.core.tick(now)));
    const deadlineMs = this.core.nextDeadline();
    assert(deadlineMs === undefined || deadlineMs > now.monotonicMs, "a tick left its deadline");
  }

  /** Lets time pass, with a tick at each deadline on the way. */
  run(ms: number): void {
    const endMs = this.clock.now.monotonicMs + ms;
    for (;;) {
      const deadlineMs = this.#nextDeadline();
      if (deadlineMs > endMs) break;
      this.clock.advance(Math.max(0, deadlineMs - this.clock.now.monotonicMs));
      this.tick();
      this.#tickParticipants();
    }
    this.clock.advance(endMs - this.clock.now.monotonicMs);
  }

  /** Lets a second pass, so that all that was gathered or queued is sent, and forgets what came. */
  settle(...clients: readonly HarnessClient[]): void {
    this.run(1_000);
    for (const client of clients) client.forget();
    this.reported = [];
    this.sentToGroup = [];
    this.largestStep = 0;
  }

  /** One leaf of the statistics, by the names on the way to it with dots between. */
  stat(path: string): number {
    let value: number | RelayStatistics | undefined = this.core.statistics();
    for (const name of path.split(".")) {
      value = typeof value === "object" ? value[name] : undefined;
    }
    assert(typeof value === "number", `no statistic is named ${path}`);
    return value;
  }

  /** What was dropped so far, by reason; reasons without drops are left out. */
  drops(): Record<string, number> {
    const counted = DROP_REASONS.map((reason) => [reason, this.stat(`drops.${reason}`)] as const);
    return Object.fromEntries(counted.filter(([, count]) => count > 0));
  }

  /** Random bytes that are good until the next call, as those of the shell are. */
  #randomBytes(count: number): Uint8Array {
    this.#randomBuffer.set(this.random.bytes(count));
    return this.#randomBuffer.subarray(0, count);
  }

  #answer({ jobId, ciphertext, generation }: RsaJob): void {
    const isCurrent = generation === this.rsaKey.serverKey.generation;
    const plaintext = isCurrent ? this.rsaKey.decrypt(ciphertext) : undefined;
    this.carryOut(this.core.keyDecrypted(jobId, plaintext, this.clock.now));
  }

  #carry(datagram: Uint8Array, to: Endpoint): void {
    const participant = this.#participants.get(formatEndpoint(to));
    if (participant === undefined || this.loses(datagram)) return;
    this.#deliver(() => participant.accept(datagram));
  }

  #carryToGroup(datagram: Uint8Array): void {
    this.sentToGroup.push(datagram);
    if (this.loses(datagram)) return;
    for (const participant of this.#participants.values()) {
      this.#deliver(() => participant.acceptFromGroup?.(datagram));
    }
  }

  /** Does one thing after the other, also when the one brings about the other. */
  #deliver(step: () => void): void {
    this.#undelivered.push(step);
    if (this.#isDelivering) return;
    this.#isDelivering = true;
    try {
      for (let next = this.#undelivered.shift(); next; next = this.#undelivered.shift()) next();
    } finally {
      this.#isDelivering = false;
    }
  }

  #nextDeadline(): number {
    let deadlineMs = this.core.nextDeadline() ?? Infinity;
    for (const participant of this.#participants.values()) {
      deadlineMs = Math.min(deadlineMs, participant.nextDeadline?.() ?? Infinity);
    }
    return deadlineMs;
  }

  #tickParticipants(): void {
    const nowMs = this.clock.now.monotonicMs;
    for (const participant of this.#participants.values()) {
      if ((participant.nextDeadline?.() ?? Infinity) <= nowMs) participant.tick?.();
    }
  }
}
