import type { EventLogger } from "../observe/event_logger.ts";
import type { Endpoint } from "../session/endpoint.ts";
import type { TokenBucketRate } from "../session/token_bucket.ts";
import type { TlvTypes } from "../wire/tlv_types.ts";

/** Where the relay is: at an address, at one of several, or somewhere in a multicast group. */
export type RelayLocation =
  | {
    /**
     * `HOST:PORT`, `HOST`, `[IPv6]:PORT`, or the same taken apart; the port is 47700 by default. Of
     * several, 16 at most, the client takes the first that answers; when that is lost or refuses, the
     * next in the list, and so on in a circle. They should be relays of one cluster: then nothing is
     * missed and nothing comes twice with reliable delivery. Each has an identity of its own.
     */
    readonly relay: string | Endpoint | readonly (string | Endpoint)[];
    readonly group?: undefined;
  }
  | {
    readonly relay?: undefined;
    /** `IP:PORT` or `IP` of a multicast group in which the relay answers. */
    readonly group: string | Endpoint;
  };

/** How far back a client wants to hear: whole numbers above 0. */
export type ReplayOptions =
  | { readonly messages: number; readonly seconds?: undefined }
  | { readonly seconds: number; readonly messages?: undefined };

/** What `RelayClient.connect` is told. Times are milliseconds. */
export type RelayClientOptions = RelayLocation & {
  /** Client name, 1 to 64 bytes without control characters; without it others see `ip:port`. */
  readonly name?: string;
  /** AUTH_TOKEN, 1 to 512 bytes of UTF-8, for a relay that asks for one. */
  readonly token?: string;
  /**
   * Asks for reliable delivery: messages are sent again until the relay has them, and those of
   * others come in order, each once. A relay that can't says so by an `unreliable` event.
   */
  readonly reliable?: boolean;
  /**
   * Asks for what was said before: the last so many messages, or those of the last seconds, as far as the
   * relay holds them. They come before all others, in order; asks for reliable delivery too. A relay
   * that keeps no past for newcomers says so by a `no_replay` event.
   */
  readonly replay?: ReplayOptions;
  /**
   * Asks for group delivery: the relay seals each message once for all clients that have it, and
   * sends it by multicast where it is set up so. Any of these clients could then forge a message of
   * another one, or have others miss it; where that matters, leave it off. Where it does not work,
   * a `group_unavailable` event says so, and messages come one by one.
   */
  readonly groupDelivery?: boolean;
  /**
   * Address of the network interface that datagrams leave by, and multicast comes in by: for group
   * delivery an IPv4 one. Without it the system chooses, which needs a route for multicast.
   */
  readonly interface?: string;
  /** Fingerprint `SHA256:...` that the relay must have; of several, any relay must have one of them. */
  readonly identity?: string | readonly string[];
  /**
   * Directory with the file `known_relays`, by which a relay that was met before must still be the
   * same. Without it, and without `identity`, whoever answers first is trusted at every connect.
   */
  readonly stateDirectory?: string;
  /** How long the first registration may take; 10,000 by default. */
  readonly timeoutMs?: number;
  /** How long a lost relay is looked for; for ever by default. */
  readonly reconnectTimeoutMs?: number;
  /** The longest message either way, bytes; 1 MiB by default. */
  readonly maxMessageBytes?: number;
  /** The oldest token taken, seconds; 60 by default, 0 takes any age. */
  readonly maxMessageAgeSeconds?: number;
  /** How long an unfinished message may go without a new fragment; 10,000 by default. */
  readonly fragmentTimeoutMs?: number;
  /** UDP payload of each datagram sent, bytes; 1,200 by default. */
  readonly datagramBudgetBytes?: number;
  /** How fast messages leave; 32 at once, then 4,000 a second by default. */
  readonly messageRate?: TokenBucketRate;
  /** Type numbers, for a deployment that grew up with others. */
  readonly tlvTypes?: TlvTypes;
  /** Events that wait for their reader at most; 4,096 by default. */
  readonly maxBufferedEvents?: number;
  /** Logged to; nothing by default. */
  readonly logger?: EventLogger;
  /** Ends the attempt to connect, and later the client. */
  readonly signal?: AbortSignal;
};
