import { IntakePool, type NumberedMessage } from "../../src/relay/intake_pool.ts";
import { OrderedIntake } from "../../src/relay/ordered_intake.ts";
import { fakeSession } from "./fake_session.ts";

/** The ordered intake of one session, in a pool with room for others. */
export class IntakeFixture {
  readonly pool = new IntakePool();
  readonly sender = fakeSession();
  readonly intake = this.another();

  /** Another intake in the same pool. */
  another(): OrderedIntake {
    return new OrderedIntake(this.pool, this.sender);
  }

  /** Takes a message, in another intake when one is given. Returns the numbers of those that go on. */
  take(sequence: bigint, { bytes = 1, nowMs = 0, intake = this.intake } = {}): bigint[] {
    const payload = new Uint8Array(bytes);
    const message = { sender: this.sender, sequence, messageId: "", isRepeated: false, payload };
    return numbersOf(intake.take(sequence, message, nowMs));
  }

  /** Takes a number without a message. Returns the numbers of the messages that go on. */
  takeBare(sequence: bigint, nowMs = 0): bigint[] {
    return numbersOf(this.intake.take(sequence, undefined, nowMs));
  }
}

/** The numbers of messages. */
export function numbersOf(messages: readonly NumberedMessage[]): bigint[] {
  return messages.map(({ sequence }) => sequence);
}
