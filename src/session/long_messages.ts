import { FragmentRepairs } from "./fragment_repairs.ts";
import { RetainedMessages } from "./retained_messages.ts";

/** What making messages again takes. */
export interface LongMessagesOptions {
  /** UDP payload that each datagram may have, bytes. */
  readonly budgetBytes: number;
  /** Gives `count` unpredictable bytes; good until the next call. */
  readonly randomBytes: (count: number) => Uint8Array;
}

/** The long messages of one outbox, and what of them is to be sent again. */
export class LongMessages {
  readonly retained: RetainedMessages;
  readonly repairs: FragmentRepairs;

  /** @param options Those of the outbox. */
  constructor({ randomBytes, budgetBytes }: LongMessagesOptions) {
    this.retained = new RetainedMessages(randomBytes);
    this.repairs = new FragmentRepairs(this.retained, budgetBytes);
  }
}
