import { DirectCounters } from "../observe/direct_counters.ts";
import { EffectQueue } from "../session/effect_queue.ts";
import type { Endpoint } from "../session/endpoint.ts";
import type { Instant } from "../session/instant.ts";
import { LongAnswers } from "../session/long_answers.ts";
import { directReassemblyLimits, type DirectReassemblyOptions } from "../wire/direct_reassembly.ts";
import { ReassemblyPool } from "../wire/reassembly_pool.ts";
import { maxTokenBytes } from "../wire/token_size.ts";
import type { DirectEffect } from "./direct_effects.ts";
import type { DirectOptions } from "./direct_options.ts";
import { PeerTable } from "./peer_table.ts";
import { maxBlockPlaintextBytes } from "../crypto/plaintext_blocks.ts";
import { WorkQueue } from "./work_queue.ts";

/** Unfinished messages held for clients and for strangers: 64 MiB of fragments together. */
export const CLIENT_FRAGMENT_BOUNDS = { maxTotalBytes: 48 * 1024 * 1024, maxMessages: 65_536 };
export const STRANGER_FRAGMENT_BOUNDS = { maxTotalBytes: 16 * 1024 * 1024, maxMessages: 16_384 };

/** What the parts of the direct core share. */
export class DirectState {
  readonly options: DirectOptions;
  readonly effects: EffectQueue<DirectEffect> = new EffectQueue();
  readonly counters: DirectCounters = new DirectCounters();
  readonly work: WorkQueue = new WorkQueue();
  readonly longAnswers: LongAnswers;
  readonly clientPool: ReassemblyPool;
  readonly strangerPool: ReassemblyPool;
  readonly peers: PeerTable;
  #lastJobId = 0;

  /** @param options What the shell read from the settings. @param now The moment. */
  constructor(options: DirectOptions, now: Instant) {
    this.options = options;
    this.longAnswers = new LongAnswers(now.monotonicMs);
    this.clientPool = createPool(options, CLIENT_FRAGMENT_BOUNDS);
    this.strangerPool = createPool(options, STRANGER_FRAGMENT_BOUNDS);
    this.peers = new PeerTable({
      maxClients: options.maxClients,
      clientTimeoutMs: options.clientTimeoutMs,
      clientPool: this.clientPool,
      strangerPool: this.strangerPool,
    });
  }

  /** A new number for work that the shell does. */
  nextJobId(): number {
    return ++this.#lastJobId;
  }

  /** Has a datagram sent. */
  send(datagram: Uint8Array, to: Endpoint): void {
    this.counters.datagramsOut++;
    this.counters.bytesOut += datagram.byteLength;
    this.effects.push({ type: "send", datagram, to });
  }
}

/**
 * The longest body that a message needs, in whichever form it is longer.
 *
 * @param maxMessageBytes `max_message`.
 * @param modulusBytes Length of an RSA block.
 */
export function maxBodyBytes(maxMessageBytes: number, modulusBytes: number): number {
  const blocks = Math.max(1, Math.ceil(maxMessageBytes / maxBlockPlaintextBytes(modulusBytes)));
  return Math.max(blocks * modulusBytes, modulusBytes + maxTokenBytes(maxMessageBytes));
}

function createPool(
  { maxMessageBytes, serverKey, fragmentTimeoutMs }: DirectOptions,
  bounds: Pick<DirectReassemblyOptions, "maxTotalBytes" | "maxMessages">,
): ReassemblyPool {
  return new ReassemblyPool(directReassemblyLimits({
    ...bounds,
    maxBodyBytes: maxBodyBytes(maxMessageBytes, serverKey.modulusBytes),
    timeoutMs: fragmentTimeoutMs,
  }));
}
