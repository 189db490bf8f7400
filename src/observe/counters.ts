import { zeroCounts } from "./zero_counts.ts";

/** Why something that came from the network was dropped. The names are stable: operators graph them. */
export const DROP_REASONS = [
  "malformed",
  "stale",
  "replayed",
  "unauthentic",
  "unknown_session",
  "rate_limited",
  "cookie_required",
  "rejected",
  "overloaded",
  "fragment_timeout",
  "fragment_mismatch",
  "fragment_evicted",
  "too_large",
  "duplicate",
  "not_kept",
  "send_queue_full",
  "send_failed",
  "internal_error",
] as const;

/** One of the reasons in `DROP_REASONS`. */
export type DropReason = typeof DROP_REASONS[number];

/** What a relay counts, as plain numbers that only grow. */
export class RelayCounters {
  /** Registrations that made a session. */
  accepted = 0;
  /** Of those, the ones that replaced a session: of the same address, or of the same token. */
  replaced = 0;
  /** Registrations refused with REGISTRATION_REJECTED. */
  rejected = 0;
  /** Datagrams, and their bytes of UDP payload. */
  datagramsIn = 0;
  datagramsOut = 0;
  bytesIn = 0;
  bytesOut = 0;
  /** Messages that clients sent, and their bytes of payload. */
  messagesIn = 0;
  messageBytesIn = 0;
  /** Copies of messages handed to recipients, and their bytes of payload. */
  deliveries = 0;
  deliveryBytes = 0;
  /** FRAGMENT TLVs that came, tokens put together, FRAGMENT_NACKs either way, fragments sent again. */
  fragmentsIn = 0;
  reassembled = 0;
  fragmentNacksIn = 0;
  fragmentNacksOut = 0;
  fragmentsResent = 0;
  /** COOKIEs sent in place of an answer. */
  cookiesOut = 0;
  /** Sessions that went on from another address. */
  moved = 0;
  /** ACKs sent; of those, the ones for what had come before; NACKs that came. */
  acksOut = 0;
  acksRepeated = 0;
  nacksIn = 0;
  /** Messages sent again for a NACK, and relay sequences that LOST named. */
  messagesResent = 0;
  sequencesLost = 0;
  /** Messages that were sealed once for all members of the group, and group keys given out. */
  groupMessages = 0;
  groupKeys = 0;
  /** TLVs of a type that the relay does not know; they are skipped, not dropped. */
  unknownTlvs = 0;
  /** RSA decryptions asked for. */
  rsaOperations = 0;
  /** Drops by reason. */
  readonly drops: Record<DropReason, number> = zeroCounts(DROP_REASONS);

  /** Counts `count` drops for a reason. */
  drop(reason: DropReason, count = 1): void {
    this.drops[reason] += count;
  }
}
