import { FRAGMENT_HEADER_BYTES, MAX_FRAGMENTS } from "../wire/fragment.ts";
import { messageTlvs } from "../wire/message.ts";
import type { FirstSent } from "../wire/first_sent.ts";
import { encodeTlvs, TLV_HEADER_BYTES } from "../wire/tlv.ts";
import { tokenBytes } from "../wire/token_size.ts";
import type { RelayClientCoreOptions } from "./relay_client_core_options.ts";
import { RelayClientError } from "./relay_client_error.ts";

/** A message on its way out. */
export interface OutgoingMessage {
  /** Names the message within the client. */
  readonly messageId: number;
  /**
   * The TLVs of its token; in a session with reliable delivery CLIENT_SEQUENCE goes before them, and
   * FIRST_SENT in a later one than its first.
   */
  readonly plaintext: Uint8Array;
  /**
   * Under what it got a number for the first time, in an earlier session: by that relays tell that
   * they have it already. The number counts even if nothing is known to have left.
   */
  readonly firstSent?: FirstSent;
  /** Whether it left in an earlier session, whose relay did not acknowledge it. */
  readonly hasLeft?: boolean;
}

/** What CLIENT_SEQUENCE and FIRST_SENT take in a token, bytes. */
const NUMBER_BYTES = TLV_HEADER_BYTES + 8 + TLV_HEADER_BYTES + 16;

/**
 * Wraps a message for sending.
 *
 * @param messageId Names it within the client.
 * @param payload The message; copied.
 * @param options Type table and limits.
 * @returns The message, sealed by nobody yet.
 * @throws {RelayClientError} `MESSAGE_TOO_LARGE` if it is longer than `maxMessageBytes`, or would
 *   need more fragments than FRAGMENT can count.
 * @see PROTOCOL 1.5, 1.6
 */
export function outgoingMessage(
  messageId: number,
  payload: Uint8Array,
  options: RelayClientCoreOptions,
): OutgoingMessage {
  const { types, maxMessageBytes, datagramBudgetBytes, reliable } = options;
  if (payload.byteLength > maxMessageBytes) throw tooLarge(payload, `${maxMessageBytes} bytes`);
  const plaintext = encodeTlvs(messageTlvs(types.MESSAGE, payload));
  const chunkBytes = datagramBudgetBytes - TLV_HEADER_BYTES - FRAGMENT_HEADER_BYTES;
  const tlvBytes = plaintext.byteLength + (reliable ? NUMBER_BYTES : 0);
  if (tokenBytes(tlvBytes) > MAX_FRAGMENTS * chunkBytes) {
    throw tooLarge(payload, `what ${MAX_FRAGMENTS} datagrams hold`);
  }
  return { messageId, plaintext };
}

function tooLarge({ byteLength }: Uint8Array, limit: string): RelayClientError {
  return new RelayClientError(
    "MESSAGE_TOO_LARGE",
    `Cannot send message: it has ${byteLength} bytes, at most ${limit} are allowed`,
  );
}
