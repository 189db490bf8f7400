/**
 * Fragments that may leave for one peer: 32 at once, then 4,000 a second.
 *
 * A UDP socket's buffer on Linux holds about 90 datagrams of 1,200 bytes unless someone raised it,
 * and what overflows is lost. So a long message is spread out: a receiver may be busy for 20 ms
 * without losing any of it.
 */
export const FRAGMENT_RATE = { burst: 32, perSecond: 4_000 } as const;
