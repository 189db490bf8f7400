import type { BanRecord } from "../../session/ban.ts";
import type { RelayId } from "../cluster_bus.ts";
import type { LocatedClient } from "./located_client.ts";

/** The longest payload that is sent or read, bytes. */
export const MAX_PRESENCE_BYTES = 256 * 1024;

/** Clients or changes in one message: each takes less than 700 bytes, so they fit. */
export const MAX_CLIENTS_IN_MESSAGE = 256;

/** Records of bans in one message: each takes less than 1,000 bytes. */
export const MAX_BANS_IN_MESSAGE = 256;

/** Clients of one relay that are known of, at most. */
export const MAX_RELAY_CLIENTS = 100_000;

/** The longest text for people in a message, UTF-16 units; the relay cuts it further. */
export const MAX_TEXT_UNITS = 1_024;

/** A client as it is told: which relay has it is known by who tells it. */
export type ToldClient = Omit<LocatedClient, "relayId" | "relayName">;

/** What has changed in a roster. */
export type RosterChange =
  | { readonly type: "joined"; readonly client: ToldClient }
  | { readonly type: "left"; readonly sessionId: string; readonly reason: string }
  | { readonly type: "moved"; readonly sessionId: string; readonly address: string };

/** Says that a relay is there, and by what to tell whether one has all that it said. */
export interface Beat {
  readonly kind: "beat";
  /** What people call the relay. */
  readonly name: string;
  /** How many changes it has told. */
  readonly version: number;
  /** How many clients it has. */
  readonly count: number;
  /** Digest of its book of bans. */
  readonly bans: string;
  /** Whether it has just connected, and all others are to say that they are there too. */
  readonly greets: boolean;
}

/** Changes of a relay's roster; `undefined` stands for one that is not understood. */
export interface Changes {
  readonly kind: "changes";
  /** The version that the first of them makes. */
  readonly first: number;
  readonly changes: readonly (RosterChange | undefined)[];
}

/** A part of a relay's whole roster, for all who want it. */
export interface RosterPart {
  readonly kind: "roster";
  readonly name: string;
  /** The version that all parts together show. */
  readonly version: number;
  /** Which part this is, from 0, of how many. */
  readonly part: number;
  readonly parts: number;
  /** `undefined` stands for one that is not understood. */
  readonly clients: readonly (ToldClient | undefined)[];
}

/** Asks one relay to end a session. */
export interface KickRequest {
  readonly kind: "kick";
  readonly to: RelayId;
  /** Names the request among those of the relay that asks. */
  readonly request: number;
  readonly sessionId: string;
  readonly reason: string;
}

/** Records of bans: one that was just made or lifted, or a part of a whole book. */
export interface BansMessage {
  readonly kind: "bans";
  /** Digest of the book of who sends them; all who have the same need not send theirs. */
  readonly digest: string;
  readonly records: readonly BanRecord[];
}

/** What relays say to each other about who is there. */
export type PresenceMessage =
  | Beat
  | Changes
  | RosterPart
  | KickRequest
  | BansMessage
  /** Asks one relay for its roster. */
  | { readonly kind: "ask"; readonly of: RelayId }
  /** The relay stops; its clients are about to come over to others. */
  | { readonly kind: "goodbye" }
  /** Answers a kick. */
  | {
    readonly kind: "kicked";
    readonly to: RelayId;
    readonly request: number;
    readonly isDone: boolean;
  }
  /** Asks all to tell their clients what an operator has to say. */
  | { readonly kind: "broadcast"; readonly request: number; readonly text: string }
  /** Answers that: so many clients were told. */
  | {
    readonly kind: "told";
    readonly to: RelayId;
    readonly request: number;
    readonly clients: number;
  };
