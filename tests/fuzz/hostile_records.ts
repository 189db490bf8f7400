import type { Fernet } from "../../src/crypto/fernet.ts";
import type { Reassembly } from "../../src/wire/reassembly.ts";
import type { SequenceRange } from "../../src/wire/sequence_ranges.ts";
import type { GroupListener } from "./hostile_group.ts";
import type { Tlv } from "../../src/wire/tlv.ts";
import { DEFAULT_TLV_TYPES as TYPES } from "../../src/wire/tlv_types.ts";

/** What a member believes that comes by the group. */
export const GROUP_TYPES: ReadonlySet<number> = new Set([
  TYPES.SENDER_ID,
  TYPES.RELAY_SEQUENCE,
  TYPES.MESSAGE,
  TYPES.NOTIFY_CONNECT,
  TYPES.NOTIFY_DISCONNECT,
]);

/** Takes a datagram in the clear: where it goes, its bytes, and what they mean. */
export type ClearTaker = (to: string, datagram: Uint8Array, tlvs: readonly Tlv[]) => void;

/** Everything a client has made under one key. */
export interface KeyRecord {
  readonly fernet: Fernet;
  /** The session that was made with it. */
  session: WatchedSession | undefined;
  /** Ids that its session has gone by. */
  readonly ids: Set<string>;
  /** Its messages by CLIENT_SEQUENCE, and its numbered tokens without a message as `undefined`. */
  readonly numbered: Map<bigint, SealedMessage | undefined>;
  /** Whether it ever sealed a NACK. */
  hasAsked: boolean;
  /** The highest CLIENT_SEQUENCE that came, fresh, from where its session was. */
  highestHeard: bigint;
}

/** A message that was sealed. */
export interface SealedMessage {
  readonly key: KeyRecord;
  /** What its payload begins with, and no other's. */
  readonly mark: Uint8Array;
  /** The relay's number for it, once that was seen. */
  relaySequence: bigint | undefined;
}

/** By which way a message came: sealed for its recipient, or for the group. */
export type Way = "alone" | "group";

/** A session as the effects and datagrams of a relay show it. */
export interface WatchedSession extends GroupListener {
  readonly sessionId: string;
  address: string;
  id: string;
  key: KeyRecord | undefined;
  /** Who it may think is there. */
  readonly known: Set<string>;
  readonly reassembly: Reassembly;
  features: number;
  /** How each message came first, by its relay sequence. */
  readonly heard: Map<bigint, Way>;
  /** The newest relay sequence that it was sent or began with. */
  newest: bigint;
  /** Relay sequences that it was not sent though it was sent newer ones. */
  readonly passedOver: Set<bigint>;
  readonly lost: SequenceRange[];
  /** The highest CLIENT_SEQUENCE of it that was relayed. */
  highestRelayed: bigint;
}
