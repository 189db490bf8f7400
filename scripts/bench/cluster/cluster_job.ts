import type { Endpoint } from "../../../src/session/endpoint.ts";
import type { ClusterLoad } from "./cluster_cases.ts";
import type { ClusterFigures } from "./cluster_figures.ts";

/** A relay that is measured. */
export interface ClusterJobRelay {
  readonly endpoint: Endpoint;
  readonly pid: number;
}

/** What the load generator of a cluster is told, as the JSON of its one argument. */
export interface ClusterJob {
  readonly relays: readonly ClusterJobRelay[];
  /** Processes of the NATS servers. */
  readonly natsPids: readonly number[];
  /** How long is measured. */
  readonly seconds: number;
  /** How long the load goes on before that. */
  readonly warmUpSeconds: number;
  readonly load: ClusterLoad;
}

/** What it answers, as a line of JSON. */
export type ClusterOutcome =
  | { readonly outcome: "measured"; readonly figures: ClusterFigures }
  /** It could not be measured; `reason` is for people. */
  | { readonly outcome: "failed"; readonly reason: string };
