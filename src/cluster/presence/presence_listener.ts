import type { BanChanges } from "../../session/ban_book.ts";
import type { LocatedClient } from "./located_client.ts";
import type { Displaced } from "./presence_effect.ts";

/**
 * What a relay is told of the others. A listener may call the presence in turn, and may be called
 * while it does.
 */
export interface PresenceListener {
  /** A client of another relay is there, and nobody went by its id before: this relay's clients are to be told. */
  onJoined(client: LocatedClient): void;
  /** A client of another relay is gone, and nobody goes by its id any more: likewise. */
  onLeft(client: LocatedClient, reason: string): void;
  /** A client of another relay goes by another id: they are told that the one left and the other joined. */
  onMoved(client: LocatedClient, formerId: string): void;
  /** A session of this relay has to end; the presence has it no more. */
  onDisplaced(displaced: Displaced): void;
  /** An operator of another relay ends a session here. Returns whether there was such a session. */
  onKick(sessionId: string, reason: string): boolean;
  /** An operator of another relay has something to say to the clients here. Returns how many they are. */
  onBroadcast(text: string): number;
  /** Operators of other relays have made or lifted bans; they are to be saved as well. */
  onBans(changes: BanChanges): void;
}
