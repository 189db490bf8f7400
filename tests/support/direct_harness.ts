import { assert, assertInstanceOf } from "@std/assert";
import { sha256 } from "../../src/crypto/sha256.ts";
import { decodeSpkiPem } from "../../src/crypto/spki_pem.ts";
import { DirectCore } from "../../src/direct/direct_core.ts";
import type { DirectEffect, DirectMessage } from "../../src/direct/direct_effects.ts";
import type { DirectOptions } from "../../src/direct/direct_options.ts";
import type { DirectStatistics } from "../../src/direct/direct_statistics.ts";
import { DIRECT_DROP_REASONS } from "../../src/observe/direct_counters.ts";
import { type Endpoint, formatEndpoint } from "../../src/session/endpoint.ts";
import { DEFAULT_TLV_TYPES } from "../../src/wire/tlv_types.ts";
import { DirectFakeKey } from "./direct_fake_key.ts";
import { DirectScriptedClient } from "./direct_scripted_client.ts";
import { FakeClock } from "./fake_clock.ts";
import { SeededRandom } from "./seeded_random.ts";

/** An RSA operation that a direct core waits for. */
export type DirectRsaJob = Extract<DirectEffect, { readonly jobId: number }>;

/** An effect that is no datagram, message or RSA operation: what a shell would log or act on. */
export type ReportedDirectEffect = Exclude<
  DirectEffect,
  DirectRsaJob | { readonly type: "send" | "message" }
>;

/** How long the blocks of the server's key are, unless a test says otherwise: those of 4096 bits. */
export const SERVER_MODULUS_BYTES = 512;

/** What every core of a harness is told, unless a test says otherwise. */
const DEFAULTS = {
  types: DEFAULT_TLV_TYPES,
  clientTimeoutMs: 3_600_000,
  fragmentTimeoutMs: 10_000,
  maxMessageAgeSeconds: 60,
  maxMessageBytes: 1024 * 1024,
  maxTransferBytes: 64 * 1024 * 1024,
  maxClients: 10_000,
  maxFragmentBytes: 490,
  rsaConcurrency: 1,
  notBeforeUnixSeconds: 0,
} as const;

/** Ticks without end at one moment, one after the other, would be a fault. */
const MAX_TICKS_AT_ONCE = 10_000;

/** What differs between one harness and another. */
export interface DirectHarnessOptions extends Partial<DirectOptions> {
  /** Length of the blocks of the server's fake key. */
  readonly serverModulusBytes?: number;
  readonly seed?: number;
}

/**
 * A `DirectCore` in a fake world: the harness is its shell, its clock, its RSA and its network.
 *
 * Datagrams take no time. Whatever a test does, the harness checks that no tick leaves its deadline
 * behind, and that the core keeps nothing of a receive buffer.
 */
export class DirectHarness {
  readonly clock = new FakeClock();
  readonly random: SeededRandom;
  readonly key: DirectFakeKey;
  core: DirectCore;
  /** RSA operations of these types wait in `jobs`; all others are done at once. */
  readonly held = new Set<DirectRsaJob["type"]>();
  /** The operations that wait, oldest first. */
  jobs: DirectRsaJob[] = [];
  /** Whether the reader of the messages takes one more. */
  readerHasRoom = true;
  /** The messages that were handed over since the test looked last. */
  messages: DirectMessage[] = [];
  /** What the core had to report since the test looked last. */
  reported: ReportedDirectEffect[] = [];
  /** Gets every datagram of the server, instead of the clients, when a test puts something here. */
  carry: ((datagram: Uint8Array, to: Endpoint) => void) | undefined;
  readonly #options: DirectHarnessOptions;
  readonly #keys = new Map<string, DirectFakeKey>();
  readonly #clients = new Map<string, DirectScriptedClient>();
  readonly #randomBuffer = new Uint8Array(32);
  readonly #undone: (() => void)[] = [];
  #isDoing = false;
  #lastPort = 5_000;

  /** @param options What differs from the defaults. */
  constructor(options: DirectHarnessOptions = {}) {
    const { seed = 1, serverModulusBytes = SERVER_MODULUS_BYTES } = options;
    this.#options = options;
    this.random = new SeededRandom(seed);
    this.key = this.newKey(serverModulusBytes);
    this.core = this.#start();
  }

  /** Puts a new core, which remembers nothing, in the place of the one that was. */
  restart(options: DirectHarnessOptions = {}): void {
    this.jobs = [];
    this.core = this.#start(options);
  }

  /** Makes a key that everyone in this world can read from its PEM. */
  newKey(modulusBytes: number): DirectFakeKey {
    const key = new DirectFakeKey(this.random, modulusBytes);
    this.#keys.set(key.der.toHex(), key);
    return key;
  }

