import type { StatisticsTree } from "../observe/statistics_tree.ts";
import type { FeedEvent, ServerProfile } from "../watch/feed_event.ts";
import type { TrafficPoint } from "../watch/traffic_point.ts";
import { type ClientList, NO_CLIENTS } from "./clients/client_list.ts";
import { EMPTY_LOG, type LogTail } from "./log/log_tail.ts";

/**
 * How the page stands with its server. Times are the browser's, Unix milliseconds.
 *
 *     connecting -> live <-> lost
 *                   live -> ended -> live
 *     connecting, live -> paused -> live, lost
 */
export type Connection =
  | { readonly state: "connecting" }
  | { readonly state: "live" }
  /** Nobody has looked at the page for a while. */
  | { readonly state: "paused" }
  /** The stream ended without a word. */
  | { readonly state: "lost"; readonly sinceMs: number }
  /** The server said that it shuts down. */
  | { readonly state: "ended"; readonly sinceMs: number; readonly reason: string };

/** A server that was started again. */
export interface Restart {
  /** Since when it runs, Unix milliseconds of the server. */
  readonly startedMs: number;
  /** Whether its fingerprint is another one now, so that clients who know the former turn away. */
  readonly hasNewFingerprint: boolean;
}

/** All that the page knows of its server. */
export interface DashboardState {
  readonly connection: Connection;
  /** Who it is; `undefined` until it has told. */
  readonly profile: ServerProfile | undefined;
  /** Its last restart while the page was open, until the user has noticed. */
  readonly restart: Restart | undefined;
  /** When it was last heard of, by the browser's clock, Unix milliseconds. */
  readonly heardMs: number | undefined;
  /** The time by the server's clock, Unix milliseconds; 0 until it has told. */
  readonly nowMs: number;
  /** What went on in the last 15 minutes, the oldest first. */
  readonly points: readonly TrafficPoint[];
  /** Its counters. */
  readonly statistics: StatisticsTree;
  readonly clients: ClientList;
  readonly log: LogTail;
}

/** What happens to the page. Times are the browser's, Unix milliseconds. */
export type DashboardAction =
  | { readonly type: "feed"; readonly event: FeedEvent; readonly atMs: number }
  | { readonly type: "lost"; readonly atMs: number }
  | { readonly type: "paused" }
  | { readonly type: "restart noticed" };

/** What a page knows that was just opened. */
export const INITIAL_STATE: DashboardState = {
  connection: { state: "connecting" },
  profile: undefined,
  restart: undefined,
  heardMs: undefined,
  nowMs: 0,
  points: [],
  statistics: {},
  clients: NO_CLIENTS,
  log: EMPTY_LOG,
};
