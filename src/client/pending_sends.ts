/** How much of a message has left. */
export interface SendProgress {
  /** Datagrams that have left. */
  readonly sentDatagrams: number;
  /** Datagrams that the message has. */
  readonly totalDatagrams: number;
}

/** How a message is sent. */
export interface SendOptions {
  /** Told how much has left, each time that more has. */
  readonly onProgress?: (progress: SendProgress) => void;
}

interface PendingSend {
  readonly left: PromiseWithResolvers<void>;
  readonly onProgress: ((progress: SendProgress) => void) | undefined;
}

/** Those who wait for messages to leave, and for flushes. */
export class PendingSends {
  readonly #sends = new Map<number, PendingSend>();
  #flushes: PromiseWithResolvers<void>[] = [];
  #lastMessageId = 0;

  /**
   * Begins to wait for a message.
   *
   * @param onProgress Told how much has left.
   * @returns A new message id, and the promise that ends with `settle` or `fail`.
   */
  begin(onProgress: PendingSend["onProgress"]): { messageId: number; left: Promise<void> } {
    const messageId = ++this.#lastMessageId;
    const left = Promise.withResolvers<void>();
    this.#sends.set(messageId, { left, onProgress });
    return { messageId, left: left.promise };
  }

  /** Tells how much of a message has left; when the listener throws, that ends the wait. */
  tellProgress(messageId: number, { sentDatagrams, totalDatagrams }: SendProgress): void {
    try {
      this.#sends.get(messageId)?.onProgress?.({ sentDatagrams, totalDatagrams });
    } catch (error) {
      this.fail(messageId, error);
    }
  }

  /** Ends the wait for a message that has left. */
  settle(messageId: number): void {
    this.#take(messageId)?.left.resolve();
  }

  /** Ends the wait for a message with an error. */
  fail(messageId: number, error: unknown): void {
    this.#take(messageId)?.left.reject(error);
  }

  /** Begins to wait for a flush. */
  beginFlush(): Promise<void> {
    const flush = Promise.withResolvers<void>();
    this.#flushes.push(flush);
    return flush.promise;
  }

  /** Ends the wait for all flushes. */
  endFlush(): void {
    for (const { resolve } of this.#flushes.splice(0)) resolve();
  }

  /** Ends the wait for all flushes with an error. */
  failFlush(error: unknown): void {
    for (const { reject } of this.#flushes.splice(0)) reject(error);
  }

  /** Ends every wait with an error. */
  failAll(error: unknown): void {
    for (const messageId of [...this.#sends.keys()]) this.fail(messageId, error);
    this.failFlush(error);
  }

  #take(messageId: number): PendingSend | undefined {
    const send = this.#sends.get(messageId);
    this.#sends.delete(messageId);
    return send;
  }
}
