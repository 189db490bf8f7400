import { tryDecodeFragment } from "../wire/fragment.ts";
import type { Reassembly } from "../wire/reassembly.ts";

/** What of a peer's fragments can come to nothing. */
export type FragmentDrop = "malformed" | "fragment_evicted" | "fragment_mismatch" | "too_large";

/**
 * Takes the value of a FRAGMENT from a peer (PROTOCOL 1.6).
 *
 * @param reassembly The peer's.
 * @param value Any bytes; copied where kept.
 * @param nowMs Monotonic time.
 * @param drop Counts drops; called with 0 as well.
 * @returns The token, when this was its last missing fragment.
 */
export function takeFragment(
  reassembly: Reassembly,
  value: Uint8Array,
  nowMs: number,
  drop: (reason: FragmentDrop, count: number) => void,
): Uint8Array | undefined {
  const fragment = tryDecodeFragment(value);
  if (fragment === undefined) {
    drop("malformed", 1);
    return undefined;
  }
  const result = reassembly.add(fragment, nowMs);
  drop("fragment_evicted", result.evicted);
  switch (result.state) {
    case "collecting":
    case "duplicate":
      return undefined;
    case "refused":
      drop(result.reason === "too_large" ? "too_large" : "fragment_mismatch", 1);
      return undefined;
    case "complete":
      return result.token;
    default:
      return result satisfies never;
  }
}
