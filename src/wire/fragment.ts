import { HushcastError } from "../errors.ts";
import { TLV_HEADER_BYTES, writeTlvHeader } from "./tlv.ts";

/** Bytes before the chunk in a FRAGMENT value: message id u32, sequence number u16, total u16. */
export const FRAGMENT_HEADER_BYTES = 8;

/** The most fragments that one message can have (`total` is a u16). */
export const MAX_FRAGMENTS = 0xffff;

/** Makes an array of zeros of so many bytes, owned by who asked for it. */
export type Allocate = (bytes: number) => Uint8Array;

/** How fragments are made into datagrams, where it is not as FRAGMENT has it. */
export interface FragmentOptions {
  /** What each value begins with, before the fragment; nothing by default. */
  readonly prefix?: Uint8Array;
  /** Makes the array of each datagram. */
  readonly allocate?: Allocate;
}

const NO_PREFIX = new Uint8Array();
const ownArray: Allocate = (bytes) => new Uint8Array(bytes);

/** One piece of a token (PROTOCOL 1.6). */
export interface Fragment {
  /** Names the message within its session and direction, u32. */
  readonly messageId: number;
  /** Place of the chunk, from 0, less than `total`. */
  readonly sequenceNumber: number;
  /** How many fragments the message has, 1 to 65,535. */
  readonly total: number;
  /** Bytes of the token; after decoding a view into the decoded buffer. */
  readonly chunk: Uint8Array;
}

/** Raised when a FRAGMENT value breaks the rules of PROTOCOL 1.6. */
export class FragmentError extends HushcastError {
  readonly code = "FRAGMENT_MALFORMED";
}

/** Raised when a token needs more than 65,535 fragments within the datagram budget. */
export class TokenTooLargeError extends HushcastError {
  readonly code = "TOKEN_TOO_LARGE";

  /** @param tokenBytes Length of the token. @param limitBytes The longest that fits. */
  constructor(readonly tokenBytes: number, readonly limitBytes: number) {
    super(`Cannot fragment token: at most ${limitBytes} bytes fit, got ${tokenBytes}`);
  }
}

/**
 * Decodes the value of a FRAGMENT TLV.
 *
 * @param value The TLV's value.
 * @returns The fragment; its chunk shares memory with `value`.
 * @throws {FragmentError} If the value is shorter than its header, `total` is 0, or the sequence
 *   number is not less than `total`.
 * @see PROTOCOL 1.6
 */
export function decodeFragment(value: Uint8Array): Fragment {
  if (value.byteLength < FRAGMENT_HEADER_BYTES) {
    throw new FragmentError(
      `Cannot decode fragment: need ${FRAGMENT_HEADER_BYTES} bytes, have ${value.byteLength}`,
    );
  }
  const view = new DataView(value.buffer, value.byteOffset, value.byteLength);
  const sequenceNumber = view.getUint16(4);
  const total = view.getUint16(6);
  if (sequenceNumber >= total) {
    throw new FragmentError(`Cannot decode fragment: number ${sequenceNumber} of ${total}`);
  }
  const chunk = value.subarray(FRAGMENT_HEADER_BYTES);
  return { messageId: view.getUint32(0), sequenceNumber, total, chunk };
}

/**
 * Decodes the value of a FRAGMENT TLV that a peer sent, and that need not be one at all.
 *
 * @param value See `decodeFragment`.
 * @returns See `decodeFragment`; `undefined` where that throws.
 */
export function tryDecodeFragment(value: Uint8Array): Fragment | undefined {
  try {
    return decodeFragment(value);
  } catch (error) {
    if (error instanceof FragmentError) return undefined;
    throw error;
  }
}

/**
 * Cuts a token into FRAGMENT datagrams.
 *
 * @param type The number of FRAGMENT in the table in use.
 * @param messageId Names the message, u32; the caller sees to it that none repeats within a minute.
 * @param token The bytes to cut; not kept.
 * @param budgetBytes UDP payload that each datagram may have.
 * @param options What else stands in them, and how their arrays are made.
 * @returns Datagrams ready to send, each a new array, all but the last filled to the budget.
 * @throws {TokenTooLargeError} If more than 65,535 fragments were needed.
 * @throws {RangeError} If the budget has no room for a chunk.
 * @see PROTOCOL 1.6
 */
export function fragmentDatagrams(
  type: number,
  messageId: number,
  token: Uint8Array,
  budgetBytes: number,
  options: FragmentOptions = {},
): Uint8Array[] {
  const chunkBytes = fragmentChunkBytes(budgetBytes - (options.prefix?.byteLength ?? 0));
  const total = Math.max(1, Math.ceil(token.byteLength / chunkBytes));
  if (total > MAX_FRAGMENTS) {
    throw new TokenTooLargeError(token.byteLength, MAX_FRAGMENTS * chunkBytes);
  }
  const datagrams: Uint8Array[] = [];
  for (let sequenceNumber = 0; sequenceNumber < total; sequenceNumber++) {
    const at = sequenceNumber * chunkBytes;
    const chunk = token.subarray(at, at + chunkBytes);
    const fragment = { messageId, sequenceNumber, total, chunk };
    datagrams.push(encodeFragmentDatagram(type, fragment, options));
  }
  return datagrams;
}

/**
 * Encodes one fragment as the whole datagram that carries it.
 *
 * @param type The number of FRAGMENT in the table in use.
 * @param fragment The fragment; its chunk is copied.
 * @param options What else stands in it, and how its array is made.
 * @returns A new array owned by the caller.
 */
export function encodeFragmentDatagram(
  type: number,
  fragment: Fragment,
  { prefix = NO_PREFIX, allocate = ownArray }: FragmentOptions = {},
): Uint8Array {
  const { messageId, sequenceNumber, total, chunk } = fragment;
  const valueBytes = prefix.byteLength + FRAGMENT_HEADER_BYTES + chunk.byteLength;
  const datagram = allocate(TLV_HEADER_BYTES + valueBytes);
  writeTlvHeader(datagram, 0, type, valueBytes);
  const view = new DataView(datagram.buffer, datagram.byteOffset, datagram.byteLength);
  const at = TLV_HEADER_BYTES + prefix.byteLength;
  datagram.set(prefix, TLV_HEADER_BYTES);
  view.setUint32(at, messageId);
  view.setUint16(at + 4, sequenceNumber);
  view.setUint16(at + 6, total);
  datagram.set(chunk, at + FRAGMENT_HEADER_BYTES);
  return datagram;
}

/**
 * How many bytes of a token fit one FRAGMENT datagram.
 *
 * @param budgetBytes UDP payload that each datagram may have.
 * @returns At least 1.
 * @throws {RangeError} If the budget has no room for a chunk.
 */
export function fragmentChunkBytes(budgetBytes: number): number {
  // A value longer than 65,535 bytes fits no TLV, whatever the budget.
  const chunkBytes = Math.min(budgetBytes, 0xffff) - TLV_HEADER_BYTES - FRAGMENT_HEADER_BYTES;
  if (chunkBytes >= 1) return chunkBytes;
  throw new RangeError(`Cannot fragment token: no room for a chunk in ${budgetBytes} bytes`);
}
