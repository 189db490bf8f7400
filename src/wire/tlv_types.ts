import { HushcastError } from "../errors.ts";

/**
 * The type numbers of both protocols, under the names that PROTOCOL 1.2 and 2.2 give them,
 * and docs/HISTORY.md.
 *
 * 0x0001 to 0x00FF are the base protocol, 0x0100 and up its optional additions; 0x0130 and up stand
 * in tokens of the direct protocol alone. 0x01C0 and up are hushcast's own (docs/HISTORY.md).
 */
export const DEFAULT_TLV_TYPES = {
  PUBLIC_KEY_REQUEST: 0x0001,
  SERVER_PUBLIC_KEY_RESPONSE: 0x0002,
  ENCRYPTED_SYMMETRIC_KEY: 0x0003,
  SYMMETRICALLY_ENCRYPTED_MESSAGE: 0x0004,
  FRAGMENT: 0x0005,
  KEEP_ALIVE: 0x0006,
  SENDER_ID: 0x0007,
  NOTIFY_CONNECT: 0x0008,
  NOTIFY_DISCONNECT: 0x0009,
  MESSAGE: 0x0101,
  DISCONNECT: 0x0102,
  SESSION_ID: 0x0110,
  COOKIE: 0x0111,
  SERVER_IDENTITY: 0x0112,
  UNKNOWN_SESSION: 0x0113,
  REGISTRATION_REJECTED: 0x0114,
  GROUP_MESSAGE: 0x0115,
  GROUP_FRAGMENT: 0x0116,
  CLIENT_HELLO: 0x0120,
  AUTH_TOKEN: 0x0121,
  CLIENT_NAME: 0x0122,
  REGISTRATION_ACCEPTED: 0x0123,
  CLIENT_SEQUENCE: 0x0124,
  RELAY_SEQUENCE: 0x0125,
  ACK: 0x0126,
  NACK: 0x0127,
  GROUP_KEY: 0x0128,
  FRAGMENT_NACK: 0x0129,
  KEEP_ALIVE_REPLY: 0x012a,
  LOST: 0x012b,
  SERVER_NOTICE: 0x012c,
  SERIES_ID: 0x012d,
  SIGNATURE: 0x0130,
  MESSAGE_PART: 0x0131,
  CLIENT_INSTANCE: 0x01c0,
  FIRST_SENT: 0x01c1,
  REPLAY: 0x01c2,
  REPLAY_FROM: 0x01c3,
} as const;

/** The name of a TLV type in PROTOCOL 1.2 and 2.2. */
export type TlvName = keyof typeof DEFAULT_TLV_TYPES;

/** A complete table from TLV name to type number (u16), no number twice. */
export type TlvTypes = { readonly [name in TlvName]: number };

/** Raised when the `tlv_types` of a configuration can't be used. */
export class TlvTypesError extends HushcastError {
  readonly code = "TLV_TYPES";
}

/**
 * Builds the type table of a deployment that grew up with other numbers.
 *
 * @param overrides Type numbers (u16) by TLV name; names that are left out keep their default.
 * @returns A complete new table.
 * @throws {TlvTypesError} If a name is unknown, a number is no u16, or two names share a number.
 * @see PROTOCOL 1.2, `tlv_types`
 */
export function tlvTypesWith(overrides: Readonly<Record<string, number>>): TlvTypes {
  const table: Record<TlvName, number> = { ...DEFAULT_TLV_TYPES };
  for (const [name, number] of Object.entries(overrides)) {
    if (!isTlvName(name)) throw new TlvTypesError(`Cannot set TLV type ${name}: no such name`);
    if (!Number.isInteger(number) || number < 0 || number > 0xffff) {
      throw new TlvTypesError(`Cannot set TLV type ${name}: want 0 to 65535, got ${number}`);
    }
    table[name] = number;
  }
  rejectSharedNumbers(table);
  return table;
}

function isTlvName(name: string): name is TlvName {
  return Object.hasOwn(DEFAULT_TLV_TYPES, name);
}

function rejectSharedNumbers(table: TlvTypes): void {
  const nameOf = new Map<number, string>();
  for (const [name, number] of Object.entries(table)) {
    const other = nameOf.get(number);
    if (other !== undefined) {
      throw new TlvTypesError(`Cannot set TLV type ${name}: ${number} is already ${other}`);
    }
    nameOf.set(number, name);
  }
}
