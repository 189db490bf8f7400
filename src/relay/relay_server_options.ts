import type { Identity } from "../crypto/identity.ts";
import type { RsaModulusBits } from "../crypto/rsa.ts";
import type { HistoryStore } from "../history/history.ts";
import type { EventLogger } from "../observe/event_logger.ts";
import type { RsaTimeListener } from "../observe/rsa_meter.ts";
import type { Ban } from "../session/ban.ts";
import type { OtherRelays } from "./other_relays.ts";
import type { GroupDeliveryPlan } from "./relay_sockets.ts";
import type { RelayOptions } from "./relay_options.ts";
import type { ClientEvent } from "./relay_reporter.ts";

/** What a relay is made of. */
export interface RelayServerOptions {
  /** IP address and UDP port to bind to; port 0 picks a free one. */
  readonly bind: string;
  readonly port: number;
  /** Multicast group, or `undefined` to be reached by unicast alone. */
  readonly group: string | undefined;
  /** IPv4 address (IPv6: index) of the interface to join on; `undefined` leaves it to the system. */
  readonly interface: string | undefined;
  readonly identity: Identity;
  readonly rsaBits: RsaModulusBits;
  /** How messages reach the clients that have group delivery. */
  readonly groupDelivery: GroupDeliveryPlan;
  readonly protocol: Omit<RelayOptions, "randomBytes" | "groupDelivery">;
  /** Keeps messages; disposed of by whoever made it, after the relay. */
  readonly history: HistoryStore;
  /** The other relays of a cluster; by default there are none. */
  readonly others?: OtherRelays;
  readonly logger: EventLogger;
  /** Told when a client joins or leaves. */
  readonly onClientEvent?: (event: ClientEvent) => void;
  /** Told all bans that hold, after `ban` or `unban` has changed them, which then wait for it. */
  readonly onBansChanged?: (bans: readonly Ban[]) => Promise<void>;
  /** Told how long each RSA decryption took. */
  readonly onRsaTime?: RsaTimeListener;
}
