import { equals } from "@std/bytes";

const NUMBER_BYTES = 4;

/** Messages that tell which they are, so that who gets one knows when it was sent and that it is whole. */
export class NumberedMessages {
  readonly #filler: Uint8Array;
  readonly #sentAtMs: number[] = [];

  /** @param bytes Length of each, at least 4. */
  constructor(bytes: number) {
    this.#filler = Uint8Array.from({ length: bytes - NUMBER_BYTES }, (_, at) => (at * 151) & 0xff);
  }

  /** How many were sent. */
  get sent(): number {
    return this.#sentAtMs.length;
  }

  /** The next one, in a new array. */
  next(): Uint8Array<ArrayBuffer> {
    const payload = new Uint8Array(NUMBER_BYTES + this.#filler.byteLength);
    new DataView(payload.buffer).setUint32(0, this.sent);
    payload.set(this.#filler, NUMBER_BYTES);
    return payload;
  }

  /** Notes that the next one leaves. @param atMs Monotonic milliseconds. */
  leaves(atMs: number): void {
    this.#sentAtMs.push(atMs);
  }

  /** When a message left, monotonic milliseconds; `undefined` when it is none of these. */
  sentAtMs(payload: Uint8Array): number | undefined {
    if (payload.byteLength !== NUMBER_BYTES + this.#filler.byteLength) return undefined;
    if (!equals(payload.subarray(NUMBER_BYTES), this.#filler)) return undefined;
    const view = new DataView(payload.buffer, payload.byteOffset, payload.byteLength);
    return this.#sentAtMs[view.getUint32(0)];
  }
}
