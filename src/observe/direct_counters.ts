import { zeroCounts } from "./zero_counts.ts";

/** Why a direct server dropped something from the network. The names are stable: operators graph them. */
export const DIRECT_DROP_REASONS = [
  "malformed",
  "undecryptable",
  "unauthentic",
  "stale",
  "replayed",
  "rate_limited",
  "overloaded",
  "reader_full",
  "fragment_timeout",
  "fragment_mismatch",
  "fragment_evicted",
  "transfer_evicted",
  "too_large",
  "forgotten",
  "send_failed",
  "internal_error",
] as const;

/** One of the reasons in `DIRECT_DROP_REASONS`. */
export type DirectDropReason = typeof DIRECT_DROP_REASONS[number];

/** What a direct server counts, as plain numbers that only grow. */
export class DirectCounters {
  /** Datagrams, and their bytes of UDP payload. */
  datagramsIn = 0;
  datagramsOut = 0;
  bytesIn = 0;
  bytesOut = 0;
  /** Messages handed to the user, their bytes of payload, and how many of them were signed. */
  messagesIn = 0;
  messageBytesIn = 0;
  messagesSigned = 0;
  messagesHybrid = 0;
  /** Messages that the user sent, and their bytes of payload. */
  messagesOut = 0;
  messageBytesOut = 0;
  /** Answers by kind. */
  acksOut = 0;
  nacksOut = 0;
  keysOut = 0;
  /** Keys of clients: taken, replaced by another of the same address, refused. */
  keysAccepted = 0;
  keysReplaced = 0;
  keysRefused = 0;
  /** Fragments that came, and messages put together from them and from parts. */
  fragmentsIn = 0;
  reassembled = 0;
  transfers = 0;
  /** RSA operations asked for: with the server's key, which are slow, and with clients' keys. */
  rsaDecryptions = 0;
  rsaPublicOperations = 0;
  /** Drops by reason. */
  readonly drops: Record<DirectDropReason, number> = zeroCounts(DIRECT_DROP_REASONS);

  /** Counts `count` drops for a reason. */
  drop(reason: DirectDropReason, count = 1): void {
    this.drops[reason] += count;
  }
}
