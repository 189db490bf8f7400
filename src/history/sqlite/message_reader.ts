import type { EventLogger } from "../../observe/event_logger.ts";
import type { TlvTypes } from "../../wire/tlv_types.ts";
import type { KeptMessage } from "../history.ts";
import { MessageEncoder } from "../message_encoder.ts";
import type { HistoryKey } from "./history_key.ts";
import type { MessageTable } from "./message_table.ts";
import { unsealMessage } from "./sealed_message.ts";
import { isSqliteError } from "./sqlite_error.ts";

/** What a `MessageReader` is made of. */
export interface MessageReaderOptions {
  readonly types: TlvTypes;
  readonly key: HistoryKey;
  readonly table: MessageTable;
  /** Named in the log. */
  readonly path: string;
  readonly logger: EventLogger;
}

/**
 * Reads messages back from the file. What can't be read, whatever the reason, is as good as not
 * there: its clients are told that it is lost.
 */
export class MessageReader {
  readonly #options: MessageReaderOptions;
  readonly #encoder: MessageEncoder;
  #unreadable = 0;

  /** @param options Its parts. */
  constructor(options: MessageReaderOptions) {
    this.#options = options;
    this.#encoder = new MessageEncoder(options.types);
  }

  /** How often a message should have been there and could not be read. */
  get unreadable(): number {
    return this.#unreadable;
  }

  /** The message with a number, anew. */
  read(sequence: bigint): KeptMessage | undefined {
    const { key, table } = this.#options;
    const row = this.#try(() => table.read(sequence));
    const message = row && unsealMessage(row.sealed, sequence, key.fernet);
    if (row === undefined || message === undefined) {
      this.#takeNote(sequence);
      return undefined;
    }
    return this.#encoder.encode({ ...message, unixMs: row.unixMs }, sequence);
  }

  /** The number under which a message id stands in the file. */
  sequenceOf(messageId: string): bigint | undefined {
    const { key, table } = this.#options;
    return this.#try(() => table.sequenceOf(key.hashId(messageId)));
  }

  #try<T>(read: () => T): T | undefined {
    try {
      return read();
    } catch (error) {
      if (isSqliteError(error)) return undefined;
      throw error;
    }
  }

  /** In the log once alone: when one is unreadable, thousands may be. */
  #takeNote(sequence: bigint): void {
    if (this.#unreadable++ > 0) return;
    const { logger, path } = this.#options;
    logger.warn("kept message is unreadable", { path, relay_sequence: sequence });
  }
}
