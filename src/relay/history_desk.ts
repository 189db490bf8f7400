import type { KeptMessage } from "../history/history.ts";
import type { Instant } from "../session/instant.ts";
import type { Session } from "../session/session.ts";
import { encodeAck } from "../wire/ack.ts";
import {
  decodeSequenceRanges,
  encodeSequenceRanges,
  type SequenceRange,
} from "../wire/sequence_ranges.ts";
import { encodeTlvs } from "../wire/tlv.ts";
import type { RelayState } from "./relay_state.ts";

/** Messages that one NACK is answered with at most. */
export const MAX_ANSWERED_MESSAGES = 256;

/** Plaintext that one NACK is answered with at most, bytes; only a single message may be longer. */
export const MAX_ANSWERED_BYTES = 1024 * 1024;

/**
 * Answers NACKs from the history (PROTOCOL 1.7): with the messages, with ACK in place of a client's
 * own ones, and with LOST for what is no longer held.
 *
 * Messages and ACKs leave at the pace of the client's outbox: a NACK is short, what it asks for is
 * not. LOST is no longer than its NACK by much, and leaves like any message.
 */
export class HistoryDesk {
  readonly #state: RelayState;

  /** @param state What the parts of the core share. */
  constructor(state: RelayState) {
    this.#state = state;
  }

  /**
   * Answers a NACK. What goes beyond the bounds is for the client to ask for again.
   *
   * @param session Who asks.
   * @param value The value of the NACK, any bytes; one that is malformed is counted as dropped.
   * @param now The moment.
   */
  answer(session: Session, value: Uint8Array, now: Instant): void {
    const { counters } = this.#state;
    const ranges = decodeSequenceRanges(value);
    if (ranges === undefined) return counters.drop("malformed");
    counters.nacksIn++;
    this.#state.historyExpiry.forget(now);
    const asked = this.#thatLeft(session, joinRanges(ranges));
    const { oldest } = this.#state.history;
    const forgotten = asked.filter(({ first }) => first < oldest)
      .map(({ first, last }) => ({ first, last: last < oldest ? last : oldest - 1n }));
    this.#tellLost(session, forgotten, now);
    this.#sendAgain(session, asked, now);
  }

  /** What of it a client can miss: a member nothing that has yet to leave for the group. */
  #thatLeft(session: Session, asked: readonly SequenceRange[]): readonly SequenceRange[] {
    const { group: { channel, members } } = this.#state;
    const { waitsFrom } = channel;
    if (waitsFrom === undefined || members.find(session) === undefined) return asked;
    return asked.filter(({ first }) => first < waitsFrom)
      .map(({ first, last }) => ({ first, last: last < waitsFrom ? last : waitsFrom - 1n }));
  }

  #tellLost(session: Session, lost: readonly SequenceRange[], now: Instant): void {
    const { counters, delivery, options: { types } } = this.#state;
    if (lost.length === 0) return;
    const plaintext = encodeTlvs(
      lost.map((range) => ({ type: types.LOST, value: encodeSequenceRanges([range]) })),
    );
    // Behind what waits for the client: that may be just what the history no longer holds.
    if (!delivery.sendSealed(session, plaintext, now)) return;
    for (const { first, last } of lost) counters.sequencesLost += Number(last - first + 1n);
  }

  #sendAgain(session: Session, asked: readonly SequenceRange[], now: Instant): void {
    let [numbers, bytes] = [0, 0];
    const holes: SequenceRange[] = [];
    for (const sequence of this.#numbersHeld(asked)) {
      // What waits already counts as well: else a NACK could have all of the history looked through.
      if (++numbers > MAX_ANSWERED_MESSAGES) break;
      const message = this.#state.history.find(sequence);
      if (message === undefined) {
        holes.push({ first: sequence, last: sequence });
        continue;
      }
      const isOwn = isFrom(session, message);
      bytes += isOwn ? 0 : message.plaintext.byteLength;
      if (bytes > MAX_ANSWERED_BYTES && numbers > 1) break;
      const hasRoom = isOwn
        ? this.#acknowledge(session, message, now)
        : this.#repeat(session, message, now);
      if (!hasRoom) break;
    }
    this.#tellLost(session, joinRanges(holes), now);
  }

  /** The numbers asked for that the history reaches to, in order; not each need have a message. */
  *#numbersHeld(asked: readonly SequenceRange[]): Generator<bigint> {
    const { history: { oldest }, relaySequence } = this.#state;
    for (const { first, last } of asked) {
      const end = last < relaySequence ? last : relaySequence;
      let sequence = first > oldest ? first : oldest;
      for (; sequence <= end; sequence++) yield sequence;
    }
  }

  #repeat(session: Session, { plaintext }: KeptMessage, now: Instant): boolean {
    const { counters, delivery } = this.#state;
    const result = delivery.sendAgain(session, plaintext, now);
    if (result === "queued") counters.messagesResent++;
    return result !== "full";
  }

  #acknowledge(session: Session, message: KeptMessage, now: Instant): boolean {
    const { counters, delivery, options: { types } } = this.#state;
    const { sequence: relaySequence, sessionId } = message;
    const clientSequence = sessionId === session.sessionId ? message.clientSequence : 0n;
    const value = encodeAck({ clientSequence, relaySequence });
    const plaintext = encodeTlvs([{ type: types.ACK, value }]);
    if (delivery.sendAgain(session, plaintext, now) === "full") return false;
    counters.acksOut++;
    counters.acksRepeated++;
    return true;
  }
}

/** Whether a client sent a message itself, in this session or in an earlier one. */
function isFrom(session: Session, { sessionId, instance, senderId }: KeptMessage): boolean {
  if (sessionId === session.sessionId || senderId === session.name) return true;
  return instance !== undefined && instance === session.instance;
}

/** Sorts ranges, and joins those that overlap or touch. */
function joinRanges(ranges: readonly SequenceRange[]): SequenceRange[] {
  const joined: SequenceRange[] = [];
  for (const range of ranges.toSorted((a, b) => a.first < b.first ? -1 : 1)) {
    const before = joined.at(-1);
    if (before === undefined || range.first > before.last + 1n) joined.push(range);
    else if (range.last > before.last) joined.splice(-1, 1, { ...before, last: range.last });
  }
  return joined;
}
