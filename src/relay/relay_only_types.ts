import type { TlvTypes } from "../wire/tlv_types.ts";

/**
 * The types that only relays send in the clear.
 *
 * @param types The type table in use.
 * @returns Their numbers.
 * @see PROTOCOL 1.2
 */
export function outerRelayTypes(types: TlvTypes): ReadonlySet<number> {
  return new Set([
    types.SERVER_PUBLIC_KEY_RESPONSE,
    types.SERVER_IDENTITY,
    types.UNKNOWN_SESSION,
    types.REGISTRATION_REJECTED,
    types.GROUP_MESSAGE,
    types.GROUP_FRAGMENT,
  ]);
}

/**
 * The types that only relays send sealed.
 *
 * @param types The type table in use.
 * @returns Their numbers.
 * @see PROTOCOL 1.2
 */
export function sealedRelayTypes(types: TlvTypes): ReadonlySet<number> {
  return new Set([
    types.SENDER_ID,
    types.NOTIFY_CONNECT,
    types.NOTIFY_DISCONNECT,
    types.REGISTRATION_ACCEPTED,
    types.RELAY_SEQUENCE,
    types.ACK,
    types.GROUP_KEY,
    types.KEEP_ALIVE_REPLY,
    types.LOST,
    types.SERVER_NOTICE,
    types.SERIES_ID,
    types.REPLAY_FROM,
  ]);
}
