import { MAX_DIRECT_FRAGMENTS } from "./direct_frame.ts";
import type { ReassemblyLimits } from "./reassembly_pool.ts";

/** How long after its last fragment the server asks for what is missing (PROTOCOL 2.3). */
export const DIRECT_NACK_DELAY_MS = 300;

/** How often it asks for one message (PROTOCOL 2.3). */
export const MAX_DIRECT_NACKS = 5;

/** The bounds of PROTOCOL 1.6 for one peer. */
const DEFAULT_PEER_BYTES = 4 * 1024 * 1024;
const MAX_PEER_MESSAGES = 1024;

/** What of the bounds can be configured. */
export interface DirectReassemblyOptions {
  /** The longest body, bytes. */
  readonly maxBodyBytes: number;
  /** Fragments of unfinished bodies held for all peers together, bytes. */
  readonly maxTotalBytes: number;
  /** Message ids remembered for all peers together. */
  readonly maxMessages: number;
  /** `fragment_timeout` in milliseconds. */
  readonly timeoutMs: number;
}

/**
 * The bounds of reassembly in the direct protocol.
 *
 * @param options Those that can be configured. When a body may be longer than a peer's bound (4 MiB)
 *   or the bound in all, that bound rises to it, since else no such body could ever arrive.
 * @see PROTOCOL 1.6, 2.3
 */
export function directReassemblyLimits(options: DirectReassemblyOptions): ReassemblyLimits {
  const { maxBodyBytes, maxTotalBytes, maxMessages, timeoutMs } = options;
  return {
    maxTokenBytes: maxBodyBytes,
    maxPeerBytes: Math.max(DEFAULT_PEER_BYTES, maxBodyBytes),
    maxTotalBytes: Math.max(maxTotalBytes, maxBodyBytes),
    maxPeerMessages: MAX_PEER_MESSAGES,
    maxMessages,
    timeoutMs,
    nackDelayMs: DIRECT_NACK_DELAY_MS,
    maxNacks: MAX_DIRECT_NACKS,
    maxNackedFragments: MAX_DIRECT_FRAGMENTS,
  };
}
