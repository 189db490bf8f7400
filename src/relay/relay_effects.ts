import type { ClientSummary } from "../session/client_summary.ts";
import type { Endpoint } from "../session/endpoint.ts";

/** Why a session ended. */
export type RemovalReason =
  | "left"
  | "timed_out"
  | "kicked"
  | "replaced"
  | "revoked"
  | "banned"
  | "shutdown";

/** What the shell is to do, in order. */
export type RelayEffect =
  /** Send a datagram. */
  | { readonly type: "send"; readonly datagram: Uint8Array; readonly to: Endpoint }
  /** Send a datagram by multicast to the address of group delivery. */
  | { readonly type: "send_to_group"; readonly datagram: Uint8Array }
  /**
   * Decrypt an RSA block and hand the result to `RelayCore.keyDecrypted`. No more than
   * `rsaConcurrency` of these are under way at once.
   */
  | {
    readonly type: "decrypt_key";
    readonly jobId: number;
    readonly ciphertext: Uint8Array<ArrayBuffer>;
    readonly generation: number;
  }
  /** Sign the RSA key anew and hand the result to `RelayCore.setIdentity`. */
  | { readonly type: "renew_identity" }
  /** For log and watchers. */
  | {
    readonly type: "client_registered";
    readonly client: ClientSummary;
    /** The client name that it gave. */
    readonly name: string | undefined;
    /** What its run of a program calls itself, 32 hexadecimal digits; a secret. */
    readonly instance: string | undefined;
  }
  /** A client goes on from another address; `client` shows the new one. */
  | { readonly type: "client_moved"; readonly client: ClientSummary; readonly from: string }
  | {
    readonly type: "client_removed";
    readonly client: ClientSummary;
    readonly reason: RemovalReason;
    /** What the client or the operator gave as reason; empty if nothing. Client text is hostile. */
    readonly detail: string;
  }
  | { readonly type: "registration_rejected"; readonly from: Endpoint; readonly reason: string }
  /** A message will never be kept, for a reason in words. */
  | { readonly type: "message_refused"; readonly senderId: string; readonly reason: string }
  /** Messages can't be kept at the moment, for a reason in words; or they can again. */
  | { readonly type: "history_trouble"; readonly trouble: string | undefined };
