import { DirectClientDrops } from "./direct_client_drops.ts";
import { DirectClientEffectQueue } from "./direct_client_effect.ts";
import type { DirectClientCoreOptions } from "./direct_client_core_options.ts";
import { DirectSilence } from "./direct_silence.ts";

/** What the parts of a direct client core share. */
export class DirectClientState {
  readonly options: DirectClientCoreOptions;
  readonly effects: DirectClientEffectQueue = new DirectClientEffectQueue();
  readonly drops: DirectClientDrops = new DirectClientDrops();
  readonly silence: DirectSilence = new DirectSilence();
  #lastJobId = 0;
  #nextMessageId: number;

  /** @param options Those of the client. */
  constructor(options: DirectClientCoreOptions) {
    this.options = options;
    // Not from 0: two clients, one after the other, can have the same address and port.
    this.#nextMessageId = new DataView(options.randomBytes(4).buffer).getUint32(0);
  }

  /** A number for a job that no job had before. */
  nextJobId(): number {
    return ++this.#lastJobId;
  }

  /** A message id (u32) that was not used for a long time. */
  nextMessageId(): number {
    const messageId = this.#nextMessageId;
    this.#nextMessageId = (messageId + 1) >>> 0;
    return messageId;
  }

  /** Sends a datagram to the server. */
  send(datagram: Uint8Array): void {
    this.effects.push({ type: "send", datagram });
  }
}
