import type { ClientRow } from "../watch/client_row.ts";

/**
 * The IP address of a client, as the command `ban` wants it.
 *
 * @param row The client; its address is `ip:port`, with an IPv6 address in brackets.
 */
export function ipOf({ address }: ClientRow): string {
  return address.slice(0, address.lastIndexOf(":")).replace(/^\[(.*)\]$/, "$1");
}

/**
 * Whether a client can be banned by its name: one that gave none is called by its address.
 *
 * @param row The client.
 */
export function hasName({ id, address }: ClientRow): boolean {
  return id !== address;
}

/** The units that the length of a ban can be given in, and their seconds. */
export const BAN_UNITS = { minutes: 60, hours: 3_600, days: 86_400 } as const;

/** One of `BAN_UNITS`. */
export type BanUnit = keyof typeof BAN_UNITS;
