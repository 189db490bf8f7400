import { Deque } from "../../session/deque.ts";

/** How much of a message is on its way or delivered. */
export interface DirectSendProgress {
  /** Bytes of the message that have left; it never falls, and ends at `totalBytes`. */
  readonly sentBytes: number;
  /** Bytes that the message has. */
  readonly totalBytes: number;
}

/** A message that waits for room. */
export interface WaitingSend {
  readonly messageId: number;
  readonly payload: Uint8Array;
}

interface PendingSend {
  readonly delivered: PromiseWithResolvers<void>;
  readonly onProgress: ((progress: DirectSendProgress) => void) | undefined;
}

/** Those who wait for messages to be delivered, or first for room to send them. */
export class DirectPendingSends {
  readonly #sends = new Map<number, PendingSend>();
  #waiting = new Deque<WaitingSend>();
  #lastMessageId = 0;

  /**
   * Begins to wait, behind all who wait for room already.
   *
   * @param payload The message; kept until `takeNext` gives it.
   * @param onProgress Told how much has left.
   * @returns Ends with `settle` or `fail`.
   */
  begin(payload: Uint8Array, onProgress: PendingSend["onProgress"]): Promise<void> {
    const messageId = ++this.#lastMessageId;
    const delivered = Promise.withResolvers<void>();
    this.#sends.set(messageId, { delivered, onProgress });
    this.#waiting.push({ messageId, payload });
    return delivered.promise;
  }

  /**
   * Takes the message that waited longest for room.
   *
   * @param hasRoomFor Whether there is room for so many bytes.
   * @returns `undefined` when none waits, or there is no room for it.
   */
  takeNext(hasRoomFor: (payloadBytes: number) => boolean): WaitingSend | undefined {
    const { first } = this.#waiting;
    if (first === undefined || !hasRoomFor(first.payload.byteLength)) return undefined;
    return this.#waiting.shift();
  }

  /** Tells how much of a message has left; when the listener throws, that ends the wait. */
  tellProgress(messageId: number, { sentBytes, totalBytes }: DirectSendProgress): void {
    try {
      this.#sends.get(messageId)?.onProgress?.({ sentBytes, totalBytes });
    } catch (error) {
      this.fail(messageId, error);
    }
  }

  /** Ends the wait for a message that is delivered. */
  settle(messageId: number): void {
    this.#take(messageId)?.delivered.resolve();
  }

  /** Ends the wait for a message with an error. */
  fail(messageId: number, error: unknown): void {
    this.#take(messageId)?.delivered.reject(error);
  }

  /** Ends every wait with an error. */
  failAll(error: unknown): void {
    this.#waiting = new Deque();
    for (const messageId of [...this.#sends.keys()]) this.fail(messageId, error);
  }

  #take(messageId: number): PendingSend | undefined {
    const send = this.#sends.get(messageId);
    this.#sends.delete(messageId);
    return send;
  }
}
