import type { ClientOrder } from "../../watch/client_order.ts";
import type { RatedClient } from "../../watch/client_rates.ts";
import type { TopFigures } from "./top_figures.ts";

/** How it stands with the server. */
export type TopStatus =
  | { readonly state: "connected" }
  /** It has said nothing for longer than it should. */
  | { readonly state: "late"; readonly forMs: number }
  /** There is no connection; a new one is tried. */
  | { readonly state: "gone"; readonly forMs: number; readonly reason: string }
  /** It has been gone, and is there again since a moment ago. */
  | { readonly state: "back" };

/** What `hushcast top` shows. */
export interface TopView {
  /** `host:port` of the control port. */
  readonly server: string;
  /** Time between two samples, milliseconds. */
  readonly intervalMs: number;
  /** How it stands with the server. */
  readonly status: TopStatus;
  /** The latest figures, or those at which the view was paused. */
  readonly figures: TopFigures;
  /** The clients that the filter lets through, sorted. */
  readonly clients: readonly RatedClient[];
  /** How they are sorted. */
  readonly order: ClientOrder;
  /** What they are filtered by; empty when all are shown. */
  readonly filter: string;
  /** Whether the filter is being typed. */
  readonly isTyping: boolean;
  /** How many clients stand above the first that is shown. */
  readonly offset: number;
  /** Whether the figures stand still. */
  readonly isPaused: boolean;
  /** Whether the keys are explained in place of the clients. */
  readonly isHelpShown: boolean;
}
