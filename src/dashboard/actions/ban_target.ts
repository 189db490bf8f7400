import type { ClientRow } from "../../watch/client_row.ts";

/**
 * The IP address of a client, as the command `ban` wants it.
 *
 * @param row The client; its address is `ip:port`, with an IPv6 address in brackets.
 */
export function ipOf({ address }: ClientRow): string {
  return address.slice(0, address.lastIndexOf(":")).replace(/^\[(.*)\]$/, "$1");
}

/**
 * Whether a client gave a name: one that gave none is called by its address.
 *
 * @param row The client.
 */
export function hasName({ id, address }: ClientRow): boolean {
  return id !== address;
}

// IPv4, IPv6 with or without a zone, and networks of either.
const READS_AS_ADDRESS = /^(\d+(\.\d+){3}|[\da-f]*:[\da-f]*:[\da-f:.]*(%[^/]*)?)(\/.*)?$/i;

/**
 * Whether the command `ban` takes a client's name for a name. One that reads as an IP address would
 * keep out whoever has that address, and it is the client who chose it.
 *
 * @param row The client.
 */
export function canBanByName(row: ClientRow): boolean {
  return hasName(row) && !READS_AS_ADDRESS.test(row.id);
}

/**
 * Whom a ban of a client's address keeps out: of IPv6 it is the whole network of 64 bits.
 *
 * @param row The client.
 */
export function addressKind(row: ClientRow): "address" | "network" {
  return ipOf(row).includes(":") ? "network" : "address";
}

/** The units that the length of a ban can be given in, and their seconds. */
export const BAN_UNITS = { minutes: 60, hours: 3_600, days: 86_400 } as const;

/** One of `BAN_UNITS`. */
export type BanUnit = keyof typeof BAN_UNITS;
