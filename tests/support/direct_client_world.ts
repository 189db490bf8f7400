import { assert, assertExists } from "@std/assert";
import { DirectClientCore } from "../../src/client/direct/direct_client_core.ts";
import type { DirectClientCoreOptions } from "../../src/client/direct/direct_client_core_options.ts";
import type {
  DirectClientEffect,
  DirectRsaJob,
} from "../../src/client/direct/direct_client_effect.ts";
import type { DirectClientError } from "../../src/client/direct/direct_client_error.ts";
import { decodeSpkiPem } from "../../src/crypto/spki_pem.ts";
import type { Endpoint } from "../../src/session/endpoint.ts";
import { DirectPeer } from "./direct_client_peer.ts";
import { DirectFakeKey } from "./direct_fake_key.ts";
import { FakeClock } from "./fake_clock.ts";
import { FakeNetwork, type SentPacket } from "./fake_network.ts";
import { SeededRandom } from "./seeded_random.ts";

/** Address of the server in a direct world. */
export const SERVER: Endpoint = { hostname: "10.0.0.1", port: 47_710 };

/** Address of the client. */
export const CLIENT: Endpoint = { hostname: "10.0.0.2", port: 5_000 };

/** Jitter is left out, so that a test can tell to the millisecond when something is due. */
const NO_JITTER = 0.5;

/** An effect that tells something, and asks for nothing. */
export type ToldEffect = Exclude<DirectClientEffect, DirectRsaJob | { type: "send" }>;

/** How a world differs from others. */
export interface DirectWorldOptions extends Partial<DirectClientCoreOptions> {
  readonly seed?: number;
  /** Length of the server's modulus; 512 by default. */
  readonly serverModulusBytes?: number;
  /** Length of the client's modulus; 256 by default. */
  readonly clientModulusBytes?: number;
}

/** A direct client core and a peer in virtual time, on a fake network, with fake RSA. */
export class DirectWorld {
  readonly clock = new FakeClock();
  readonly random: SeededRandom;
  readonly network: FakeNetwork;
  readonly core: DirectClientCore;
  readonly clientKey: DirectFakeKey;
  /** The one that answers at `SERVER`. */
  peer: DirectPeer;
  /** Whether jobs wait in `jobs` and are not done. */
  holdsJobs = false;
  readonly jobs: DirectRsaJob[] = [];
  /** Every job that was asked for. */
  readonly asked: DirectRsaJob[] = [];
  /** Everything that the client told, in order. */
  readonly told: ToldEffect[] = [];
  readonly #keys = new Map<string, DirectFakeKey>();
  #lastMessageId = 0;

  /** @param options How it differs from others. */
  constructor(options: DirectWorldOptions = {}) {
    const { seed = 1, serverModulusBytes = 512, clientModulusBytes = 256, ...rest } = options;
    this.random = new SeededRandom(seed);
    this.network = new FakeNetwork(this.random);
    this.clientKey = this.newKey(clientModulusBytes);
    this.peer = this.startPeer(this.newKey(serverModulusBytes));
    this.core = new DirectClientCore({
      server: SERVER,
      serverKey: undefined,
      ownKey: { pem: this.clientKey.pem, modulusBytes: clientModulusBytes },
      isSigning: false,
      form: "hybrid",
      timeoutMs: 10_000,
      maxFragmentBytes: 1_194,
      maxMessageBytes: 64 * 1024 * 1024,
      randomBytes: (count) => this.random.bytes(count),
      random: () => NO_JITTER,
      ...rest,
    }, this.clock.now);
    this.network.attach(CLIENT, ({ datagram, from }) => this.give(datagram, from));
  }

  /** A world whose client is connected. */
  static connected(options: DirectWorldOptions = {}): DirectWorld {
    const world = new DirectWorld(options);
    world.run(10);
    assert(world.core.state === "connected", `the client is ${world.core.state}`);
    return world;
  }

  /** Makes a key that everyone in this world can read from its PEM. */
  newKey(modulusBytes: number): DirectFakeKey {
    const key = new DirectFakeKey(this.random, modulusBytes);
    this.#keys.set(key.der.toHex(), key);
    return key;
  }

  /** Puts a new peer, which remembers nothing, at the server's address. */
  startPeer(key: DirectFakeKey): DirectPeer {
    const peer = new DirectPeer({
      key,
      random: this.random,
      clock: this.clock,
      send: (datagram, to) => this.#send(datagram, SERVER, to),
      keyOf: (pem) => this.#keyOf(decodeSpkiPem(new TextDecoder().decode(pem))),
    });
    this.peer = peer;
    this.network.attach(SERVER, ({ datagram, from }) => peer.receive(datagram, from));
    return peer;
  }

