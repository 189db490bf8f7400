import { includesNeedle, startsWith } from "@std/bytes";
import { HushcastError } from "../errors.ts";
import type { Fragment } from "./fragment.ts";

/** Bytes before the payload of a fragment: message id u32, fragment number u8, total u8. */
export const DIRECT_HEADER_BYTES = 6;

/** The most fragments that one message can have (the total is a u8). */
export const MAX_DIRECT_FRAGMENTS = 255;

/** Length of a request for the server's key, so that the answer is never much longer (PROTOCOL 2.1). */
export const PADDED_KEY_REQUEST_BYTES = 1000;

const SPACE = 0x20;
const KEY_REQUEST = new TextEncoder().encode("REQ_PUB_KEY\n");
const PEM_BEGIN = new TextEncoder().encode("-----BEGIN PUBLIC KEY-----");
const PEM_END = new TextEncoder().encode("-----END PUBLIC KEY-----");

/** Raised when a body needs more than 255 fragments. */
export class DirectBodyTooLargeError extends HushcastError {
  /** Stable name of this error. */
  readonly code = "DIRECT_BODY_TOO_LARGE";

  /**
   * Makes the error of one body.
   *
   * @param bodyBytes Length of the body.
   * @param limitBytes The longest that fits.
   */
  constructor(readonly bodyBytes: number, readonly limitBytes: number) {
    super(`Cannot fragment message: at most ${limitBytes} bytes fit, got ${bodyBytes}`);
  }
}

/**
 * Tells whether a datagram holds a public key: both marker lines, wherever they stand. Whether it
 * parses is another matter.
 *
 * @param datagram Any bytes.
 * @see PROTOCOL 2.1, rule 1
 */
export function holdsPublicKey(datagram: Uint8Array): boolean {
  return includesNeedle(datagram, PEM_BEGIN) && includesNeedle(datagram, PEM_END);
}

/**
 * Tells whether a datagram asks for the server's public key.
 *
 * @param datagram Any bytes.
 * @returns True for `REQ_PUB_KEY`, LF, and after that nothing or only spaces.
 * @see PROTOCOL 2.1, rule 2
 */
export function isKeyRequest(datagram: Uint8Array): boolean {
  return startsWith(datagram, KEY_REQUEST) &&
    datagram.subarray(KEY_REQUEST.byteLength).every((byte) => byte === SPACE);
}

/**
 * The request for the server's public key.
 *
 * @returns 1,000 bytes, padded with spaces, in a new array owned by the caller.
 * @see PROTOCOL 2.1, rule 2
 */
export function keyRequest(): Uint8Array<ArrayBuffer> {
  const request = new Uint8Array(PADDED_KEY_REQUEST_BYTES).fill(SPACE);
  request.set(KEY_REQUEST);
  return request;
}

/**
 * Reads a datagram as a fragment. Ask the rules that go before first: half of all ciphertexts look
 * like a fragment.
 *
 * @param datagram Any bytes.
 * @returns The fragment, its `sequenceNumber` the fragment number less one and its chunk a view of
 *   the datagram, or `undefined` when it is shorter than a header or the numbers are none of a
 *   fragment.
 * @see PROTOCOL 2.1, rule 4
 */
export function tryDecodeDirectFragment(datagram: Uint8Array): Fragment | undefined {
  if (datagram.byteLength < DIRECT_HEADER_BYTES) return undefined;
  const view = new DataView(datagram.buffer, datagram.byteOffset, datagram.byteLength);
  const number = view.getUint8(4);
  const total = view.getUint8(5);
  if (number < 1 || number > total) return undefined;
  const chunk = datagram.subarray(DIRECT_HEADER_BYTES);
  return { messageId: view.getUint32(0), sequenceNumber: number - 1, total, chunk };
}

