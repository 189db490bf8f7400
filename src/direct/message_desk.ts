import type { Instant } from "../session/instant.ts";
import type { Answers } from "./answers.ts";
import type { DirectMessage } from "./direct_effects.ts";
import type { DirectState } from "./direct_state.ts";
import type { Opening } from "./opening.ts";

/** Hands messages to the user, and acknowledges them. */
export class MessageDesk {
  readonly #state: DirectState;
  readonly #answers: Answers;

  /** @param state What the parts of the core share. @param answers Who says ACK. */
  constructor(state: DirectState, answers: Answers) {
    this.#state = state;
    this.#answers = answers;
  }

  /**
   * Whether the user takes a message now. If not, it is dropped as if it had never come, so that its
   * client sends it again: what is acknowledged is not lost.
   */
  get hasRoom(): boolean {
    return this.#state.options.readerHasRoom();
  }

  /**
   * Hands a message over.
   *
   * @param opening The body that completed it.
   * @param message Its payload is given away.
   */
  handOver(
    { peer }: Opening,
    message: Pick<DirectMessage, "payload" | "signedBy" | "form">,
  ): void {
    const { counters, effects } = this.#state;
    const { byteLength } = message.payload;
    counters.messagesIn++;
    counters.messageBytesIn += byteLength;
    if (message.signedBy !== undefined) counters.messagesSigned++;
    if (message.form === "hybrid") counters.messagesHybrid++;
    peer.messagesIn++;
    peer.bytesIn += byteLength;
    const { address: sender, endpoint: from } = peer;
    effects.push({ type: "message", message: { sender, from, ...message } });
  }

  /** Acknowledges what was taken. */
  acknowledge(opening: Opening, now: Instant): void {
    this.#answers.acknowledge(opening, now);
  }

  /**
   * Answers a copy of a message that was taken: if it came from where the message came, its ACK may
   * have been lost.
   *
   * @param takenFrom Address that the message was taken from.
   */
  answerCopy(opening: Opening, takenFrom: string | undefined, now: Instant): void {
    this.#state.counters.drop("replayed");
    if (takenFrom === opening.peer.address) this.#answers.acknowledge(opening, now);
  }

  /** Forgets a body that came to nothing, so that its message is taken when it is sent again. */
  forget({ peer, origin }: Opening): void {
    if (origin.type === "fragments") peer.answered.forget(origin.messageId);
  }
}
