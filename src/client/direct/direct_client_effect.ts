import type { RsaPublicKey } from "../../crypto/rsa_public_key.ts";
import type { DirectClientError } from "./direct_client_error.ts";

/** A job for the shell that takes RSA; its result goes back to the core by the job's number. */
export type DirectRsaJob =
  /** Read a key, DER, and hand the result to `keyImported`. */
  | { readonly type: "import_key"; readonly jobId: number; readonly der: Uint8Array }
  /** Encrypt one block for each plaintext, and hand them to `blocksEncrypted` in the same order. */
  | {
    readonly type: "encrypt_blocks";
    readonly jobId: number;
    readonly key: RsaPublicKey;
    readonly plaintexts: readonly Uint8Array[];
  }
  /** Sign with the client's own key, and hand the signature to `signed`. */
  | { readonly type: "sign"; readonly jobId: number; readonly data: Uint8Array }
  /** Decrypt with the client's own key, and hand the result to `blockDecrypted`. */
  | { readonly type: "decrypt_block"; readonly jobId: number; readonly block: Uint8Array };

/** What became of an `import_key`: the key, or why it can't be used, for people. */
export type KeyImport =
  | { readonly outcome: "usable"; readonly key: RsaPublicKey }
  | { readonly outcome: "unusable"; readonly reason: string };

/** What the shell is to do, in order. */
export type DirectClientEffect =
  | DirectRsaJob
  /** Send a datagram to the server. */
  | { readonly type: "send"; readonly datagram: Uint8Array }
  /** The server's key is there: messages can be sent. */
  | { readonly type: "connected"; readonly fingerprint: string }
  /** So much of a message has left; what is sent again does not count. */
  | {
    readonly type: "progress";
    readonly messageId: number;
    readonly sentBytes: number;
    readonly totalBytes: number;
  }
  /** The server has acknowledged all of a message. */
  | { readonly type: "delivered"; readonly messageId: number }
  /** A message is given up, though the server answers to others. */
  | { readonly type: "send_failed"; readonly messageId: number; readonly error: DirectClientError }
  /** The server is silent: every message is given up, those that wait for room included. */
  | { readonly type: "all_sends_failed"; readonly error: DirectClientError }
  /** A message of the server for the user, who owns its bytes. */
  | { readonly type: "message"; readonly payload: Uint8Array }
  /** There is no key to be had: the client is closed for good. */
  | { readonly type: "failed"; readonly error: DirectClientError };