/**
 * Cuts a body into fragments. None is exactly as long as the recipient's modulus: it would be taken
 * for an RSA block first, cost its recipient a decryption, and might be lost in a full queue.
 *
 * @param messageId Names the message, u32; the caller sees to it that none repeats within a minute.
 * @param body The bytes to cut; not kept.
 * @param maxPayloadBytes Bytes of the body that each datagram may carry, 1 or more.
 * @param recipientModulusBytes Length of the recipient's modulus in bytes, or 0 if it has no key.
 * @returns Datagrams ready to send, each a new array, at least one.
 * @throws {DirectBodyTooLargeError} If more than 255 fragments were needed.
 * @throws {RangeError} If there is no room for a payload.
 * @see PROTOCOL 2.1, 2.3
 */
export function directFragments(
  messageId: number,
  body: Uint8Array,
  maxPayloadBytes: number,
  recipientModulusBytes: number,
): Uint8Array<ArrayBuffer>[] {
  const limitBytes = maxDirectBodyBytes(maxPayloadBytes, recipientModulusBytes);
  if (body.byteLength > limitBytes) {
    throw new DirectBodyTooLargeError(body.byteLength, limitBytes);
  }
  const lengths = payloadLengths(body.byteLength, maxPayloadBytes, recipientModulusBytes);
  let at = 0;
  return lengths.map((length, sequenceNumber) => {
    const chunk = body.subarray(at, at + length);
    at += length;
    return encodeDirectFragment({ messageId, sequenceNumber, total: lengths.length, chunk });
  });
}

/**
 * The longest body that `directFragments` takes.
 *
 * @param maxPayloadBytes Bytes of the body that each datagram may carry, 1 or more.
 * @param recipientModulusBytes Length of the recipient's modulus in bytes, or 0 if it has no key.
 * @throws {RangeError} If there is no room for a payload.
 */
export function maxDirectBodyBytes(maxPayloadBytes: number, recipientModulusBytes: number): number {
  return MAX_DIRECT_FRAGMENTS * usualPayloadBytes(maxPayloadBytes, recipientModulusBytes);
}

/**
 * Encodes one fragment as the datagram that carries it.
 *
 * @param fragment `sequenceNumber` below `total`, `total` at most 255; the chunk is copied.
 * @returns A new array owned by the caller.
 * @see PROTOCOL 2.1, rule 4
 */
export function encodeDirectFragment(fragment: Fragment): Uint8Array<ArrayBuffer> {
  const { messageId, sequenceNumber, total, chunk } = fragment;
  const datagram = new Uint8Array(DIRECT_HEADER_BYTES + chunk.byteLength);
  const view = new DataView(datagram.buffer);
  view.setUint32(0, messageId);
  view.setUint8(4, sequenceNumber + 1);
  view.setUint8(5, total);
  datagram.set(chunk, DIRECT_HEADER_BYTES);
  return datagram;
}

/**
 * The payload of all fragments but the last ones. One byte above the payload that makes a datagram
 * as long as the modulus is as bad as that payload itself: what is left over could not be shared out.
 */
function usualPayloadBytes(maxPayloadBytes: number, recipientModulusBytes: number): number {
  const forbidden = recipientModulusBytes - DIRECT_HEADER_BYTES;
  const isNear = maxPayloadBytes === forbidden || maxPayloadBytes === forbidden + 1;
  const payloadBytes = isNear ? forbidden - 1 : maxPayloadBytes;
  if (payloadBytes >= 1) return payloadBytes;
  throw new RangeError(
    `Cannot fragment message: no room for a payload in ${maxPayloadBytes} bytes`,
  );
}

function payloadLengths(
  bodyBytes: number,
  maxPayloadBytes: number,
  recipientModulusBytes: number,
): number[] {
  const forbidden = recipientModulusBytes - DIRECT_HEADER_BYTES;
  const usual = usualPayloadBytes(maxPayloadBytes, recipientModulusBytes);
  const count = Math.max(1, Math.ceil(bodyBytes / usual));
  const before = Array<number>(count - 1).fill(usual);
  const last = bodyBytes - before.length * usual;
  if (last !== forbidden) return [...before, last];
  // A byte goes over from one neighbour to the other, or gets a fragment of its own.
  return before.length > 0 ? [...before.slice(1), usual - 1, last + 1] : [last - 1, 1];
}
