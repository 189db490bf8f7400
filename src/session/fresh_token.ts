import type { Fernet } from "../crypto/fernet.ts";
import { type Tlv, tryDecodeTlvs } from "../wire/tlv.ts";

/** How far a token's timestamp may lie in the future, seconds (PROTOCOL 1.5; Fernet spec). */
export const MAX_CLOCK_SKEW_SECONDS = 60;

/** What an authentic and fresh token holds, and what tells it from others; or why it is refused. */
export type FreshTokenResult =
  | {
    readonly state: "fresh";
    /** Its TLVs; what they were read from is not changed any more, but its buffer others may share. */
    readonly tlvs: readonly Tlv[];
    /** Fernet timestamp, Unix seconds. */
    readonly timestamp: number;
    /** 32 bytes. */
    readonly hmac: Uint8Array;
  }
  | { readonly state: "refused"; readonly reason: "unauthentic" | "malformed" }
  | { readonly state: "refused"; readonly reason: "stale"; readonly timestamp: number };

/**
 * Opens a token: authentic first, then fresh, then readable (PROTOCOL 1.5). Whether it came before
 * is for the caller to ask.
 *
 * @param fernet The key that it should be under.
 * @param token Its ASCII bytes; not kept.
 * @param maxAgeSeconds `max_message_age`; 0 takes any time, also in the future.
 * @param nowSeconds Unix time.
 */
export function openFreshToken(
  fernet: Fernet,
  token: Uint8Array,
  maxAgeSeconds: number,
  nowSeconds: number,
): FreshTokenResult {
  const opened = fernet.open(token);
  if (!opened.ok) {
    const isForged = opened.code === "FERNET_SIGNATURE";
    return { state: "refused", reason: isForged ? "unauthentic" : "malformed" };
  }
  const { timestamp, hmac } = opened;
  if (!isFresh(timestamp, maxAgeSeconds, nowSeconds)) {
    return { state: "refused", reason: "stale", timestamp };
  }
  const plaintext = opened.plaintext();
  const tlvs = plaintext && tryDecodeTlvs(plaintext);
  if (tlvs === undefined) return { state: "refused", reason: "malformed" };
  return { state: "fresh", tlvs, timestamp, hmac };
}

function isFresh(timestamp: number, maxAgeSeconds: number, nowSeconds: number): boolean {
  if (maxAgeSeconds === 0) return true;
  return timestamp >= nowSeconds - maxAgeSeconds &&
    timestamp <= nowSeconds + MAX_CLOCK_SKEW_SECONDS;
}
