import { concat } from "@std/bytes";
import { tryDecodeFragment } from "../../../src/wire/fragment.ts";

/** Messages that a receiver may have unfinished; of more, the oldest will never be finished. */
const MAX_UNFINISHED = 64;

interface Unfinished {
  readonly chunks: (Uint8Array | undefined)[];
  missing: number;
}

/**
 * Puts fragments together, as cheaply as it goes: what is lost is not asked for, since nothing
 * should be lost.
 *
 * @see PROTOCOL 1.6
 */
export class FragmentCollector {
  readonly #messages = new Map<number, Unfinished>();

  /**
   * Takes the value of a FRAGMENT.
   *
   * @param value Copied where kept.
   * @returns The token when this was its last missing fragment.
   */
  add(value: Uint8Array): Uint8Array | undefined {
    const fragment = tryDecodeFragment(value);
    if (fragment === undefined) return undefined;
    const { messageId, sequenceNumber, total, chunk } = fragment;
    const message = this.#messages.get(messageId) ?? this.#begin(messageId, total);
    if (sequenceNumber >= message.chunks.length) return undefined;
    if (message.chunks[sequenceNumber] !== undefined) return undefined;
    message.chunks[sequenceNumber] = chunk.slice();
    if (--message.missing > 0) return undefined;
    this.#messages.delete(messageId);
    return concat(message.chunks.filter((each) => each !== undefined));
  }

  #begin(messageId: number, total: number): Unfinished {
    const [oldest] = this.#messages.keys();
    if (this.#messages.size >= MAX_UNFINISHED && oldest !== undefined) {
      this.#messages.delete(oldest);
    }
    const message = { chunks: Array<undefined>(total).fill(undefined), missing: total };
    this.#messages.set(messageId, message);
    return message;
  }
}
