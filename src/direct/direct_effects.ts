import type { RsaPublicKey } from "../crypto/rsa_public_key.ts";
import type { ClientSummary } from "../session/client_summary.ts";
import type { Endpoint } from "../session/endpoint.ts";

/** A message that came whole, opened and new. */
export interface DirectMessage {
  /** Address of the sender, `ip:port`. Anyone can forge it; see `signedBy`. */
  readonly sender: string;
  /** The same address, in its parts. */
  readonly from: Endpoint;
  /** Owned by whoever gets the message. */
  readonly payload: Uint8Array;
  /** Fingerprint of the sender's key if its signature was checked; `undefined` without one. */
  readonly signedBy: string | undefined;
  /** How it was encrypted: RSA blocks alone, or with a Fernet token (PROTOCOL 2.2). */
  readonly form: "plain" | "hybrid";
}

/** Why a client's key is no longer kept. */
export type DirectRemovalReason = "timed_out" | "kicked" | "evicted";

/** What the shell is to do, in order. */
export type DirectEffect =
  /** Send a datagram. */
  | { readonly type: "send"; readonly datagram: Uint8Array; readonly to: Endpoint }
  /** Read a PEM key and hand the result to `DirectCore.keyImported`. */
  | { readonly type: "import_key"; readonly jobId: number; readonly pem: Uint8Array }
  /** Decrypt a block with the server's key and hand the result to `DirectCore.blockDecrypted`. */
  | { readonly type: "decrypt_block"; readonly jobId: number; readonly block: Uint8Array }
  /** Encrypt blocks for a client and hand them to `DirectCore.blocksEncrypted`. */
  | {
    readonly type: "encrypt_blocks";
    readonly jobId: number;
    readonly key: RsaPublicKey;
    readonly plaintexts: readonly Uint8Array[];
  }
  /** Check a signature and hand the result to `DirectCore.signatureVerified`. */
  | {
    readonly type: "verify_signature";
    readonly jobId: number;
    readonly key: RsaPublicKey;
    readonly signature: Uint8Array;
    readonly signedBytes: Uint8Array;
  }
  /** Hand a message to the user. */
  | { readonly type: "message"; readonly message: DirectMessage }
  /** A message of the user has left, or could not: what `DirectCore.sendTo` began. */
  | { readonly type: "message_left"; readonly sendId: number }
  | { readonly type: "message_failed"; readonly sendId: number }
  /** For log, watchers and the file of client keys. */
  | {
    readonly type: "client_registered";
    readonly client: ClientSummary;
    /** Fingerprint of the key that this address had before, if it was another. */
    readonly replacedKey: string | undefined;
  }
  | {
    readonly type: "client_removed";
    readonly client: ClientSummary;
    readonly reason: DirectRemovalReason;
    /** What the operator gave as reason; empty if nothing. */
    readonly detail: string;
  }
  | { readonly type: "key_refused"; readonly from: Endpoint; readonly reason: string };
