import { MAX_DIRECT_FRAGMENTS } from "./direct_frame.ts";

/** What a server says of a message (PROTOCOL 2.3). */
export type DirectAnswer =
  | {
    readonly type: "ack";
    /** The fragmented message, u32; without it, the whole message that came last. */
    readonly messageId: number | undefined;
  }
  | {
    readonly type: "nack";
    readonly messageId: number;
    /** Fragment numbers, 1 to 255, that have not come; none twice. */
    readonly missing: readonly number[];
  };

/** Length of the longest answer, a NACK that names all of 255 fragments. */
export const MAX_DIRECT_ANSWER_BYTES = 928;

const ACK = "ACK";
const ACK_OF = /^(0|[1-9]\d{0,9}): ACK$/;
const NACK_OF = /^(0|[1-9]\d{0,9}): NACK ([1-9]\d{0,2}(?:,[1-9]\d{0,2})*)$/;
const MAX_U32 = 0xffff_ffff;

/**
 * Encodes an acknowledgement.
 *
 * @param messageId Id of the fragmented message, u32, or `undefined` for a message that came whole.
 * @returns ASCII text in a new array owned by the caller.
 * @see PROTOCOL 2.3
 */
export function encodeAck(messageId: number | undefined): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(messageId === undefined ? ACK : `${messageId}: ${ACK}`);
}

/**
 * Encodes a request for fragments that are missing.
 *
 * @param messageId Id of the message, u32.
 * @param missing Fragment numbers, from 1; at least one.
 * @param maxBytes Longest text, bytes; the first numbers that fit are named.
 * @returns ASCII text in a new array owned by the caller.
 * @throws {RangeError} If there is no number, or not even the first one fits.
 * @see PROTOCOL 2.3
 */
export function encodeNack(
  messageId: number,
  missing: readonly number[],
  maxBytes: number,
): Uint8Array<ArrayBuffer> {
  const [first, ...others] = missing;
  let text = `${messageId}: NACK ${first}`;
  if (first === undefined || text.length > maxBytes) {
    throw new RangeError(
      `Cannot encode NACK: no room for one of ${missing.length} numbers in ${maxBytes} bytes`,
    );
  }
  for (const number of others) {
    const longer = `${text},${number}`;
    if (longer.length > maxBytes) break;
    text = longer;
  }
  return new TextEncoder().encode(text);
}

/**
 * Reads an answer of the server.
 *
 * @param bytes Any bytes.
 * @returns The answer, or `undefined` when it is anything else: another text, a number beyond its
 *   range or with leading zeros, a fragment number twice.
 * @see PROTOCOL 2.3
 */
export function parseDirectAnswer(bytes: Uint8Array): DirectAnswer | undefined {
  if (bytes.byteLength > MAX_DIRECT_ANSWER_BYTES) return undefined;
  const text = new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
  if (text === ACK) return { type: "ack", messageId: undefined };
  const [, ackId] = ACK_OF.exec(text) ?? [];
  if (ackId !== undefined) return Number(ackId) > MAX_U32 ? undefined : ackOf(ackId);
  const [, nackId, list] = NACK_OF.exec(text) ?? [];
  return nackId === undefined || list === undefined ? undefined : parseNack(nackId, list);
}

function ackOf(messageId: string): DirectAnswer {
  return { type: "ack", messageId: Number(messageId) };
}

function parseNack(id: string, list: string): DirectAnswer | undefined {
  const messageId = Number(id);
  const missing = list.split(",").map(Number);
  if (messageId > MAX_U32 || missing.some((number) => number > MAX_DIRECT_FRAGMENTS)) {
    return undefined;
  }
  // A number named twice would make its fragment be sent twice.
  return new Set(missing).size === missing.length
    ? { type: "nack", messageId, missing }
    : undefined;
}
