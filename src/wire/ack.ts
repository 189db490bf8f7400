const ACK_BYTES = 16;

/** That the relay has taken what a client sent (PROTOCOL 1.7). */
export interface Ack {
  /** The client's number for it, u64; 0 when it was sent in an earlier session. */
  readonly clientSequence: bigint;
  /** The relay's number for it, u64; 0 when it was no message, and so has none. */
  readonly relaySequence: bigint;
}

/**
 * Encodes the value of ACK.
 *
 * @param ack Both numbers.
 * @returns 16 bytes, owned by the caller.
 */
export function encodeAck({ clientSequence, relaySequence }: Ack): Uint8Array {
  const bytes = new Uint8Array(ACK_BYTES);
  const view = new DataView(bytes.buffer);
  view.setBigUint64(0, clientSequence);
  view.setBigUint64(8, relaySequence);
  return bytes;
}

/**
 * Decodes the value of ACK.
 *
 * @param value The value of a TLV.
 * @returns Both numbers, or `undefined` when `value` is not exactly 16 bytes long.
 */
export function decodeAck(value: Uint8Array): Ack | undefined {
  if (value.byteLength !== ACK_BYTES) return undefined;
  const view = new DataView(value.buffer, value.byteOffset, ACK_BYTES);
  return { clientSequence: view.getBigUint64(0), relaySequence: view.getBigUint64(8) };
}
