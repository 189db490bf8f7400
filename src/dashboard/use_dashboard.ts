/// <reference no-default-lib="true" />
/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
/// <reference lib="esnext" />
import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { type DashboardAction, type DashboardState, INITIAL_STATE } from "./dashboard_state.ts";
import { FeedConnection } from "./connection/feed_connection.ts";
import { reduceDashboard } from "./reduce_dashboard.ts";
import { whileSeen } from "./connection/while_seen.ts";

/**
 * Follows the server. However much comes, the page is drawn once a frame at most, and not at all
 * while nobody sees it.
 *
 * @param level The least severe level of log lines to ask for.
 * @returns What is known, and what tells of what the user did.
 */
export function useDashboard(
  level: string,
): readonly [DashboardState, (action: DashboardAction) => void] {
  const [drawn, draw] = useState(INITIAL_STATE);
  const known = useRef(INITIAL_STATE);
  const frame = useRef(0);
  const dispatch = useCallback((action: DashboardAction) => {
    known.current = reduceDashboard(known.current, action);
    frame.current ||= requestAnimationFrame(() => {
      frame.current = 0;
      draw(known.current);
    });
  }, []);
  useEffect(() => {
    const following = whileSeen(
      () => new FeedConnection(level, dispatch),
      () => dispatch({ type: "paused" }),
    );
    return () => following[Symbol.dispose]();
  }, [level]);
  return [drawn, dispatch];
}
