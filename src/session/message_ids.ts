/**
 * Message ids for fragments: a random one, and then one after the other. Not from 0: two runs, one
 * after the other, can have the same address and port.
 */
export class MessageIds {
  #next: number;

  /** @param random 4 unpredictable bytes; not kept. */
  constructor(random: Uint8Array) {
    this.#next = new DataView(random.buffer, random.byteOffset, random.byteLength).getUint32(0);
  }

  /** An id, u32, that was not given for the last 2^32 times. */
  take(): number {
    const messageId = this.#next;
    this.#next = (messageId + 1) >>> 0;
    return messageId;
  }
}
