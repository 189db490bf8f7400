/** Bytes of a Fernet key as it is, without base64. */
export const GROUP_KEY_BYTES = 32;

const VALUE_BYTES = 4 + GROUP_KEY_BYTES + 4 + 2;
const ADDRESS_OFFSET = 4 + GROUP_KEY_BYTES;

/** Where group messages are sent by multicast. */
export interface GroupAddress {
  /** IPv4 address of the group, as `239.255.77.77`. */
  readonly hostname: string;
  /** UDP port, 1 to 65,535. */
  readonly port: number;
}

/** The key of one epoch of group delivery (PROTOCOL 1.8). */
export interface GroupKey {
  /** Rises with each new key, u32. */
  readonly epoch: number;
  /** The Fernet key, 32 bytes; a secret. After decoding a copy. */
  readonly key: Uint8Array;
  /** Where its messages come by multicast; `undefined` when they come by unicast. */
  readonly address: GroupAddress | undefined;
}

/**
 * Encodes the value of GROUP_KEY.
 *
 * @param groupKey Epoch, key and address.
 * @returns 42 bytes, owned by the caller.
 * @throws {RangeError} If the key has not 32 bytes, or the address is not an IPv4 address with a port.
 * @see PROTOCOL 1.2
 */
export function encodeGroupKey({ epoch, key, address }: GroupKey): Uint8Array {
  if (key.byteLength !== GROUP_KEY_BYTES) {
    throw new RangeError(
      `Cannot encode GROUP_KEY: want ${GROUP_KEY_BYTES} bytes of key, got ${key.byteLength}`,
    );
  }
  const value = new Uint8Array(VALUE_BYTES);
  const view = new DataView(value.buffer);
  view.setUint32(0, epoch);
  value.set(key, 4);
  if (address === undefined) return value;
  value.set(ipv4Bytes(address.hostname), ADDRESS_OFFSET);
  if (!(address.port >= 1 && address.port <= 0xffff)) {
    throw new RangeError(`Cannot encode GROUP_KEY: want port 1 to 65535, got ${address.port}`);
  }
  view.setUint16(ADDRESS_OFFSET + 4, address.port);
  return value;
}

/**
 * Decodes the value of GROUP_KEY.
 *
 * @param value The value of a TLV.
 * @returns Epoch, key and address; `undefined` when `value` is not exactly 42 bytes long, or names
 *   a group without a port or a port without a group.
 * @see PROTOCOL 1.2
 */
export function decodeGroupKey(value: Uint8Array): GroupKey | undefined {
  if (value.byteLength !== VALUE_BYTES) return undefined;
  const view = new DataView(value.buffer, value.byteOffset, VALUE_BYTES);
  const hostname = value.subarray(ADDRESS_OFFSET, ADDRESS_OFFSET + 4).join(".");
  const port = view.getUint16(ADDRESS_OFFSET + 4);
  const isByUnicast = hostname === "0.0.0.0" && port === 0;
  if (!isByUnicast && (hostname === "0.0.0.0" || port === 0)) return undefined;
  return {
    epoch: view.getUint32(0),
    key: value.slice(4, ADDRESS_OFFSET),
    address: isByUnicast ? undefined : { hostname, port },
  };
}

function ipv4Bytes(hostname: string): Uint8Array {
  const parts = hostname.split(".");
  const bytes = parts.map((part) => /^\d{1,3}$/.test(part) ? Number(part) : NaN);
  if (bytes.length !== 4 || !bytes.every((byte) => byte <= 255)) {
    throw new RangeError(`Cannot encode GROUP_KEY: want an IPv4 address, got ${hostname}`);
  }
  return Uint8Array.from(bytes);
}
