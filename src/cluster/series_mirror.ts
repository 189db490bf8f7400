import type { HistoryLimits, KeptMessage } from "../history/history.ts";
import { MessageEncoder } from "../history/message_encoder.ts";
import { RecentMessages } from "../history/recent_messages.ts";
import type { TlvTypes } from "../wire/tlv_types.ts";
import type { ClusterKeys } from "./cluster_keys.ts";
import { openSaid } from "./said_seal.ts";
import type { FedMessage } from "./stream_feed.ts";

/** What became of a message of the stream. */
export type Taken =
  | { readonly taken: "kept"; readonly message: KeptMessage }
  /** It can't be opened, or is a copy of one that is held. */
  | { readonly taken: "passed"; readonly why: "foreign" | "copy" }
  /** It is authentic, but its maker's clock and that of NATS differ too much. */
  | { readonly taken: "untimely"; readonly messageId: string; readonly aheadSeconds: number };

/** What a `SeriesMirror` is made of. */
export interface SeriesMirrorOptions {
  /** Names the series, 8 bytes. */
  readonly seriesId: Uint8Array;
  /** The number before the first message that it gets. */
  readonly newest: bigint;
  readonly keys: ClusterKeys;
  readonly types: TlvTypes;
  readonly limits: HistoryLimits;
}

/** The messages of one series as they stand in the stream, opened, in memory. */
export class SeriesMirror {
  /** Names the series, 8 bytes. */
  readonly seriesId: Uint8Array;
  /** What it holds. */
  readonly recent: RecentMessages;
  readonly #keys: ClusterKeys;
  readonly #encoder: MessageEncoder;

  /** @param options Its parts. */
  constructor({ seriesId, newest, keys, types, limits }: SeriesMirrorOptions) {
    this.seriesId = seriesId;
    this.recent = new RecentMessages(limits, newest);
    this.#keys = keys;
    this.#encoder = new MessageEncoder(types);
  }

  /** Takes the next message. */
  take(fed: FedMessage): Taken {
    const opened = openSaid(this.#keys, fed);
    if (opened.type === "message" && !this.#isCopy(opened.message.messageId)) {
      const message = this.#encoder.encode(opened.message, fed.sequence);
      this.recent.add(message);
      return { taken: "kept", message };
    }
    this.recent.pass(fed.sequence);
    if (opened.type === "message") return { taken: "passed", why: "copy" };
    if (opened.type === "foreign") return { taken: "passed", why: "foreign" };
    const { messageId, aheadSeconds } = opened;
    return { taken: "untimely", messageId, aheadSeconds };
  }

  /** Ids of all that it holds, also of those that `sequenceOf` does not find. */
  messageIds(): Set<string> {
    const ids = new Set<string>();
    for (let sequence = this.recent.oldest; sequence <= this.recent.newest; sequence++) {
      const message = this.recent.find(sequence);
      if (message !== undefined) ids.add(message.messageId);
    }
    return ids;
  }

  /** The id of a message of the stream; `undefined` when it can't be opened. */
  messageIdOf(fed: FedMessage): string | undefined {
    const opened = openSaid(this.#keys, fed);
    return opened.type === "message" ? opened.message.messageId : undefined;
  }

  /**
   * Whether a message under a number that was there before is another one than it was. What is not held
   * can't be told from what was there.
   */
  contradicts(fed: FedMessage): boolean {
    const held = this.recent.find(fed.sequence);
    if (held === undefined) return false;
    return this.messageIdOf(fed) !== held.messageId;
  }

  #isCopy(messageId: string): boolean {
    return this.recent.sequenceOf(messageId) !== undefined;
  }
}
