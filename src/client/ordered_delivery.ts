import { Deque } from "../session/deque.ts";
import type { SequenceRange } from "../wire/sequence_ranges.ts";
import type { MessageWay } from "./copy_memory.ts";
import type { SessionEvent } from "./relay_client_event.ts";
import { RECEIVE_WINDOW, ReliableReceiver } from "./reliable_receiver.ts";
import type { RelayedMessage } from "./sealed_content.ts";

/** Messages that one `release` hands over, so that a shell can stop it before its reader drowns. */
export const MAX_RELEASED_MESSAGES = 64;

/** Bytes of the messages that one `release` hands over; the last one may pass it. */
export const MAX_RELEASED_BYTES = 1024 * 1024;

/** Messages kept while the registration that they belong to is not yet accepted. */
export const MAX_EARLY_MESSAGES = 256;

/** How long after a full `release` the next one follows, milliseconds. */
const RELEASE_INTERVAL_MS = 1;

interface Series {
  /** SERIES_ID in hexadecimal digits; `undefined` when the relay named none. */
  readonly id: string | undefined;
  readonly receiver: ReliableReceiver;
}

interface EarlyMessage {
  readonly message: RelayedMessage;
  readonly way: MessageWay;
}

/** The beginning of a session, as far as the order of messages goes. */
export interface SeriesStart {
  /** SERIES_ID in hexadecimal digits; `undefined` when the relay named none. */
  readonly seriesId: string | undefined;
  /** The newest number when the relay took this client in. */
  readonly latest: bigint;
  /**
   * The number before the first message of the past that is to be handed over, where the past was asked
   * for; a relay can name any.
   */
  readonly replayFrom: bigint | undefined;
}

/**
 * Hands messages over in the order of their relay sequences, each exactly once, from session to
 * session as long as the series lasts (PROTOCOL 1.7), and no faster than their reader can take them.
 */
export class OrderedDelivery {
  readonly #random: () => number;
  #series: Series | undefined;
  /** What is left of series that have ended, and what is to be told between them. */
  readonly #leftOver = new Deque<SessionEvent>();
  #early: EarlyMessage[] = [];
  #isPaused = false;
  #nextReleaseMs = -Infinity;

  /** @param random Gives numbers from 0 up to 1, for jitter. */
  constructor(random: () => number) {
    this.#random = random;
  }

  /**
   * Begins a session with reliable delivery: it goes on with the series that was there before, if it
   * is the same.
   *
   * @param start Which series it is, and where it stands.
   * @param nowMs Monotonic time.
   */
  begin(start: SeriesStart, nowMs: number): void {
    const { seriesId, latest } = start;
    const known = this.#series;
    // A number below what was handed over can't be of the same series, whatever its name says.
    const goesOn = known !== undefined && seriesId !== undefined && known.id === seriesId &&
      latest >= known.receiver.done;
    if (!goesOn) this.#startAfresh(start, nowMs);
    this.raise(latest, nowMs);
    for (const message of this.takeEarly()) this.add(message, nowMs);
  }

  /** Begins a session without reliable delivery: what comes has no order. */
  beginPlain(nowMs: number): void {
    this.end(nowMs);
    for (const message of this.takeEarly()) this.add(message, nowMs);
  }

  /** Ends the series, with what came of it and what is missing: nothing more will come. */
  end(nowMs: number): void {
    const receiver = this.#series?.receiver;
    this.#series = undefined;
    if (receiver === undefined) return;
    const { done, highest } = receiver;
    if (this.#leftOver.size === 0) {
      for (const item of receiver.takeAll(nowMs)) this.#leftOver.push(item);
    } else if (highest > done && !this.#isNewSeriesUntold) {
      // Its reader is a whole series behind: one more would be one too many to hold.
      this.#leftOver.push({ type: "gap", first: done + 1n, last: highest });
    }
  }

