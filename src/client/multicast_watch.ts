/** KEEP_ALIVE_REPLYs that must name messages which did not come. */
export const SILENT_REPLIES = 2;

/**
 * Messages that must be missing in a row: fewer may just be lost, as any datagram may. A wireless
 * network that loses a tenth of all multicast would lose three in a row every few hours.
 */
export const SILENT_MESSAGES = 6n;

/** How soon the relay is asked for its latest number after joining a group, milliseconds. */
export const FIRST_WATCH_MS = 1_000;

/** The longest such delay, milliseconds; after it the usual KEEP_ALIVEs do. */
export const LAST_WATCH_MS = 16_000;

/**
 * Finds out that multicast does not reach this client, though it has joined the group: KEEP_ALIVE_REPLYs
 * name newer messages again and again, and of the group nothing comes. Some networks pass no multicast
 * on, or stop to after a while.
 */
export class MulticastWatch {
  #isOn = false;
  /** The newest relay sequence heard of. */
  #known: bigint;
  #replies = 0;
  #missing = 0n;
  #delayMs = FIRST_WATCH_MS;
  #askAtMs = Infinity;

  /** @param latest The relay's newest number when it took this client in. */
  constructor(latest: bigint) {
    this.#known = latest;
  }

  /** Whether multicast does not reach this client. */
  get isSilent(): boolean {
    return this.#replies >= SILENT_REPLIES && this.#missing >= SILENT_MESSAGES;
  }

  /** Begins to watch: from now on messages come by multicast. */
  begin(nowMs: number): void {
    this.#isOn = true;
    this.#startOver();
    this.#askSoon(nowMs);
  }

  /** Stops to watch. */
  end(): void {
    this.#isOn = false;
    this.heardGroup();
  }

  /** Takes note of a message that came by any way, or of one of our own that the relay has. */
  heardOf(sequence: bigint): void {
    if (sequence > this.#known) this.#known = sequence;
  }

  /** Takes note of an authentic group message: so they come. */
  heardGroup(): void {
    this.#startOver();
    this.#askAtMs = Infinity;
  }

  /** Takes note of the newest number in a KEEP_ALIVE_REPLY. */
  heardReply(latest: bigint, nowMs: number): void {
    const missing = latest - this.#known;
    // Also when it is lower: any member of the group could have made up a higher one.
    this.#known = latest;
    if (!this.#isOn || missing <= 0n) return;
    this.#replies++;
    this.#missing += missing;
    if (this.#askAtMs === Infinity) this.#askSoon(nowMs);
  }

  /** Says whether to ask the relay by KEEP_ALIVE now, and counts that as done. */
  takeRequest(nowMs: number): boolean {
    if (nowMs < this.#askAtMs) return false;
    this.#delayMs *= 2;
    this.#askAtMs = this.#delayMs > LAST_WATCH_MS ? Infinity : nowMs + this.#delayMs;
    return true;
  }

  /** When `takeRequest` says so next, monotonic milliseconds; `Infinity` for never. */
  nextDeadlineMs(): number {
    return this.#askAtMs;
  }

  #startOver(): void {
    this.#replies = 0;
    this.#missing = 0n;
  }

  #askSoon(nowMs: number): void {
    this.#delayMs = FIRST_WATCH_MS;
    this.#askAtMs = nowMs + this.#delayMs;
  }
}
