import { EffectQueue } from "../session/effect_queue.ts";
import type { Endpoint } from "../session/endpoint.ts";
import { CLIENT_INSTANCE_BYTES } from "../wire/client_instance.ts";
import type { Replay } from "../wire/replay.ts";
import type { Instant } from "../session/instant.ts";
import { reassemblyLimits, ReassemblyPool } from "../wire/reassembly_pool.ts";
import { maxTokenBytes } from "../wire/token_size.ts";
import { ClientDrops } from "./client_drops.ts";
import type { ClientEffect } from "./client_effect.ts";
import type { MessageWay } from "./copy_memory.ts";
import { Flush } from "./flush.ts";
import { MessageSender } from "./message_sender.ts";
import { OrderedDelivery } from "./ordered_delivery.ts";
import type { RelayClientCoreOptions } from "./relay_client_core_options.ts";
import { type RelayedMessage, type SealedContent, SealedReader } from "./sealed_content.ts";

/** What the parts of the client core share, and what outlives a session with a relay. */
export class ClientState {
  readonly effects: EffectQueue<ClientEffect> = new EffectQueue();
  readonly drops: ClientDrops = new ClientDrops();
  readonly flush: Flush = new Flush();
  readonly sender: MessageSender;
  readonly ordered: OrderedDelivery;
  readonly pool: ReassemblyPool;
  readonly reader: SealedReader;
  /**
   * CLIENT_INSTANCE: by it relays know this client from session to session, and so a message that
   * it sends again. Only with reliable delivery is any sent again.
   */
  readonly instance: Uint8Array | undefined;
  #options: RelayClientCoreOptions;
  #replay: Replay | undefined;
  #lastJobId = 0;

  /** @param options Those of the client. @param now The moment. */
  constructor(options: RelayClientCoreOptions, now: Instant) {
    this.#options = options;
    this.#replay = options.reliable ? options.replay : undefined;
    this.instance = options.reliable ? options.randomBytes(CLIENT_INSTANCE_BYTES) : undefined;
    this.sender = new MessageSender(options.messageRate, now.monotonicMs);
    this.ordered = new OrderedDelivery(options.random);
    this.reader = new SealedReader(options.types);
    this.pool = new ReassemblyPool(
      reassemblyLimits(
        maxTokenBytes(options.maxMessageBytes),
        options.fragmentTimeoutMs,
        options.datagramBudgetBytes,
      ),
    );
  }

  /** What the client was told when it was made. */
  get options(): RelayClientCoreOptions {
    return this.#options;
  }

  /** What is asked for of the past; `undefined` when nothing is, or once a relay has answered that. */
  get replay(): Replay | undefined {
    return this.#replay;
  }

  /** Takes note of what a relay says to the wish for the past: after the first answer a series goes on. */
  answerReplay(replayFrom: bigint | undefined): void {
    if (this.#replay !== undefined && replayFrom === undefined) {
      this.effects.push({ type: "no_replay" });
    }
    this.#replay = undefined;
  }

  /** From now on asks no relay for group delivery, because it does not work here. */
  giveUpGroupDelivery(reason: string): void {
    this.#options = { ...this.#options, groupDelivery: false };
    this.effects.push({ type: "group_unavailable", reason });
  }

  /** A number for a job that no job had before. */
  nextJobId(): number {
    return ++this.#lastJobId;
  }

  /** Sends a datagram. */
  send(datagram: Uint8Array, to: Endpoint): void {
    this.effects.push({ type: "send", datagram, to });
  }

  /** Hands to the user what is meant for him, and counts what is meant for nobody. */
  deliver(content: SealedContent): void {
    switch (content.type) {
      case "message":
      case "joined":
      case "left":
      case "notice":
        return this.effects.push(content);
      case "malformed":
      case "unknown_tlv":
      case "unexpected":
        return this.drops.add(content.type);
    }
  }

  /**
   * Hands a message to the user when it is its turn.
   *
   * @returns Whether it is done with; if not, there is no room for it, and it is to come again.
   */
  deliverInOrder(message: RelayedMessage, nowMs: number): boolean {
    const fate = this.ordered.add(message, nowMs);
    if (fate !== "held") this.drops.add(fate);
    return fate !== "no_room";
  }

  /** Hands over numbered messages that are in order, no more than a reader can take at once. */
  handOver(nowMs: number): void {
    for (const event of this.ordered.release(nowMs)) this.effects.push(event);
  }

  /** Hands over all numbered messages that there are, because no more will come. */
  handOverAll(nowMs: number): void {
    for (const event of this.ordered.takeAll(nowMs)) this.effects.push(event);
  }

  /** Keeps a message until the session that it belongs to has begun. @returns As `deliverInOrder`. */
  keepEarly(message: RelayedMessage, way: MessageWay): boolean {
    const isKept = this.ordered.addEarly(message, way);
    if (!isKept) this.drops.add("no_room");
    return isKept;
  }
}
