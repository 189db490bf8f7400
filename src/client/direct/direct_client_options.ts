import type { RsaPrivateKey } from "../../crypto/rsa_private_key.ts";
import type { EventLogger } from "../../observe/event_logger.ts";
import type { Endpoint } from "../../session/endpoint.ts";

/** What `DirectClient.connect` is told. Times are milliseconds. */
export interface DirectClientOptions {
  /** `HOST:PORT`, `HOST`, `[IPv6]:PORT`, or the same taken apart; the port is 47710 by default. */
  readonly server: string | Endpoint;
  /**
   * Fingerprint `SHA256:...` that the server's key must have. Without it whoever answers first is
   * trusted at every connect.
   */
  readonly serverKey?: string;
  /**
   * A lasting key: every message is signed with it. Without one a key is made for this client alone,
   * to which the server encrypts its answers, and nothing is signed.
   */
  readonly key?: RsaPrivateKey;
  /** Whether to send RSA blocks alone, for servers that know no hybrid messages; nothing is signed. */
  readonly plainRsa?: boolean;
  /** Address of the network interface that datagrams leave by. */
  readonly interface?: string;
  /** How long the server may be silent before connecting or sending fails; 10,000 by default. */
  readonly timeoutMs?: number;
  /** Payload of a fragment, bytes; 1,194 by default, so that a datagram has 1,200. */
  readonly maxFragmentBytes?: number;
  /** The longest message that is sent, bytes; 64 MiB by default. */
  readonly maxMessageBytes?: number;
  /** Logged to; nothing by default. */
  readonly logger?: EventLogger;
  /** Ends the attempt to connect, and later the client. */
  readonly signal?: AbortSignal;
}
