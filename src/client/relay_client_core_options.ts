import type { TokenBucketRate } from "../session/token_bucket.ts";
import type { Replay } from "../wire/replay.ts";
import type { TlvTypes } from "../wire/tlv_types.ts";
import type { RelayTargets } from "./relay_target.ts";

/** What a `RelayClientCore` is told when it is made. */
export interface RelayClientCoreOptions {
  readonly types: TlvTypes;
  /** Where a relay is asked for: at several addresses, when one can take the place of another. */
  readonly targets: RelayTargets;
  /** CLIENT_NAME, or `undefined` to be known by `ip:port`. */
  readonly name: string | undefined;
  /** AUTH_TOKEN, or `undefined` to show none. */
  readonly token: string | undefined;
  /** Whether to ask for reliable delivery (PROTOCOL 1.7). */
  readonly reliable: boolean;
  /** What to hear of the time before; with reliable delivery alone. `undefined` for nothing. */
  readonly replay: Replay | undefined;
  /** Whether to ask for group delivery (PROTOCOL 1.8). */
  readonly groupDelivery: boolean;
  /** How long the first registration may take, milliseconds. */
  readonly timeoutMs: number;
  /** How long a lost relay is looked for, milliseconds; `Infinity` for ever. */
  readonly reconnectTimeoutMs: number;
  /** The longest message either way, bytes of payload. */
  readonly maxMessageBytes: number;
  /** The oldest token taken, seconds; 0 takes any age. */
  readonly maxMessageAgeSeconds: number;
  /** How long an unfinished message may go without a new fragment, milliseconds. */
  readonly fragmentTimeoutMs: number;
  /** UDP payload of each datagram sent, bytes. */
  readonly datagramBudgetBytes: number;
  /** How fast messages leave; fragments of one have a pace of their own. */
  readonly messageRate: TokenBucketRate;
  /** Gives `count` unpredictable bytes in an array of their own. */
  readonly randomBytes: (count: number) => Uint8Array<ArrayBuffer>;
  /** Gives numbers from 0 up to 1, for jitter. */
  readonly random: () => number;
}
