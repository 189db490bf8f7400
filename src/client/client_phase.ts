import type { Admission } from "./admission.ts";
import type { Conversation } from "./conversation.ts";
import type { RelayChannel } from "./relay_channel.ts";

/** What a client is at: getting registered, talking with its relay, or nothing any more. */
export type ClientPhase =
  | { readonly state: "joining"; readonly phase: Admission }
  | { readonly state: "registered"; readonly phase: Conversation }
  | { readonly state: "closed" };

/**
 * What a client shares with a relay in a phase.
 *
 * @returns The channel, or `undefined` while there is no key that the relay may have.
 */
export function channelOf(phase: ClientPhase): RelayChannel | undefined {
  return phase.state === "closed" ? undefined : phase.phase.channel;
}
