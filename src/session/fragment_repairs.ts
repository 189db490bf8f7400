import type { FragmentNack } from "../wire/fragment_nack.ts";
import { fragmentCount, sealFragments } from "./framing.ts";
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

/** What waits: a fragment that is made, or fragments of a message that are still to be made. */
type Waiting =
  | { readonly state: "made"; readonly datagram: Uint8Array }
  | { readonly state: "asked"; readonly message: LongMessage; numbers: readonly number[] };

/**
 * The fragments of one outbox that peers ask for once more (PROTOCOL 1.6).
 *
 * They are made when their turn comes: a whole message has to be sealed for a single one, and many
 * peers may ask within a moment.
 */
export class FragmentRepairs {
  readonly #retained: RetainedMessages;
  readonly #budgetBytes: number;
  readonly #waiting: Waiting[] = [];
  #size = 0;
  /** Of the message whose turn it is; they leave before what waits. */
  #made: Uint8Array[] = [];
  #madeAgain: MadeAgain | undefined;

  /** @param retained The messages of the outbox. @param budgetBytes Its datagram budget. */
  constructor(retained: RetainedMessages, budgetBytes: number) {
    this.#retained = retained;
    this.#budgetBytes = budgetBytes;
  }

  /** Fragments that wait. */
  get size(): number {
    return this.#size;
  }

  /** Fragments that `push` takes. */
  get room(): number {
    return MAX_QUEUED_REPAIRS - this.#size;
  }

  /** Plaintext that the next `shift` seals, bytes. */
  get nextSealBytes(): number {
    if (this.#made.length > 0) return 0;
    const [next] = this.#waiting;
    return next?.state === "asked" ? next.message.plaintext.byteLength : 0;
  }

  /** Takes the fragment that has waited longest. */
  shift(): Uint8Array | undefined {
    if (this.#made.length === 0) this.#makeNext();
    const datagram = this.#made.shift();
    if (datagram !== undefined) this.#size--;
    return datagram;
  }

  /**
   * Queues datagrams.
   *
   * @param datagrams Kept, and not to be changed; those past `room` are passed over.
   * @returns How many were queued.
   */
  push(datagrams: readonly Uint8Array[]): number {
    const taken = datagrams.slice(0, this.room);
    for (const datagram of taken) this.#waiting.push({ state: "made", datagram });
    this.#size += taken.length;
    return taken.length;
  }

  /** Queues fragments again; see `Outbox.repair`. */
  repair({ messageId, missing }: FragmentNack, now: Instant): number {
    this.#retained.forgetOld(now);
    const message = this.#retained.find(messageId);
    if (message === undefined) return 0;
    const asked = this.#askedOf(message);
    if (asked === undefined && message.repairs >= MAX_REPAIRS) return 0;
    const fragments = fragmentCount(
      message.framing,
      message.plaintext.byteLength,
      this.#budgetBytes,
    );
    const waiting = new Set(asked?.numbers);
    const numbers = haveLeft(message, missing)
      .filter((number) => number < fragments && !waiting.has(number))
      .slice(0, this.room);
    if (numbers.length === 0) return 0;
    this.#size += numbers.length;
    if (asked !== undefined) asked.numbers = [...asked.numbers, ...numbers];
    else {
      message.repairs++;
      this.#waiting.push({ state: "asked", message, numbers });
    }
    return numbers.length;
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

  /** What is asked of a message whose turn has not come. */
  #askedOf(message: LongMessage): Extract<Waiting, { state: "asked" }> | undefined {
    return this.#waiting.filter((waiting) => waiting.state === "asked")
      .find((waiting) => waiting.message === message);
  }

  #makeNext(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#made = [];
    else if (next.state === "made") this.#made = [next.datagram];
    else this.#made = pick(sealFragments(next.message, this.#budgetBytes), next.numbers);
  }
}

/** The fragments among those asked for that have left at least once. */
function haveLeft({ leftFragments }: LongMessage, numbers: readonly number[]): number[] {
  return [...new Set(numbers)].filter((number) => number < leftFragments);
}

function pick(datagrams: readonly Uint8Array[], numbers: readonly number[]): Uint8Array[] {
  return numbers.flatMap((number) => datagrams[number] ?? []);
}
