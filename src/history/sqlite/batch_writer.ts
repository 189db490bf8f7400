import type { TlvTypes } from "../../wire/tlv_types.ts";
import type { HistoryLimits, HistoryNews, KeptMessage } from "../history.ts";
import { MessageEncoder } from "../message_encoder.ts";
import type { HistoryKey } from "./history_key.ts";
import type { MessageLedger } from "./message_ledger.ts";
import type { MessageTable } from "./message_table.ts";
import { sealMessage } from "./sealed_message.ts";
import type { WaitingMessage } from "./waiting_messages.ts";

/** Rows that one transaction takes out at most, so that none lasts long however much is too old. */
export const MAX_DELETED_ROWS = 2_048n;

/** What a `BatchWriter` is made of. */
export interface BatchWriterOptions {
  readonly types: TlvTypes;
  readonly limits: HistoryLimits;
  readonly key: HistoryKey;
  readonly table: MessageTable;
  /** What is in the file; not changed here. */
  readonly ledger: MessageLedger;
  /** The lowest number in the file, which may still hold what the ledger has forgotten. */
  readonly firstRow: bigint;
}

/** What a transaction has brought about. */
export interface WrittenBatch {
  /** One for each message of the batch, in order. */
  readonly news: readonly HistoryNews[];
  /** Those that were added. */
  readonly kept: readonly KeptMessage[];
  /** The oldest one that the bounds leave. */
  readonly oldest: bigint;
}

/** Writes messages to the file, several in one transaction, and takes out what is past the bounds. */
export class BatchWriter {
  readonly #limits: HistoryLimits;
  readonly #key: HistoryKey;
  readonly #table: MessageTable;
  readonly #ledger: MessageLedger;
  readonly #encoder: MessageEncoder;
  #firstRow: bigint;

  /** @param options Its parts. */
  constructor({ types, limits, key, table, ledger, firstRow }: BatchWriterOptions) {
    this.#limits = limits;
    this.#key = key;
    this.#table = table;
    this.#ledger = ledger;
    this.#encoder = new MessageEncoder(types);
    this.#firstRow = firstRow;
  }

  /** Whether the file holds what the ledger has forgotten. */
  get hasWaste(): boolean {
    return this.#firstRow < this.#ledger.oldest;
  }

  /**
   * Writes a batch. Either all of it is in the file afterwards, or nothing has changed.
   *
   * @param batch The messages; none to take out only what is past the bounds.
   * @throws What SQLite raises.
   */
  write(batch: readonly WaitingMessage[]): WrittenBatch {
    let firstRow = this.#firstRow;
    const written = this.#table.transact(() => {
      const kept: KeptMessage[] = [];
      const news = batch.map((waiting) => this.#add(waiting, kept));
      const added = kept.map(({ unixMs, plaintext }) => ({ unixMs, bytes: plaintext.byteLength }));
      const oldest = this.#ledger.oldestWithin(this.#limits, added);
      firstRow = this.#deleteBelow(oldest, this.#ledger.newest + BigInt(kept.length));
      return { news, kept, oldest };
    });
    this.#firstRow = firstRow;
    return written;
  }

  #add({ ticket, message }: WaitingMessage, kept: KeptMessage[]): HistoryNews {
    const sequence = this.#ledger.newest + BigInt(kept.length) + 1n;
    const encoded = this.#encoder.encode(message, sequence);
    const row = {
      sequence,
      unixMs: message.unixMs,
      bytes: encoded.plaintext.byteLength,
      id: message.instance === undefined ? undefined : this.#key.hashId(message.messageId),
      sealed: sealMessage(message, sequence, this.#key.fernet),
    };
    if (!this.#table.insert(row)) {
      const held = row.id && this.#table.sequenceOf(row.id);
      if (held !== undefined && held >= this.#ledger.oldest) {
        return { type: "duplicate", ticket, sequence: held };
      }
      // Forgotten, but not taken out yet.
      if (held !== undefined) this.#table.delete(held);
      this.#table.insert(row);
    }
    kept.push(encoded);
    return { type: "kept", message: encoded, ticket };
  }

  #deleteBelow(oldest: bigint, newest: bigint): bigint {
    if (oldest <= this.#firstRow) return this.#firstRow;
    const most = this.#firstRow + MAX_DELETED_ROWS;
    const firstRow = oldest < most ? oldest : most;
    this.#table.deleteBelow(firstRow);
    // The numbers go on after it, though no message is left to tell.
    if (firstRow > newest) this.#table.writeNewest(newest);
    return firstRow;
  }
}
