import type { DeliveryFault, DeliveryTally } from "./delivery_fault.ts";
import { HeardNumbers } from "./heard_numbers.ts";
import { SenderAccount } from "./sender_account.ts";

/** Cases that are kept as examples, of those certain and of those lost each. */
const MAX_FAULTS_TOLD = 20;

const FORMER_RECEIVER = "someone who left";

/** How a ledger is kept. */
export interface DeliveryLedgerOptions {
  /** Told of each fault that is certain at once; what is lost shows only in the tally. */
  readonly onFault?: (fault: DeliveryFault) => void;
}

/** One life of a receiver. */
interface ReceiverAccount {
  /** What it heard, by sender; those that were heard at all. */
  readonly heard: Map<string, HeardNumbers>;
  /** By sender, the last number sent before it came, or before it was told of a gap. */
  excused: ReadonlyMap<string, number>;
}

/**
 * Keeps account of who was told what: senders number their messages from 1, and what was acknowledged
 * must come to every receiver that was there before it was sent, once and in order. A receiver is not
 * expected to hear the sender of its own name. Memory grows with senders, receivers and gaps, not
 * with messages.
 */
export class DeliveryLedger {
  readonly #senders = new Map<string, SenderAccount>();
  readonly #receivers = new Map<string, ReceiverAccount>();
  readonly #onFault: ((fault: DeliveryFault) => void) | undefined;
  readonly #certainFaults: DeliveryFault[] = [];
  readonly #counts = { doubled: 0, disordered: 0, unsent: 0 };
  #accepted = 0;
  #delivered = 0;
  #untracked = 0;

  /** @param options Who is told of faults. */
  constructor({ onFault }: DeliveryLedgerOptions = {}) {
    this.#onFault = onFault;
  }

  /** How many messages were acknowledged so far. */
  get acceptedCount(): number {
    return this.#accepted;
  }

  /** How many messages receivers were given so far, each receiver counted. */
  get deliveredCount(): number {
    return this.#delivered;
  }

  /** A sender is about to send a message: the numbers of each begin with 1 and rise by 1. */
  sent(sender: string, number: number): void {
    this.#sender(sender).sent(number);
  }

  /** A sender was told that its message was taken. */
  accepted(sender: string, number: number): void {
    this.#accepted++;
    this.#sender(sender).accepted(number);
  }

  /**
   * A sender crashed and goes on with the next number: between what it said before and what it says
   * from now on no order is promised.
   */
  senderRestarted(sender: string): void {
    this.#sender(sender).restarted();
  }

  /** A receiver is there from now on, for the first time or anew: what is sent from now on must come. */
  joined(receiver: string): void {
    this.left(receiver);
    this.#receivers.set(receiver, { heard: new Map(), excused: this.#lastNumbers() });
  }

  /** A receiver was given a message. One that has not joined is passed over. */
  received(receiver: string, sender: string, number: number): void {
    const account = this.#receivers.get(receiver);
    if (account === undefined) return;
    this.#delivered++;
    const from = this.#senders.get(sender);
    const fault = (kind: "doubled" | "disordered" | "unsent") =>
      this.#noteFault({ kind, sender, receiver, first: number, last: number });
    if (from === undefined || number > from.last || number < 1) return fault("unsent");
    const heard = this.#heard(account, sender);
    const newest = heard.newest;
    const heardAs = heard.take(number);
    if (heardAs === "double") fault("doubled");
    if (heardAs === "late" && from.promisesOrder(number, newest)) fault("disordered");
  }

  /** A receiver was told that it may have missed something: what was sent so far need not come to it. */
  away(receiver: string): void {
    const account = this.#receivers.get(receiver);
    if (account === undefined) return;
    account.excused = this.#lastNumbers();
    for (const [sender, heard] of account.heard) heard.excuse(account.excused.get(sender) ?? 0);
  }

  /** A receiver is no longer there. What it skipped it has lost, what it had not come to it has not. */
  left(receiver: string): void {
    const account = this.#receivers.get(receiver);
    if (account === undefined) return;
    this.#receivers.delete(receiver);
    for (const [sender, heard] of account.heard) {
      if (sender !== receiver) this.#sender(sender).leftBehind(heard.skipped());
      this.#untracked += heard.untracked;
    }
  }

  /**
   * Sums up. What is still on its way counts as lost: ask again until it has come, or should have.
   * Lost at several receivers that have left counts once.
   */
  tally(): DeliveryTally {
    const losses = this.#losses();
    const open = [...this.#receivers.values()].flatMap(({ heard }) => [...heard.values()]);
    const untracked = [...open, ...this.#senders.values()].map((account) => account.untracked);
    return {
      accepted: this.#accepted,
      delivered: this.#delivered,
      lost: losses.reduce((sum, { first, last }) => sum + last - first + 1, 0),
      ...this.#counts,
      untracked: untracked.reduce((sum, count) => sum + count, this.#untracked),
      faults: [...this.#certainFaults, ...losses.slice(0, MAX_FAULTS_TOLD)],
    };
  }

  #losses(): DeliveryFault[] {
    const losses: DeliveryFault[] = [];
    for (const [sender, from] of this.#senders) {
      for (const range of from.lostByFormer()) {
        losses.push({ kind: "lost", sender, receiver: FORMER_RECEIVER, ...range });
      }
      for (const [receiver, { heard, excused }] of this.#receivers) {
        if (receiver === sender) continue;
        const numbers = heard.get(sender) ?? new HeardNumbers(excused.get(sender) ?? 0);
        for (const range of from.missedBy(numbers)) {
          losses.push({ kind: "lost", sender, receiver, ...range });
        }
      }
    }
    return losses;
  }

  #sender(name: string): SenderAccount {
    const account = this.#senders.get(name) ?? new SenderAccount();
    this.#senders.set(name, account);
    return account;
  }

  #heard({ heard, excused }: ReceiverAccount, sender: string): HeardNumbers {
    const numbers = heard.get(sender) ?? new HeardNumbers(excused.get(sender) ?? 0);
    heard.set(sender, numbers);
    return numbers;
  }

  #lastNumbers(): ReadonlyMap<string, number> {
    return new Map([...this.#senders].map(([name, { last }]) => [name, last]));
  }

  #noteFault(fault: DeliveryFault & { readonly kind: "doubled" | "disordered" | "unsent" }): void {
    this.#counts[fault.kind]++;
    if (this.#certainFaults.length < MAX_FAULTS_TOLD) this.#certainFaults.push(fault);
    this.#onFault?.(fault);
  }
}
