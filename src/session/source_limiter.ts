import { keepNewest } from "./keep_newest.ts";
import { TokenBucket, type TokenBucketRate } from "./token_bucket.ts";

/** Rates of a `SourceLimiter`. */
export interface SourceLimits {
  /** For each source on its own. */
  readonly perSource: TokenBucketRate;
  /** For all sources together. */
  readonly global: TokenBucketRate;
  /** Sources remembered at once; past it the one that was quiet longest is forgotten. */
  readonly maxSources: number;
}

/**
 * A token bucket for each source address and one for all together (PROTOCOL 1.4).
 *
 * The table is bounded. A flood from more forged addresses than it holds makes it forget some, and
 * then the global bucket is what bounds the answers.
 */
export class SourceLimiter {
  readonly #limits: SourceLimits;
  readonly #global: TokenBucket;
  // Kept in the order of last use: the first entry is the one that was quiet longest.
  readonly #buckets = new Map<string, TokenBucket>();

  /** @param limits The rates. @param nowMs Monotonic time. */
  constructor(limits: SourceLimits, nowMs: number) {
    this.#limits = limits;
    this.#global = new TokenBucket(limits.global, nowMs);
  }

  /** How many sources are remembered. */
  get size(): number {
    return this.#buckets.size;
  }

  /**
   * Asks leave for one answer.
   *
   * @param address IP address of the source, without the port.
   * @param nowMs Monotonic time.
   * @returns Whether both buckets had a token; if not, neither lost one.
   */
  take(address: string, nowMs: number): boolean {
    const bucket = this.#bucketOf(sourceKey(address), nowMs);
    return bucket.has(nowMs) && this.#global.take(nowMs) && bucket.take(nowMs);
  }

  #bucketOf(key: string, nowMs: number): TokenBucket {
    const bucket = this.#buckets.get(key) ?? new TokenBucket(this.#limits.perSource, nowMs);
    this.#buckets.delete(key);
    this.#buckets.set(key, bucket);
    keepNewest(this.#buckets, this.#limits.maxSources);
    return bucket;
  }
}

/**
 * What counts as one source: an IPv4 address, or the /64 of an IPv6 one, since whoever has one
 * address of a /64 usually has all of them. An IPv4 address in its IPv6 form (RFC 4291, 2.5.5.2),
 * as a socket for both families shows it, counts as the IPv4 address that it is.
 *
 * @param address IP address literal, without brackets or port, with or without a zone.
 * @returns A key for tables, the same for every spelling of an address.
 */
export function sourceKey(address: string): string {
  if (!address.includes(":")) return address;
  const groups = ipv6Groups(address);
  const [mark, high = 0, low = 0] = groups.slice(5);
  const isMapped = mark === 0xffff && groups.slice(0, 5).every((group) => group === 0);
  if (isMapped) return [high >> 8, high & 0xff, low >> 8, low & 0xff].join(".");
  return groups.slice(0, 4).map((group) => group.toString(16)).join(":");
}

function ipv6Groups(address: string): number[] {
  const [literal = ""] = address.split("%", 1);
  const [before = [], after = []] = literal.split("::").map(writtenGroups);
  const zeros = new Array<number>(Math.max(0, 8 - before.length - after.length)).fill(0);
  return [...before, ...zeros, ...after];
}

function writtenGroups(text: string): number[] {
  if (text === "") return [];
  return text.split(":").flatMap((group) => {
    if (!group.includes(".")) return Number.parseInt(group, 16);
    const [a = 0, b = 0, c = 0, d = 0] = group.split(".").map(Number);
    return [a << 8 | b, c << 8 | d];
  });
}
