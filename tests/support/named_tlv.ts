import { DEFAULT_TLV_TYPES, type TlvName } from "../../src/wire/tlv_types.ts";
import type { Tlv } from "../../src/wire/tlv.ts";

/**
 * Makes a TLV by the name that PROTOCOL 1.2 gives its type.
 *
 * @param name Its name, for its default number.
 * @param value Its value; text is encoded as UTF-8, and without one it is empty.
 * @returns The TLV.
 */
export function namedTlv(name: TlvName, value: string | Uint8Array = new Uint8Array()): Tlv {
  const bytes = typeof value === "string" ? new TextEncoder().encode(value) : value;
  return { type: DEFAULT_TLV_TYPES[name], value: bytes };
}

/**
 * The name of a TLV's type.
 *
 * @param tlv A decoded TLV.
 * @returns Its name under the default numbers, or `undefined` when no type has its number.
 */
export function nameOfTlv({ type }: Tlv): TlvName | undefined {
  for (const name of Object.keys(DEFAULT_TLV_TYPES)) {
    if (isTlvName(name) && DEFAULT_TLV_TYPES[name] === type) return name;
  }
  return undefined;
}

function isTlvName(name: string): name is TlvName {
  return Object.hasOwn(DEFAULT_TLV_TYPES, name);
}
