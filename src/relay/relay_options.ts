import type { AdmissionTokens } from "../session/admission_tokens.ts";
import type { Ban } from "../session/ban.ts";
import type { TlvTypes } from "../wire/tlv_types.ts";
import type { GroupDelivery } from "./group_delivery.ts";

/** What a relay core is told when it is made; the shell reads it from the settings. */
export interface RelayOptions {
  readonly types: TlvTypes;
  /** How long a client may be silent, milliseconds. */
  readonly clientTimeoutMs: number;
  /** How long an unfinished message may go without a new fragment, milliseconds. */
  readonly fragmentTimeoutMs: number;
  /** The oldest token taken, seconds; 0 takes any age. */
  readonly maxMessageAgeSeconds: number;
  /** The longest message, bytes of payload. */
  readonly maxMessageBytes: number;
  /** The most clients at once. */
  readonly maxClients: number;
  /** UDP payload of each datagram sent, bytes. */
  readonly budgetBytes: number;
  /** RSA operations under way at once; what waits beyond waits within the core. */
  readonly rsaConcurrency: number;
  /** Registrations waiting for RSA beyond which strangers need a COOKIE; 0 for always. */
  readonly cookieThreshold: number;
  /** The tokens that admit clients, or `undefined` when none is asked for. */
  readonly authTokens: AdmissionTokens | undefined;
  /** The bans at the start. */
  readonly bans: readonly Ban[];
  /** How messages reach the clients that ask for group delivery. */
  readonly groupDelivery: GroupDelivery;
  /** Gives `count` unpredictable bytes, for session ids and IVs; good until the next call. */
  readonly randomBytes: (count: number) => Uint8Array;
}

/** The public half of the relay's RSA key, as clients get it. */
export interface ServerKey {
  /** SPKI in PEM, ASCII bytes. */
  readonly pem: Uint8Array;
  /** Length of the modulus, and so of every RSA block, bytes. */
  readonly modulusBytes: number;
  /** Rises with each new key, so that a block is never tried with a key that it was not made for. */
  readonly generation: number;
}
