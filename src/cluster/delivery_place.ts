/** Where a message stands that a consumer handed out. */
export interface DeliveryPlace {
  /** Its number in the stream. */
  readonly streamSequence: bigint;
  /** Its number among what the consumer handed out, from 1 on. */
  readonly consumerSequence: number;
  /** When the stream took it, Unix milliseconds. */
  readonly keptUnixMs: number;
}

const PREFIX = "$JS.ACK.";

/** Before version 2.10 or so of NATS the reply subject named neither domain nor account. */
const SHORT_FORM_TOKENS = 9;
const LONG_FORM_TOKENS = 11;

/**
 * Reads the reply subject of a message that a consumer handed out:
 * `$JS.ACK.[domain.account.]stream.consumer.tries.stream sequence.consumer sequence.time.pending`.
 *
 * @param reply The subject.
 * @returns What it says, or `undefined` when it is none of these.
 * @see NATS ADR-15
 */
export function readDeliveryPlace(reply: string): DeliveryPlace | undefined {
  if (!reply.startsWith(PREFIX)) return undefined;
  const tokens = reply.split(".");
  const isShort = tokens.length === SHORT_FORM_TOKENS;
  if (!isShort && tokens.length < LONG_FORM_TOKENS) return undefined;
  const at = isShort ? 5 : 7;
  const [stream = NaN, consumer = NaN, time = NaN] = tokens.slice(at, at + 3).map(Number);
  if (!Number.isSafeInteger(stream) || stream < 1) return undefined;
  if (!Number.isSafeInteger(consumer) || consumer < 1) return undefined;
  // Nanoseconds are beyond what a double can hold, by some hundreds: no matter here.
  if (!Number.isFinite(time)) return undefined;
  return {
    streamSequence: BigInt(stream),
    consumerSequence: consumer,
    keptUnixMs: Math.floor(time / 1e6),
  };
}
