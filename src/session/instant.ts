/** A moment as a core is told it: both clocks, read together by the shell. */
export interface Instant {
  /** Monotonic milliseconds from any origin: time-outs go by it, so a set clock breaks none. */
  readonly monotonicMs: number;
  /** Wall-clock milliseconds since 1970: Fernet timestamps and what people read go by it. */
  readonly unixMs: number;
}

/**
 * The whole Unix second of a moment, as Fernet timestamps count.
 *
 * @param now The moment.
 * @returns Unix time in seconds, rounded down.
 */
export function unixSeconds(now: Instant): number {
  return Math.floor(now.unixMs / 1000);
}
