/** Bytes of CLIENT_INSTANCE. */
export const CLIENT_INSTANCE_BYTES = 16;

/**
 * Decodes the value of CLIENT_INSTANCE: what a run of a client program calls itself, from session to
 * session and from relay to relay. It is a secret of that client and its relays.
 *
 * @param value The value of a TLV.
 * @returns 32 hexadecimal digits, or `undefined` when `value` is not exactly 16 bytes long.
 * @see docs/HISTORY.md
 */
export function decodeClientInstance(value: Uint8Array): string | undefined {
  return value.byteLength === CLIENT_INSTANCE_BYTES ? value.toHex() : undefined;
}
