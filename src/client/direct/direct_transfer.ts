/** A piece of a message that goes as one wire message. */
export interface DirectPart {
  readonly transfer: DirectTransfer;
  /** Which part this is, from 0. */
  readonly number: number;
  /** A view of the message. */
  readonly payload: Uint8Array;
}

/** A message of the user on its way to the server: as one wire message, or cut into several. */
export class DirectTransfer {
  /** Names the message within the client. */
  readonly messageId: number;
  /** The whole message; not copied. */
  readonly payload: Uint8Array;
  /** What its parts have in common, 8 random bytes; `undefined` when it is not cut. */
  readonly transferId: Uint8Array<ArrayBuffer> | undefined;
  /** How many parts it has, 1 or more. */
  readonly partCount: number;
  readonly #partBytes: number;
  #takenParts = 0;
  #heardMs = -Infinity;
  #acknowledgedParts = 0;
  #acknowledgedBytes = 0;
  #toldBytes = -1;

  /**
   * Cuts a message.
   *
   * @param messageId Names it within the client.
   * @param payload The message; kept, and not to be changed before it is delivered or given up.
   * @param cutting Payload of all parts but the last, 1 or more, and what they have in common; left
   *   out for a message that goes as one.
   */
  constructor(
    messageId: number,
    payload: Uint8Array,
    cutting?: { readonly partBytes: number; readonly transferId: Uint8Array<ArrayBuffer> },
  ) {
    const partBytes = cutting?.partBytes ?? Math.max(1, payload.byteLength);
    this.messageId = messageId;
    this.payload = payload;
    this.transferId = cutting?.transferId;
    this.partCount = Math.max(1, Math.ceil(payload.byteLength / partBytes));
    this.#partBytes = partBytes;
  }

  /** Whether the server has acknowledged every part. */
  get isDelivered(): boolean {
    return this.#acknowledgedParts === this.partCount;
  }

  /** When the server was heard of it last, monotonic milliseconds; `-Infinity` if never. */
  get heardMs(): number {
    return this.#heardMs;
  }

  /** Takes note of an answer to any of its parts. */
  hear(nowMs: number): void {
    this.#heardMs = nowMs;
  }

  /** The next part, in order; `undefined` after the last. */
  takePart(): DirectPart | undefined {
    if (this.#takenParts === this.partCount) return undefined;
    const number = this.#takenParts++;
    const at = number * this.#partBytes;
    return { transfer: this, number, payload: this.payload.subarray(at, at + this.#partBytes) };
  }

  /** Takes note that a part was acknowledged. */
  acknowledge(part: DirectPart): void {
    this.#acknowledgedParts++;
    this.#acknowledgedBytes += part.payload.byteLength;
  }

  /**
   * Works out progress to be told.
   *
   * @param leftBytes Payload that has left in parts that are not acknowledged yet.
   * @returns How much has left, bytes; `undefined` when that is no more than was told before.
   */
  takeProgress(leftBytes: number): number | undefined {
    const sentBytes = this.#acknowledgedBytes + leftBytes;
    if (sentBytes <= this.#toldBytes) return undefined;
    this.#toldBytes = sentBytes;
    return sentBytes;
  }
}
