import type { FeedEvent, ServerProfile } from "../watch/feed_event.ts";
import { changeClients, replaceClients, settleClients } from "./clients/client_list.ts";
import type { DashboardAction, DashboardState, Restart } from "./dashboard_state.ts";
import { appendLog, mergeLog } from "./log/log_tail.ts";
import { appendPoint, mergeHistory } from "./charts/traffic_history.ts";

/**
 * Works out what the page knows after something happened.
 *
 * @param state What it knew.
 * @param action What happened.
 * @returns The new state; the parts that did not change are the same objects.
 */
export function reduceDashboard(state: DashboardState, action: DashboardAction): DashboardState {
  switch (action.type) {
    case "feed":
      return reduceFeed({ ...state, heardMs: action.atMs }, action.event, action.atMs);
    case "lost":
      return lose(state, action.atMs);
    case "paused":
      return isAway(state) ? state : { ...state, connection: { state: "paused" } };
    case "restart noticed":
      return { ...state, restart: undefined };
  }
}

function reduceFeed(state: DashboardState, event: FeedEvent, atMs: number): DashboardState {
  switch (event.type) {
    case "server":
      return meet(state, event.data);
    case "history":
      return withPoints(state, mergeHistory(state.points, event.data));
    case "log_history":
      return { ...state, log: mergeLog(state.log, event.data) };
    case "clients":
    case "clients_changed":
      return { ...state, clients: updateClients(state, event), nowMs: event.data.time_ms };
    case "point": {
      const { point, statistics } = event.data;
      const clients = settleClients(state.clients, point.time_ms);
      return { ...withPoints(state, appendPoint(state.points, point)), statistics, clients };
    }
    case "log":
      return { ...state, log: appendLog(state.log, { line: event.data }) };
    case "log_dropped":
      return { ...state, log: appendLog(state.log, { missing: event.data.count }) };
    case "shutdown":
      return {
        ...state,
        connection: { state: "ended", sinceMs: atMs, reason: event.data.reason },
      };
  }
}

/** A stream begins. After a pause the counters of before give no rates: they would be its mean. */
function meet(state: DashboardState, profile: ServerProfile): DashboardState {
  const isRestart = state.profile !== undefined && state.profile.instance !== profile.instance;
  const goesOn = !isRestart && state.connection.state === "live";
  return {
    ...state,
    connection: { state: "live" },
    profile,
    restart: isRestart ? restartOf(state, profile) : state.restart,
    clients: goesOn ? state.clients : { ...state.clients, timeMs: undefined },
  };
}

function restartOf({ profile, restart }: DashboardState, after: ServerProfile): Restart {
  const isOther = profile !== undefined && profile.fingerprint !== after.fingerprint;
  return {
    startedMs: after.started_ms,
    hasNewFingerprint: isOther || restart?.hasNewFingerprint === true,
  };
}

function updateClients(
  { clients }: DashboardState,
  event: Extract<FeedEvent, { type: "clients" | "clients_changed" }>,
) {
  if (event.type === "clients") {
    return replaceClients(clients, event.data.clients, event.data.time_ms);
  }
  const { changed, removed, time_ms } = event.data;
  return changeClients(clients, changed, removed, time_ms);
}

function withPoints(state: DashboardState, points: DashboardState["points"]): DashboardState {
  return { ...state, points, nowMs: points.at(-1)?.time_ms ?? state.nowMs };
}

/**
 * A stream that ends, or does not begin. What is known is from when the server was last heard of:
 * a computer that slept finds out later.
 */
function lose(state: DashboardState, atMs: number): DashboardState {
  if (isAway(state)) return state;
  return { ...state, connection: { state: "lost", sinceMs: state.heardMs ?? atMs } };
}

function isAway({ connection: { state } }: DashboardState): boolean {
  return state === "lost" || state === "ended";
}
