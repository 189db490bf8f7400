import type { Endpoint } from "../session/endpoint.ts";
import type { RelayedMessage } from "./sealed_content.ts";

/** Why a client that was registered looks for its relay again. */
export type LostCause =
  /** The relay said that it is shutting down. */
  | "shutdown"
  /** The relay no longer answers, or no longer knows this client. */
  | "silence";

/** What a session with a relay brings. Ids and texts come from others: escape them before showing. */
export type SessionEvent =
  /** The relay has taken this client in; `isReconnect` is false the first time. */
  | {
    readonly type: "registered";
    /** Address of the relay. */
    readonly relay: Endpoint;
    /** Fingerprint of its identity; `undefined` when it proves none. */
    readonly fingerprint: string | undefined;
    readonly isReconnect: boolean;
  }
  /** The relay is gone, and it or another one is being looked for. */
  | {
    readonly type: "reconnecting";
    readonly cause: LostCause;
    /** At a shutdown the relay's own words; that the clocks differ, if that is why; or empty. */
    readonly reason: string;
    /** Address of the relay that is gone. */
    readonly relay: Endpoint;
    /** Address of the one that is tried next; `undefined` when there is no other. */
    readonly next: Endpoint | undefined;
  }
  /** Another client sent a message to all. */
  | ({ readonly type: "message" } & RelayedMessage)
  /** A client joined: its client name or `ip:port`. */
  | { readonly type: "joined"; readonly id: string }
  /** A client left or timed out. */
  | { readonly type: "left"; readonly id: string }
  /** The operator of the relay says something to everyone. */
  | { readonly type: "notice"; readonly text: string }
  /** Messages with these relay sequences, both included, will never come: the relay has them no more. */
  | { readonly type: "gap"; readonly first: bigint; readonly last: bigint }
  /** The relay counts afresh: what others said since the last message may be missing. */
  | { readonly type: "new_series" }
  /** The relay did not acknowledge a message in time, which it may or may not have; see `flush`. */
  | { readonly type: "not_acknowledged" }
  /** The past was asked for, and this relay gives none; nothing of it will come. */
  | { readonly type: "no_replay" }
  /** Reliable delivery was asked for, and this relay does not grant it; once a registration. */
  | { readonly type: "unreliable" }
  /**
   * Group messages do not reach this client, or this relay grants no group delivery: messages come
   * one by one instead, sealed for this client alone. In the first case the client registers again
   * for that, and never asks for group delivery again; without reliable delivery it may have missed
   * messages meanwhile, and nothing says which. `reason` is for people.
   */
  | { readonly type: "group_unavailable"; readonly reason: string };

/** The relay has taken this client in. */
export type RegisteredEvent = Extract<SessionEvent, { type: "registered" }>;

/** A relay was trusted for a reason that its user should know of. */
export interface TrustEvent {
  /** Tells this event from others. */
  readonly type: "trust";
  /** It was met for the first time, or it proves no identity at all. */
  readonly news: "first_use" | "no_identity";
  /** `HOST:PORT`, or `group IP:PORT`. */
  readonly relay: string;
  /** Fingerprint of its identity; `undefined` when it proves none. */
  readonly fingerprint: string | undefined;
  /** Why it could not be remembered, if it could not. */
  readonly unsavedBecause: string | undefined;
}

/** Events that nobody read in time were dropped, the oldest ones; they would stand here. */
export interface OverflowEvent {
  /** Tells this event from others. */
  readonly type: "overflow";
  /** How many. */
  readonly dropped: number;
}

/** What a `RelayClient` tells its user. */
export type RelayClientEvent = SessionEvent | TrustEvent | OverflowEvent;
