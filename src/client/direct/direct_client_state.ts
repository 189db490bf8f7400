import { EffectQueue } from "../../session/effect_queue.ts";
import { MessageIds } from "../../session/message_ids.ts";
import { DirectClientDrops } from "./direct_client_drops.ts";
import type { DirectClientEffect } from "./direct_client_effect.ts";
import type { DirectClientCoreOptions } from "./direct_client_core_options.ts";
import { DirectSilence } from "./direct_silence.ts";

/** What the parts of a direct client core share. */
export class DirectClientState {
  readonly options: DirectClientCoreOptions;
  readonly effects: EffectQueue<DirectClientEffect> = new EffectQueue();
  readonly drops: DirectClientDrops = new DirectClientDrops();
  readonly silence: DirectSilence = new DirectSilence();
  #lastJobId = 0;
  readonly #messageIds: MessageIds;

  /** @param options Those of the client. */
  constructor(options: DirectClientCoreOptions) {
    this.options = options;
    this.#messageIds = new MessageIds(options.randomBytes(4));
  }

  /** A number for a job that no job had before. */
  nextJobId(): number {
    return ++this.#lastJobId;
  }

  /** A message id (u32) that was not used for a long time. */
  nextMessageId(): number {
    return this.#messageIds.take();
  }

  /** Sends a datagram to the server. */
  send(datagram: Uint8Array): void {
    this.effects.push({ type: "send", datagram });
  }
}