  /** Someone whose key the server does not know, at a port of its own. */
  stranger(hostname = "127.0.0.1", modulusBytes = 256): DirectScriptedClient {
    const endpoint = { hostname, port: ++this.#lastPort };
    const client = new DirectScriptedClient(this, endpoint, this.newKey(modulusBytes));
    this.#clients.set(client.address, client);
    return client;
  }

  /** Someone whose key the server keeps. */
  client(hostname?: string, modulusBytes?: number): DirectScriptedClient {
    const client = this.stranger(hostname, modulusBytes);
    client.sendKey();
    this.reported = [];
    return client;
  }

  /** Carries a datagram to the server. */
  send(datagram: Uint8Array, from: Endpoint): void {
    this.#inOrder(() => {
      // As in a shell that has one receive buffer: what the core kept of it is no longer there.
      const buffer = datagram.slice();
      const effects = this.core.receive(buffer, from, this.clock.now);
      buffer.fill(0xee);
      this.carryOut(effects);
    });
  }

  /** Does what the core asks for. */
  carryOut(effects: readonly DirectEffect[]): void {
    for (const effect of effects) {
      if (effect.type === "send") this.#carry(effect.datagram, effect.to);
      else if (effect.type === "message") this.messages.push(effect.message);
      else if (!("jobId" in effect)) this.reported.push(effect);
      else if (this.held.has(effect.type)) this.jobs.push(effect);
      else this.#inOrder(() => this.#do(effect));
    }
  }

  /** Does the operation that waits at `index`. */
  doJob(index = 0): void {
    const [job] = this.jobs.splice(index, 1);
    assert(job !== undefined, "no RSA operation waits there");
    this.#inOrder(() => this.#do(job));
  }

  /** Does all operations that wait, and those that they bring about. */
  doJobs(): void {
    while (this.jobs.length > 0) this.doJob();
  }

  /** Lets the core do what is due. */
  tick(): void {
    const { now } = this.clock;
    for (let ticks = 0; ticks < MAX_TICKS_AT_ONCE; ticks++) {
      this.#inOrder(() => this.carryOut(this.core.tick(now)));
      if ((this.core.nextDeadline() ?? Infinity) > now.monotonicMs) return;
      // What takes long is done in several steps, and in no other case may a tick leave anything.
      assert(this.core.nextDeadline() === 0, "a tick left its deadline");
    }
    assert(false, "ticks come without end");
  }

  /** Lets time pass, with a tick at each deadline on the way. */
  run(ms: number): void {
    const endMs = this.clock.now.monotonicMs + ms;
    for (;;) {
      const deadlineMs = this.core.nextDeadline() ?? Infinity;
      if (deadlineMs > endMs) break;
      this.clock.advance(Math.max(0, deadlineMs - this.clock.now.monotonicMs));
      this.tick();
    }
    this.clock.advance(endMs - this.clock.now.monotonicMs);
  }

  /** The texts of the messages that were handed over since the last call. */
  texts(): string[] {
    const texts = this.messages.map(({ payload }) => new TextDecoder().decode(payload));
    this.messages = [];
    return texts;
  }

  /** One leaf of the statistics, by the names on the way to it with dots between. */
  stat(path: string): number {
    let value: number | DirectStatistics | undefined = this.core.statistics();
    for (const name of path.split(".")) {
      value = typeof value === "object" ? value[name] : undefined;
    }
    assert(typeof value === "number", `no statistic is named ${path}`);
    return value;
  }

  /** What was dropped so far, by reason; reasons without drops are left out. */
  drops(): Record<string, number> {
    const counted = DIRECT_DROP_REASONS.map((reason) =>
      [reason, this.stat(`drops.${reason}`)] as const
    );
    return Object.fromEntries(counted.filter(([, count]) => count > 0));
  }

  #start(options: DirectHarnessOptions = {}): DirectCore {
    const { pem, der, modulusBytes } = this.key;
    return new DirectCore({
      ...DEFAULTS,
      randomBytes: (count) => this.#randomBytes(count),
      readerHasRoom: () => this.readerHasRoom,
      serverKey: { pem, digest: sha256(der), modulusBytes },
      ...this.#options,
      ...options,
    }, this.clock.now);
  }

  /** Random bytes that are good until the next call, as those of the shell are. */
  #randomBytes(count: number): Uint8Array {
    this.#randomBuffer.set(this.random.bytes(count));
    return this.#randomBuffer.subarray(0, count);
  }

  #do(job: DirectRsaJob): void {
    const { now } = this.clock;
    const { core } = this;
    switch (job.type) {
      case "import_key": {
        const der = decodeSpkiPem(new TextDecoder().decode(job.pem));
        const key = der && this.#keys.get(der.toHex());
        return this.carryOut(
          core.keyImported(job.jobId, key ?? { refused: "Cannot read RSA key: no such key" }, now),
        );
      }
      case "decrypt_block":
        return this.carryOut(core.blockDecrypted(job.jobId, this.key.open(job.block), now));
      case "encrypt_blocks": {
        const { key, plaintexts } = job;
        assertInstanceOf(key, DirectFakeKey);
        const blocks = plaintexts.map((plaintext) => key.seal(plaintext));
        return this.carryOut(core.blocksEncrypted(job.jobId, blocks, now));
      }
      case "verify_signature": {
        const { key, signature, signedBytes } = job;
        assertInstanceOf(key, DirectFakeKey);
        const isValid = key.hasSigned(signature, signedBytes);
        return this.carryOut(core.signatureVerified(job.jobId, isValid, now));
      }
      default:
        return job satisfies never;
    }
  }

  #carry(datagram: Uint8Array, to: Endpoint): void {
    if (this.carry !== undefined) this.carry(datagram, to);
    else this.#clients.get(formatEndpoint(to))?.accept(datagram);
  }

  /** Does one thing after the other, also when the one brings about the other. */
  #inOrder(step: () => void): void {
    this.#undone.push(step);
    if (this.#isDoing) return;
    this.#isDoing = true;
    try {
      for (let next = this.#undone.shift(); next; next = this.#undone.shift()) next();
    } finally {
      this.#isDoing = false;
    }
  }
}