  /** Keeps a message that overtook the acceptance of its session. @returns False when too many do. */
  addEarly(message: RelayedMessage, way: MessageWay): boolean {
    if (this.#early.length >= MAX_EARLY_MESSAGES) return false;
    this.#early.push({ message, way });
    return true;
  }

  /** Takes out what `addEarly` kept. */
  takeEarly(): RelayedMessage[] {
    return this.#early.splice(0).map(({ message }) => message);
  }

  /**
   * Takes a message of the session.
   *
   * @param message The message; one without a number has no place in the order, and goes first.
   * @param nowMs Monotonic time.
   * @returns `"duplicate"` when it came before or was given up, `"no_room"` when it is to come again.
   */
  add(message: RelayedMessage, nowMs: number): "held" | "duplicate" | "no_room" {
    const { relaySequence } = message;
    if (this.#series !== undefined && relaySequence !== undefined) {
      return this.#series.receiver.add(relaySequence, message, nowMs);
    }
    if (this.#leftOver.size >= MAX_EARLY_MESSAGES) return "no_room";
    this.#leftOver.push({ type: "message", ...message });
    return "held";
  }

  /** Takes note that a number is that of a message of our own. */
  addOwn(sequence: bigint, nowMs: number): void {
    this.#series?.receiver.addOwn(sequence, nowMs);
  }

  /**
   * Whether a number is further ahead than there is room for. One that anybody else than the relay can
   * have made up is then not to be taken note of: all up to it would count as missing.
   */
  isTooFarAhead(sequence: bigint): boolean {
    const done = this.#series?.receiver.done;
    return done !== undefined && sequence > done + BigInt(RECEIVE_WINDOW);
  }

  /** Takes note of a number that the relay itself has named to this client. */
  confirm(sequence: bigint): void {
    this.#series?.receiver.confirm(sequence);
  }

  /** Takes note of the relay's newest number. */
  raise(latest: bigint, nowMs: number): void {
    this.#series?.receiver.raise(latest, nowMs);
  }

  /** Takes note of numbers that the relay no longer has. */
  lose(range: SequenceRange, nowMs: number): void {
    this.#series?.receiver.lose(range, nowMs);
  }

  /** Gives what a NACK is to name now; see `ReliableReceiver.takeMissing`. */
  takeMissing(isCollecting: boolean, maxRanges: number, nowMs: number): SequenceRange[] {
    return this.#series?.receiver.takeMissing(isCollecting, maxRanges, nowMs) ?? [];
  }

  /** When `takeMissing` has something to give next, monotonic milliseconds; `Infinity` for never. */
  nextNackMs(isCollecting: boolean): number {
    return this.#series?.receiver.nextDeadlineMs(isCollecting) ?? Infinity;
  }

  /** Hands nothing over until `resume`. What comes meanwhile is held, within bounds. */
  pause(): void {
    this.#isPaused = true;
  }

  /** Hands over again. */
  resume(): void {
    this.#isPaused = false;
  }

  /**
   * Hands over what is in order, or, at the end of the client, whatever there is.
   *
   * @param nowMs Monotonic time.
   * @returns Events, within the bounds of one release.
   */
  release(nowMs: number): SessionEvent[] {
    const events: SessionEvent[] = [];
    if (this.#isPaused || nowMs < this.#nextReleaseMs) return events;
    this.#series?.receiver.giveUp(nowMs);
    let bytes = 0;
    while (events.length < MAX_RELEASED_MESSAGES && bytes < MAX_RELEASED_BYTES) {
      const event = this.#leftOver.shift() ?? this.#series?.receiver.take();
      if (event === undefined) return events;
      if (event.type === "message") bytes += event.payload.byteLength;
      events.push(event);
    }
    this.#nextReleaseMs = nowMs + RELEASE_INTERVAL_MS;
    return events;
  }

  /** Takes out all that came, in order, for the end of the client. */
  takeAll(nowMs: number): SessionEvent[] {
    this.end(nowMs);
    const events: SessionEvent[] = [];
    for (let next = this.#leftOver.shift(); next !== undefined; next = this.#leftOver.shift()) {
      events.push(next);
    }
    return events;
  }

  /** When `release` has something to give next, monotonic milliseconds; `Infinity` for never. */
  nextReleaseMs(): number {
    const isReady = this.#leftOver.size > 0 || this.#series?.receiver.isReady === true;
    return isReady && !this.#isPaused ? this.#nextReleaseMs : Infinity;
  }

  /** Whether what is told last says already that something may be missing, up to now. */
  get #isNewSeriesUntold(): boolean {
    return this.#leftOver.last?.type === "new_series";
  }

  #startAfresh({ seriesId, latest, replayFrom = latest }: SeriesStart, nowMs: number): void {
    const isKnown = this.#series !== undefined;
    this.end(nowMs);
    if (isKnown && !this.#isNewSeriesUntold) this.#leftOver.push({ type: "new_series" });
    const oldest = firstNumber(this.#early, latest);
    const base = replayFrom < oldest ? replayFrom : oldest;
    this.#series = { id: seriesId, receiver: new ReliableReceiver(base, this.#random) };
  }
}

/**
 * The number before the first that came: the relay may give its latest of now, not of then. A member of
 * the group can make up any number, so that what came there counts only when it is not far back.
 */
function firstNumber(early: readonly EarlyMessage[], latest: bigint): bigint {
  let base = latest;
  for (const { message: { relaySequence }, way } of early) {
    if (relaySequence === undefined || relaySequence < 1n || relaySequence > base) continue;
    const isBelievable = way === "alone" || relaySequence + BigInt(MAX_EARLY_MESSAGES) > latest;
    if (isBelievable) base = relaySequence - 1n;
  }
  return base;
}
