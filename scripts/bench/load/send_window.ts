/**
 * How many messages may be under way: so many that the relay is always busy, and so few that no
 * socket's buffer overflows.
 *
 * A message is under way until every receiver has got it. Each receiver gets them in order, so
 * counting them is enough.
 */
export class SendWindow {
  readonly #size: number;
  readonly #counts: Uint32Array;
  /** How many receivers have message `number`, at `number % size`, for those under way. */
  readonly #arrivals: Uint32Array;
  #sent = 0;
  #done = 0;
  #missing = 0;

  /**
   * @param receivers How many get each message.
   * @param size Messages under way at most.
   */
  constructor(receivers: number, size: number) {
    this.#size = size;
    this.#counts = new Uint32Array(receivers);
    this.#arrivals = new Uint32Array(size);
  }

  /** Whether one more may be sent. */
  get hasRoom(): boolean {
    return this.#sent - this.#done < this.#size;
  }

  /** Whether all that was sent has come, or was given up. */
  get isEmpty(): boolean {
    return this.#sent === this.#done;
  }

  /** Messages that were given up, once for each receiver that lacks them. */
  get missing(): number {
    return this.#missing;
  }

  /** Notes that a message is sent. */
  send(): void {
    this.#sent++;
  }

  /** Notes that a receiver got its next message; one that was given up already is passed over. */
  receive(receiver: number): void {
    const number = this.#counts[receiver] ?? 0;
    if (number >= this.#sent) return;
    this.#counts[receiver] = number + 1;
    const slot = number % this.#size;
    this.#arrivals[slot] = (this.#arrivals[slot] ?? 0) + 1;
    this.#finish();
  }

  /** Gives up all that is under way: nothing has come for so long that it never will. */
  giveUp(): void {
    for (const count of this.#counts) this.#missing += this.#sent - count;
    this.#counts.fill(this.#sent);
    this.#arrivals.fill(0);
    this.#done = this.#sent;
  }

  #finish(): void {
    while (this.#done < this.#sent) {
      const slot = this.#done % this.#size;
      if (this.#arrivals[slot] !== this.#counts.length) return;
      this.#arrivals[slot] = 0;
      this.#done++;
    }
  }
}
