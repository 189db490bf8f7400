import type { RsaModulusBits } from "../crypto/rsa.ts";
import type { EventLogger } from "../observe/event_logger.ts";
import type { RsaTimeListener } from "../observe/rsa_meter.ts";
import type { ClientSummary } from "../session/client_summary.ts";
import type { DirectMessage, DirectRemovalReason } from "./direct_effects.ts";

/** What a direct server is made of; all of it may be left out. */
export interface DirectServerOptions {
  /** IP address to bind to; by default 127.0.0.1. */
  readonly bind?: string;
  /** UDP port; by default 0, which picks a free one. */
  readonly port?: number;
  /** Length of the RSA key, where one is made; by default 4096. */
  readonly rsaBits?: RsaModulusBits;
  /** Where the RSA key and the clients' keys are kept; without it they end with the server. */
  readonly stateDirectory?: string;
  /** How long a client's key is kept without traffic, milliseconds; by default an hour. */
  readonly clientTimeoutMs?: number;
  /** How long an unfinished message may go without a new fragment, milliseconds; by default 10 s. */
  readonly fragmentTimeoutMs?: number;
  /** The oldest hybrid message taken, seconds; by default 60, 0 takes any age. */
  readonly maxMessageAgeSeconds?: number;
  /** The longest message in one body, bytes; by default 1 MiB. */
  readonly maxMessageBytes?: number;
  /** The longest message put together from several hybrid messages, bytes; by default 64 MiB. */
  readonly maxTransferBytes?: number;
  /** The most client keys kept; by default 10,000. */
  readonly maxClients?: number;
  /** Payload of each fragment of a long answer, bytes; by default 490. */
  readonly maxFragmentBytes?: number;
  /** By default nothing is logged. */
  readonly logger?: EventLogger;
  /**
   * Gets every message, instead of `DirectServer.messages`. Nobody waits for it; what it throws, or a
   * promise of it is rejected with, is logged and counted as `internal_error`.
   */
  readonly onMessage?: (message: DirectMessage) => unknown;
  /** Told when a client's key is kept, and when it no longer is; as `onMessage`. */
  readonly onClientEvent?: (event: DirectClientEvent) => unknown;
  /** Told how long each RSA operation took. */
  readonly onRsaTime?: RsaTimeListener;
}

/** That a client's key is kept, or no longer. */
export type DirectClientEvent =
  | { readonly event: "joined"; readonly client: ClientSummary }
  | {
    readonly event: "left";
    readonly client: ClientSummary;
    readonly reason: DirectRemovalReason;
  };
