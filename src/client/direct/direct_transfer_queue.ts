import type { DirectPart, DirectTransfer } from "./direct_transfer.ts";

/** Messages that wait or are under way; another one has to wait for room. */
export const MAX_QUEUED_MESSAGES = 256;

/** The messages of a client that are not delivered yet, in order, within bounds. */
export class DirectTransferQueue {
  readonly #maxBytes: number;
  // Keeps the order of insertion.
  readonly #transfers = new Set<DirectTransfer>();
  #bytes = 0;

  /** @param maxBytes Bytes that they may have together; a single one may have more. */
  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** How many there are. */
  get size(): number {
    return this.#transfers.size;
  }

  /** Whether one of so many bytes can be added within the bounds. */
  hasRoomFor(payloadBytes: number): boolean {
    return this.size === 0 ||
      (this.size < MAX_QUEUED_MESSAGES && this.#bytes + payloadBytes <= this.#maxBytes);
  }

  /** Adds one at the end; whether there is room is for the caller to ask. */
  add(transfer: DirectTransfer): void {
    this.#transfers.add(transfer);
    this.#bytes += transfer.payload.byteLength;
  }

  /** Takes one out, delivered or given up. */
  remove(transfer: DirectTransfer): void {
    if (this.#transfers.delete(transfer)) this.#bytes -= transfer.payload.byteLength;
  }

  /** The next part of the first message that has one left. */
  takePart(): DirectPart | undefined {
    for (const transfer of this.#transfers) {
      const part = transfer.takePart();
      if (part !== undefined) return part;
    }
    return undefined;
  }

  /** All of them, the oldest first. */
  [Symbol.iterator](): IterableIterator<DirectTransfer> {
    return this.#transfers.values();
  }
}
