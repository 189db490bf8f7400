import type { Session } from "../session/session.ts";

/** A message that one of our clients said, on its way into the history. */
export interface Submission {
  readonly sender: Session;
  /** Its CLIENT_SEQUENCE; 0 when it has none. */
  readonly clientSequence: bigint;
}

/** The messages of our clients that the history has taken, and has yet to say what became of them. */
export class Submissions {
  readonly #byTicket = new Map<number, Submission>();
  readonly #numbers = new Map<Session, Set<bigint>>();
  readonly #counts = new Map<Session, number>();

  /** Takes note of a message, by the ticket that the history gave for it. */
  add(ticket: number, submission: Submission): void {
    const { sender, clientSequence } = submission;
    this.#byTicket.set(ticket, submission);
    this.#counts.set(sender, (this.#counts.get(sender) ?? 0) + 1);
    if (clientSequence === 0n) return;
    const numbers = this.#numbers.get(sender);
    if (numbers === undefined) this.#numbers.set(sender, new Set([clientSequence]));
    else numbers.add(clientSequence);
  }

  /** Takes a message out; `undefined` when the ticket is unknown. */
  take(ticket: number): Submission | undefined {
    const submission = this.#byTicket.get(ticket);
    if (submission === undefined) return undefined;
    this.#byTicket.delete(ticket);
    const { sender, clientSequence } = submission;
    const count = (this.#counts.get(sender) ?? 0) - 1;
    if (count > 0) this.#counts.set(sender, count);
    else this.#counts.delete(sender);
    const numbers = this.#numbers.get(sender);
    numbers?.delete(clientSequence);
    if (numbers?.size === 0) this.#numbers.delete(sender);
    return submission;
  }

  /** Whether anything of a session is on its way. */
  has(sender: Session): boolean {
    return this.#counts.has(sender);
  }

  /** Whether the message of a session with this CLIENT_SEQUENCE is on its way. */
  holds(sender: Session, clientSequence: bigint): boolean {
    return this.#numbers.get(sender)?.has(clientSequence) === true;
  }
}
