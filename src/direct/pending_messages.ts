import { DirectServerError, type DirectServerErrorCode } from "./direct_server_error.ts";
import type { SendRefusal } from "./outgoing.ts";

const REFUSALS: Readonly<Record<SendRefusal, readonly [DirectServerErrorCode, string]>> = {
  no_such_client: ["NO_SUCH_CLIENT", "it has sent no key, or was forgotten"],
  too_large: ["MESSAGE_TOO_LARGE", "it needs more than 255 fragments"],
  reads_as_answer: ["READS_AS_ANSWER", "a client that uses no hybrid messages takes it for an ACK"],
  overloaded: ["SEND_QUEUE_FULL", "too many messages wait"],
};

/** Those who wait for messages to leave. */
export class PendingMessages {
  readonly #waiting = new Map<number, PromiseWithResolvers<void>>();
  #lastSendId = 0;

  /** Begins to wait. @returns A new id, and the promise that ends with one of the other methods. */
  begin(): { readonly sendId: number; readonly left: Promise<void> } {
    const sendId = ++this.#lastSendId;
    const left = Promise.withResolvers<void>();
    this.#waiting.set(sendId, left);
    return { sendId, left: left.promise };
  }

  /** Ends the wait for a message that has left. */
  settle(sendId: number): void {
    this.#take(sendId)?.resolve();
  }

  /** Ends the wait for a message that was refused. @param id Whom it was for. */
  refuse(sendId: number, refusal: SendRefusal, id: string): void {
    const [code, reason] = REFUSALS[refusal];
    this.#take(sendId)?.reject(new DirectServerError(code, `Cannot send to ${id}: ${reason}`));
  }

  /** Ends the wait for a message that could not be encrypted, or found no room to wait in. */
  fail(sendId: number): void {
    const message = "Cannot send: the message could not be encrypted, or too many wait";
    this.#take(sendId)?.reject(new DirectServerError("SEND_FAILED", message));
  }

  /** Ends every wait with an error. */
  failAll(error: unknown): void {
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
  }

  #take(sendId: number): PromiseWithResolvers<void> | undefined {
    const waiting = this.#waiting.get(sendId);
    this.#waiting.delete(sendId);
    return waiting;
  }
}
