import type { Endpoint } from "../../session/endpoint.ts";

/** What a core needs to know of the client's own RSA key. */
export interface DirectOwnKey {
  /** The public half as PEM, ASCII bytes. */
  readonly pem: Uint8Array;
  /** Length of the modulus, and so of every block and signature of this key. */
  readonly modulusBytes: number;
}

/** What a `DirectClientCore` is told when it is made. */
export interface DirectClientCoreOptions {
  /** IP address and port of the server. */
  readonly server: Endpoint;
  /** Fingerprint that the server's key must have; `undefined` to trust the first usable one. */
  readonly serverKey: string | undefined;
  /** The key that the server encrypts its answers for. */
  readonly ownKey: DirectOwnKey;
  /** Whether hybrid messages are signed with that key; it is then a lasting one. */
  readonly isSigning: boolean;
  /** How messages are encrypted (PROTOCOL 2.2). */
  readonly form: "hybrid" | "plain";
  /** How long the server may be silent, milliseconds. */
  readonly timeoutMs: number;
  /** Payload of a fragment, bytes. */
  readonly maxFragmentBytes: number;
  /** The longest message that is sent, bytes. */
  readonly maxMessageBytes: number;
  /** Gives `count` unpredictable bytes in an array of their own. */
  readonly randomBytes: (count: number) => Uint8Array<ArrayBuffer>;
  /** Gives numbers from 0 up to 1, for jitter. */
  readonly random: () => number;
}
