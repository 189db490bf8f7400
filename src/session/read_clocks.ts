import type { Instant } from "./instant.ts";

/** Reads both clocks of the system together, for a shell to tell its core. */
export function readClocks(): Instant {
  return { monotonicMs: performance.now(), unixMs: Date.now() };
}
