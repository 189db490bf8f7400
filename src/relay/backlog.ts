import type { Session } from "../session/session.ts";
import type { NumberedMessage } from "./intake_pool.ts";

/**
 * Messages of reliable sessions that may go on, but wait for a later step because there are too many
 * for one. Each session's stay in their order; the sessions take turns.
 */
export class Backlog {
  /** By session, the one whose turn it is first; then by CLIENT_SEQUENCE, in their order. */
  readonly #bySession = new Map<Session, Map<bigint, NumberedMessage>>();
  #bytes = 0;
  #size = 0;

  /** Whether nothing waits. */
  get isEmpty(): boolean {
    return this.#bySession.size === 0;
  }

  /** How many messages wait. */
  get size(): number {
    return this.#size;
  }

  /** Payload that waits, bytes. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Whether something of a session waits. */
  has(session: Session): boolean {
    return this.#bySession.has(session);
  }

  /** Whether the message of a session with this number waits. */
  holds(session: Session, sequence: bigint): boolean {
    return this.#bySession.get(session)?.has(sequence) === true;
  }

  /** Adds a message behind those of the same session; its payload is kept. */
  push(message: NumberedMessage): void {
    const { sender, sequence, payload } = message;
    let messages = this.#bySession.get(sender);
    if (messages === undefined) {
      messages = new Map();
      this.#bySession.set(sender, messages);
    }
    messages.set(sequence, message);
    this.#bytes += payload.byteLength;
    this.#size++;
  }

  /** Takes the next message of a session out. */
  takeOf(session: Session): NumberedMessage | undefined {
    const messages = this.#bySession.get(session);
    const [message] = messages?.values() ?? [];
    if (messages === undefined || message === undefined) return undefined;
    messages.delete(message.sequence);
    this.#bytes -= message.payload.byteLength;
    this.#size--;
    if (messages.size === 0) this.#bySession.delete(session);
    return message;
  }

  /** Takes a message out of the session whose turn it is. */
  take(): NumberedMessage | undefined {
    const [session] = this.#bySession.keys();
    if (session === undefined) return undefined;
    const message = this.takeOf(session);
    const rest = this.#bySession.get(session);
    if (rest !== undefined) {
      this.#bySession.delete(session);
      this.#bySession.set(session, rest);
    }
    return message;
  }

  /** Forgets what waits of a session. */
  forget(session: Session): void {
    for (const { payload } of this.#bySession.get(session)?.values() ?? []) {
      this.#bytes -= payload.byteLength;
      this.#size--;
    }
    this.#bySession.delete(session);
  }
}
