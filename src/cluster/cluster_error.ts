import { HushcastError } from "../errors.ts";

/** Why a relay can't take part in a cluster; a code never changes its meaning. */
export type ClusterErrorCode =
  /** No NATS server answers. */
  | "CLUSTER_UNREACHABLE"
  /** NATS does not let us in, or does not let us do what we need. */
  | "CLUSTER_REFUSED"
  /** The NATS server keeps no streams. */
  | "CLUSTER_NO_JETSTREAM"
  /** The relays of the cluster use another key. */
  | "CLUSTER_KEY"
  /** There is a stream of that name, or of these subjects, that no relay made. */
  | "CLUSTER_STREAM"
  /** There are fewer NATS servers than replicas wanted. */
  | "CLUSTER_REPLICAS"
  /** The file of credentials, or of certificates, can't be used. */
  | "CLUSTER_CREDENTIALS";

/** Raised when a relay can't take part in a cluster. Its message says what to do, and holds no secret. */
export class ClusterError extends HushcastError {
  /**
   * @param code What went wrong.
   * @param message For people.
   * @param options `cause` when another error is wrapped.
   */
  constructor(override readonly code: ClusterErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
  }
}
