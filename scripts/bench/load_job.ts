import type { Endpoint } from "../../src/session/endpoint.ts";
import type { Figures } from "./figures.ts";

/** How messages come to the receivers: each under its own key (PROTOCOL 1.5), or group delivery. */
export const DELIVERIES = ["per-recipient", "group-unicast", "group-multicast"] as const;

/** One of `DELIVERIES`. */
export type Delivery = typeof DELIVERIES[number];

/** Clients that come, stay for a while and leave, beside those that are measured. */
export interface Visitors {
  readonly perSecond: number;
  /** How long each stays after it is registered, milliseconds. */
  readonly stayMs: number;
}

/** What a load generator does to a relay. `receivers` never counts the one sender. */
export type Load =
  /** As many messages as can be under way without overflowing a socket's buffer. */
  | { readonly kind: "fan-out"; readonly receivers: number; readonly bytes: number }
  /** Messages at a fixed rate. */
  | {
    readonly kind: "paced";
    readonly receivers: number;
    readonly bytes: number;
    readonly perSecond: number;
    readonly visitors?: Visitors;
  }
  /** Registrations, each of which leaves at once. */
  | { readonly kind: "registrations" }
  /** Many clients that only keep themselves alive. */
  | {
    readonly kind: "idle";
    readonly receivers: number;
    /** How long they stay; each says once in this time that it is there. */
    readonly holdSeconds: number;
  }
  /** One long message after the other, by hushcast's own client. */
  | { readonly kind: "large"; readonly receivers: number; readonly bytes: number }
  /** Messages at a fixed rate with reliable delivery, by hushcast's own client. */
  | {
    readonly kind: "reliable";
    readonly receivers: number;
    readonly bytes: number;
    readonly perSecond: number;
    /** How many datagrams of each client are dropped, each way, percent. */
    readonly lossPercent: number;
  };

/** What a load generator is told, as the JSON of its one argument. */
export interface LoadJob {
  readonly relay: Endpoint;
  /** Process of the relay, whose time and memory are read. */
  readonly relayPid: number;
  readonly delivery: Delivery;
  /** How long is measured. */
  readonly seconds: number;
  /** How long the load goes on before that. */
  readonly warmUpSeconds: number;
  /** Sockets that share the receivers of group-multicast. */
  readonly groupSockets: number;
  readonly load: Load;
}

/** What a load generator answers, as a line of JSON. */
export type LoadOutcome =
  | { readonly outcome: "measured"; readonly figures: Figures }
  /** The relay lacks what the load needs; `reason` is for people. */
  | { readonly outcome: "unsupported"; readonly reason: string }
  /** It could not be measured; `reason` is for people. */
  | { readonly outcome: "failed"; readonly reason: string };