  /** Hands a datagram to the client. */
  give(datagram: Uint8Array, from: Endpoint = SERVER): void {
    this.#perform(this.core.receive(datagram, from, this.clock.now));
  }

  /** Hands a body for the client over, encrypted with its key as anyone could. */
  giveSealed(plaintext: Uint8Array | string): void {
    const bytes = typeof plaintext === "string" ? new TextEncoder().encode(plaintext) : plaintext;
    this.give(this.clientKey.seal(bytes));
  }

  /** Sends a message. Returns its id. */
  send(payload: Uint8Array | string): number {
    const bytes = typeof payload === "string" ? new TextEncoder().encode(payload) : payload;
    const messageId = ++this.#lastMessageId;
    this.#perform(this.core.send(messageId, bytes, this.clock.now));
    return messageId;
  }

  /** Does a job that was held back. */
  doJob(job: DirectRsaJob): void {
    this.#perform(this.#resultOf(job));
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

  /** What the client told of one type. */
  toldOf<T extends ToldEffect["type"]>(type: T): Extract<ToldEffect, { type: T }>[] {
    return this.told.filter((effect): effect is Extract<ToldEffect, { type: T }> =>
      effect.type === type
    );
  }

  /** The messages that are delivered, by id. */
  get delivered(): number[] {
    return this.toldOf("delivered").map(({ messageId }) => messageId);
  }

  /** Why the client, or all that it was sending, failed. */
  failure(): DirectClientError {
    const failed = this.toldOf("failed")[0] ?? this.toldOf("all_sends_failed")[0];
    assertExists(failed, "the client has not failed");
    return failed.error;
  }

  /** What the client sent, lost datagrams included. */
  get sent(): SentPacket[] {
    return this.network.sent.filter(({ from }) => from === CLIENT);
  }

  #perform(effects: readonly DirectClientEffect[]): void {
    const jobs: DirectRsaJob[] = [];
    for (const effect of effects) {
      switch (effect.type) {
        case "send":
          this.#send(effect.datagram, CLIENT, SERVER);
          break;
        case "import_key":
        case "encrypt_blocks":
        case "sign":
        case "decrypt_block":
          jobs.push(effect);
          break;
        default:
          this.told.push(effect);
      }
    }
    // After everything else, as a shell would: RSA takes time.
    this.asked.push(...jobs);
    if (this.holdsJobs) this.jobs.push(...jobs);
    else for (const job of jobs) this.doJob(job);
  }

  #resultOf(job: DirectRsaJob): DirectClientEffect[] {
    const { now } = this.clock;
    switch (job.type) {
      case "import_key": {
        const key = this.#keyOf(job.der);
        return this.core.keyImported(
          job.jobId,
          key === undefined
            ? { outcome: "unusable", reason: "it is no RSA key" }
            : { outcome: "usable", key },
          now,
        );
      }
      case "encrypt_blocks": {
        const key = this.#keyOf(job.key.der);
        assertExists(key);
        const blocks = job.plaintexts.map((plaintext) => key.seal(plaintext));
        return this.core.blocksEncrypted(job.jobId, blocks, now);
      }
      case "sign":
        return this.core.signed(job.jobId, this.clientKey.sign(job.data), now);
      case "decrypt_block":
        return this.core.blockDecrypted(job.jobId, this.clientKey.open(job.block), now);
      default:
        return job satisfies never;
    }
  }

  #keyOf(der: Uint8Array | undefined): DirectFakeKey | undefined {
    return der && this.#keys.get(der.toHex());
  }

  #send(datagram: Uint8Array, from: Endpoint, to: Endpoint): void {
    this.network.send({ datagram, from, to }, this.clock.now.monotonicMs);
  }

  #settle(): void {
    const nowMs = this.clock.now.monotonicMs;
    do {
      this.network.deliver(nowMs);
      this.peer.tick();
      this.#perform(this.core.tick(this.clock.now));
    } while (this.network.nextDeadlineMs() <= nowMs);
    const deadlineMs = this.core.nextDeadlineMs() ?? Infinity;
    assert(deadlineMs > nowMs, "a tick left its deadline");
  }

  #nextMs(): number {
    return Math.min(
      this.network.nextDeadlineMs(),
      this.peer.nextDeadlineMs(),
      this.core.nextDeadlineMs() ?? Infinity,
    );
  }
}
