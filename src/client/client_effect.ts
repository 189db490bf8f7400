import type { Endpoint } from "../session/endpoint.ts";
import type { GroupAddress } from "../wire/group_key.ts";
import type { RelayClientError } from "./relay_client_error.ts";
import type { SessionEvent } from "./relay_client_event.ts";

/** A relay's answer to PUBLIC_KEY_REQUEST; anyone on the network can have written it. */
export interface KeyAnswer {
  /** Where it came from. */
  readonly from: Endpoint;
  /** The value of SERVER_PUBLIC_KEY_RESPONSE. */
  readonly pem: Uint8Array;
  /** The value of SERVER_IDENTITY, if there was one. */
  readonly identity: Uint8Array | undefined;
}

/** A job for the shell: decide on an answer, and encrypt a Fernet key for its sender. */
export interface SealKeyJob {
  /** Given back with the result. */
  readonly jobId: number;
  readonly answer: KeyAnswer;
  /** The Fernet key, 44 characters. */
  readonly fernetKey: string;
}

/** What became of a `SealKeyJob`. */
export type SealKeyResult =
  /** The answer is trusted; `encryptedKey` is the value of ENCRYPTED_SYMMETRIC_KEY. */
  | {
    readonly outcome: "sealed";
    readonly encryptedKey: Uint8Array;
    /** Fingerprint of the relay's identity; `undefined` when it proves none. */
    readonly fingerprint: string | undefined;
  }
  /** The answer holds no usable key, or its identity is not proven; `reason` is for people. */
  | { readonly outcome: "unusable"; readonly reason: string }
  /** The answer is sound but not from the relay that is expected. */
  | { readonly outcome: "untrusted"; readonly error: RelayClientError };

/** What the shell is to do, in order. */
export type ClientEffect =
  /** Tell the user. */
  | SessionEvent
  /** Send a datagram. */
  | { readonly type: "send"; readonly datagram: Uint8Array; readonly to: Endpoint }
  /**
   * Receive what comes to a multicast group, in place of any other, and hand it to
   * `RelayClientCore.receiveFromGroup`; or say by `groupFailed` why that is not possible.
   */
  | { readonly type: "join_group"; readonly address: GroupAddress }
  /** Receive from no group any more. */
  | { readonly type: "leave_group" }
  /** One of several relays did not take this client in, and the next one is tried. */
  | {
    readonly type: "relay_passed";
    /** Its address. */
    readonly relay: Endpoint;
    readonly error: RelayClientError;
    /** Address of the next one. */
    readonly next: Endpoint;
  }
  /** A relay that was lost takes this client for an old copy of itself, so it goes on trying; once. */
  | {
    readonly type: "registration_refused";
    /** Address of the relay. */
    readonly relay: Endpoint;
    readonly error: RelayClientError;
  }
  /** Do the job and hand the result to `RelayClientCore.keySealed`. */
  | { readonly type: "seal_key"; readonly job: SealKeyJob }
  /** So much of a message has left; fragments that are sent again do not count. */
  | {
    readonly type: "progress";
    readonly messageId: number;
    readonly sentDatagrams: number;
    readonly totalDatagrams: number;
  }
  /** The last datagram of a message was sent. */
  | { readonly type: "message_left"; readonly messageId: number }
  /** The relay did not acknowledge a message, however often it was sent. */
  | { readonly type: "message_given_up"; readonly messageId: number }
  /**
   * All that was sent before the last `flush` has left, and the relay answered since or acknowledged
   * all of it.
   */
  | { readonly type: "flushed" }
  /** The relay was lost before it answered, or did not acknowledge some of it. */
  | { readonly type: "flush_failed"; readonly error: RelayClientError }
  /** The client is closed for good and says why. */
  | { readonly type: "failed"; readonly error: RelayClientError };
