import type { FragmentNack } from "../wire/fragment_nack.ts";
import { sealFragments } from "./framing.ts";
import type { Instant } from "./instant.ts";
import type { LongMessage, RetainedMessages } from "./retained_messages.ts";

/** How often fragments of one message are sent again; a receiver asks no more often. */
export const MAX_REPAIRS = 5;

/** Fragments that wait to be sent again; what else a peer asks for meanwhile is passed over. */
export const MAX_QUEUED_REPAIRS = 1_024;

/** The fragments of a message that were made once more. */
interface MadeAgain {
  readonly message: LongMessage;
  readonly datagrams: readonly Uint8Array[];
}

/** The fragments of one outbox that peers ask for once more (PROTOCOL 1.6). */
export class FragmentRepairs {
  readonly #retained: RetainedMessages;
  readonly #budgetBytes: number;
  readonly #queue: Uint8Array[] = [];
  #madeAgain: MadeAgain | undefined;

  /** @param retained The messages of the outbox. @param budgetBytes Its datagram budget. */
  constructor(retained: RetainedMessages, budgetBytes: number) {
    this.#retained = retained;
    this.#budgetBytes = budgetBytes;
  }

  /** Fragments that wait. */
  get size(): number {
    return this.#queue.length;
  }

  /** Fragments that `push` takes. */
  get room(): number {
    return MAX_QUEUED_REPAIRS - this.#queue.length;
  }

  /** Takes the fragment that has waited longest. */
  shift(): Uint8Array | undefined {
    return this.#queue.shift();
  }

  /**
   * Queues datagrams.
   *
   * @param datagrams Kept, and not to be changed; those past `room` are passed over.
   * @returns How many were queued.
   */
  push(datagrams: readonly Uint8Array[]): number {
    const taken = datagrams.slice(0, this.room);
    this.#queue.push(...taken);
    return taken.length;
  }

  /** Queues fragments again; see `Outbox.repair`. */
  repair({ messageId, missing }: FragmentNack, now: Instant): number {
    this.#retained.forgetOld(now);
    const message = this.#retained.find(messageId);
    if (message === undefined || message.repairs >= MAX_REPAIRS || this.room === 0) return 0;
    const numbers = haveLeft(message, missing);
    if (numbers.length === 0) return 0;
    message.repairs++;
    return this.push(pick(sealFragments(message, this.#budgetBytes), numbers));
  }

  /** Makes fragments again and queues none; see `Outbox.fragmentsAgain`. */
  make({ messageId, missing }: FragmentNack, now: Instant): Uint8Array[] {
    this.#retained.forgetOld(now);
    const message = this.#retained.find(messageId);
    if (message === undefined) return [];
    const numbers = haveLeft(message, missing);
    if (numbers.length === 0) return [];
    if (this.#madeAgain?.message !== message) {
      this.#madeAgain = { message, datagrams: sealFragments(message, this.#budgetBytes) };
    }
    return pick(this.#madeAgain.datagrams, numbers);
  }
}

/** The fragments among those asked for that have left at least once. */
function haveLeft({ leftFragments }: LongMessage, numbers: readonly number[]): number[] {
  return [...new Set(numbers)].filter((number) => number < leftFragments);
}

function pick(datagrams: readonly Uint8Array[], numbers: readonly number[]): Uint8Array[] {
  return numbers.flatMap((number) => datagrams[number] ?? []);
}
