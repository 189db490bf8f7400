import type { BanChanges } from "../../session/ban_book.ts";
import type { RelayId } from "../cluster_bus.ts";
import type { LocatedClient } from "./located_client.ts";
import type { RequestResult } from "./presence_requests.ts";
import type { GoneReason } from "./remote_relay.ts";

/** Who asked this relay to do something, by which the answer finds its way. */
export interface AskedBy {
  readonly relayId: RelayId;
  readonly request: number;
}

/**
 * Why a session has to end: its client is at another relay now, or another client there has had its
 * name for longer.
 */
export type DisplacedWhy = "came_over" | "name_taken";

/** A session of this relay that has to end. */
export interface Displaced {
  /** Its client, as this relay knew it. */
  readonly client: LocatedClient;
  readonly why: DisplacedWhy;
  /** Whether this relay's other clients are to hear that it left: nobody goes by its id any more. */
  readonly isTold: boolean;
}

/** What the shell is to do, in order. */
export type PresenceEffect =
  /** Say something to all other relays. */
  | { readonly type: "publish"; readonly payload: Uint8Array<ArrayBuffer> }
  /** A client of another relay is there, and nobody went by its id before. */
  | { readonly type: "joined"; readonly client: LocatedClient }
  /** A client of another relay is gone, and nobody goes by its id any more. */
  | { readonly type: "left"; readonly client: LocatedClient; readonly reason: string }
  /** A client of another relay goes by another id. */
  | { readonly type: "moved"; readonly client: LocatedClient; readonly formerId: string }
  /** End a session of this relay; the roster has it no more. */
  | { readonly type: "displaced" } & Displaced
  /** End a session of this relay, and answer by `kickDone`. */
  | {
    readonly type: "kick";
    readonly by: AskedBy;
    readonly sessionId: string;
    readonly reason: string;
  }
  /** Tell the clients of this relay something, and answer by `broadcastDone`. */
  | { readonly type: "broadcast"; readonly by: AskedBy; readonly text: string }
  /** Another relay is there, for the first time or again. */
  | { readonly type: "relay_came"; readonly relayId: RelayId; readonly relayName: string }
  /** Another relay is there no more; its clients may yet come over. */
  | {
    readonly type: "relay_gone";
    readonly relayId: RelayId;
    readonly relayName: string;
    readonly reason: GoneReason;
  }
  /** Bans were made or lifted elsewhere. */
  | { readonly type: "bans"; readonly changes: BanChanges }
  | RequestResult;
