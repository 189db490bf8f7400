import type { TlvTypes } from "../wire/tlv_types.ts";

/** The public half of the server's RSA key, and what the core needs to know of it. */
export interface DirectServerKey {
  /** SPKI in PEM, ASCII bytes, as clients get it. */
  readonly pem: Uint8Array;
  /** SHA-256 of its DER SubjectPublicKeyInfo: what a SIGNATURE is bound to. */
  readonly digest: Uint8Array;
  /** Length of the modulus, and so of every RSA block for the server, bytes. */
  readonly modulusBytes: number;
}

/** What a direct core is told when it is made; the shell reads it from the settings. */
export interface DirectOptions {
  readonly types: TlvTypes;
  readonly serverKey: DirectServerKey;
  /** How long a client's key is kept without traffic, milliseconds. */
  readonly clientTimeoutMs: number;
  /** How long an unfinished message may go without a new fragment, milliseconds. */
  readonly fragmentTimeoutMs: number;
  /** The oldest token taken, and how long plain RSA bodies are remembered, seconds; 0 takes any age. */
  readonly maxMessageAgeSeconds: number;
  /** The longest message in one body, bytes of payload. */
  readonly maxMessageBytes: number;
  /** The longest message put together from several hybrid messages, bytes of payload. */
  readonly maxTransferBytes: number;
  /** The most client keys kept. */
  readonly maxClients: number;
  /** Payload of each fragment of a long answer, bytes. */
  readonly maxFragmentBytes: number;
  /** RSA decryptions that may be under way at once. */
  readonly rsaConcurrency: number;
  /**
   * Tokens sealed before are refused, Unix seconds; 0 for none. A server that kept its key, but not
   * what it had taken before it stopped, can't tell copies of those from new ones.
   */
  readonly notBeforeUnixSeconds: number;
  /** Gives `count` unpredictable bytes, for keys, ids and IVs; good until the next call. */
  readonly randomBytes: (count: number) => Uint8Array;
  /** Whether who reads the messages has room for one more; without it nothing is acknowledged. */
  readonly readerHasRoom: () => boolean;
}
