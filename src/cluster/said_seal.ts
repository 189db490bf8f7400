import type { NewMessage } from "../history/history.ts";
import type { ClusterKeys } from "./cluster_keys.ts";
import { decodeSaid, encodeSaid } from "./said_message.ts";

/** For how long NATS tells copies of a message by its mark, seconds. */
export const DUPLICATE_WINDOW_SECONDS = 300;

/** How far the clock of a relay may be ahead of that of NATS, seconds. */
const MAX_AHEAD_SECONDS = 60;

/**
 * How old a token may be when NATS keeps it, seconds. Anyone who may publish to NATS can publish a
 * token again, but only under its own mark, which NATS refuses within the window; past it the token
 * is too old, even if its maker's clock was ahead.
 */
const MAX_AGE_SECONDS = DUPLICATE_WINDOW_SECONDS - MAX_AHEAD_SECONDS;

/** A message as NATS handed it out. */
export interface SealedSaid {
  /** Its mark, if it has one. */
  readonly mark: string | undefined;
  /** When NATS kept it, Unix milliseconds. */
  readonly keptUnixMs: number;
  readonly token: Uint8Array;
}

/** What was in it, or why that can't be told. */
export type OpenedSaid =
  | { readonly type: "message"; readonly message: NewMessage }
  /** Not made under the key of the cluster, or not for this place. */
  | { readonly type: "foreign" }
  /** Authentic, but made long before it was kept, or after: a copy, or a clock that is wrong. */
  | { readonly type: "untimely"; readonly aheadSeconds: number; readonly messageId: string };

/**
 * Seals a message for NATS.
 *
 * @param keys The keys of the cluster.
 * @param message The message.
 * @param nowUnixMs The time; a message that is published again later is sealed again.
 * @returns The token, owned by the caller.
 */
export function sealSaid(keys: ClusterKeys, message: NewMessage, nowUnixMs: number): Uint8Array {
  return keys.said.encrypt(encodeSaid(message), { now: Math.floor(nowUnixMs / 1000) });
}

/**
 * Opens what NATS handed out. Whether it is timely goes by the clock of NATS alone, so that all relays
 * come to the same answer, whenever they look.
 *
 * @param keys The keys of the cluster.
 * @param sealed Anything that stands in the stream.
 */
export function openSaid(keys: ClusterKeys, { mark, keptUnixMs, token }: SealedSaid): OpenedSaid {
  const opened = keys.said.open(token);
  const plaintext = opened.ok ? opened.plaintext() : undefined;
  const message = plaintext && decodeSaid(plaintext);
  if (!opened.ok || message === undefined) return { type: "foreign" };
  if (mark !== keys.markOf(message.messageId)) return { type: "foreign" };
  const aheadSeconds = opened.timestamp - keptUnixMs / 1000;
  if (aheadSeconds <= MAX_AHEAD_SECONDS && aheadSeconds > -MAX_AGE_SECONDS) {
    return { type: "message", message };
  }
  return { type: "untimely", aheadSeconds, messageId: message.messageId };
}
