/** Bytes of the epoch that every GROUP_MESSAGE and GROUP_FRAGMENT begins with. */
export const GROUP_EPOCH_BYTES = 4;

/** The value of a GROUP_MESSAGE or GROUP_FRAGMENT, taken apart (PROTOCOL 1.8). */
export interface GroupFrame {
  /** The epoch whose key the token is under, u32; anyone can forge it. */
  readonly epoch: number;
  /** The token of a GROUP_MESSAGE; of a GROUP_FRAGMENT what FRAGMENT has as its value. A view. */
  readonly rest: Uint8Array;
}

/**
 * What stands before the token of each message of an epoch, and before each of its fragments.
 *
 * @param epoch u32.
 * @returns 4 bytes, owned by the caller.
 * @see PROTOCOL 1.2
 */
export function groupFramePrefix(epoch: number): Uint8Array {
  const prefix = new Uint8Array(GROUP_EPOCH_BYTES);
  new DataView(prefix.buffer).setUint32(0, epoch);
  return prefix;
}

/**
 * Takes the value of a GROUP_MESSAGE or GROUP_FRAGMENT apart.
 *
 * @param value The value of a TLV.
 * @returns Epoch and rest, which shares memory with `value`; `undefined` when it has no room for an
 *   epoch.
 * @see PROTOCOL 1.2
 */
export function decodeGroupFrame(value: Uint8Array): GroupFrame | undefined {
  if (value.byteLength < GROUP_EPOCH_BYTES) return undefined;
  const view = new DataView(value.buffer, value.byteOffset, value.byteLength);
  return { epoch: view.getUint32(0), rest: value.subarray(GROUP_EPOCH_BYTES) };
}
