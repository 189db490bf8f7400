/// <reference no-default-lib="true" />
/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
/// <reference lib="esnext" />
import { escapeUnprintable } from "../observe/printable_text.ts";
import type { Connection } from "./dashboard_state.ts";
import { formatTimeOfDay } from "./format_time.ts";

/** What the banner tells. */
export interface ConnectionBannerProps {
  readonly connection: Connection;
  /** Since when the server runs, if it was restarted; Unix milliseconds. */
  readonly restartedMs: number | undefined;
  readonly onNoticed: () => void;
}

/**
 * Says that the server is away or was restarted. Its places are there at all times, since screen
 * readers tell only of what changes in a place that they know.
 */
export function ConnectionBanner({ connection, restartedMs, onNoticed }: ConnectionBannerProps) {
  const trouble = describeTrouble(connection);
  return (
    <div class="banners">
      <div role="alert">{trouble !== undefined && <p class="banner trouble">{trouble}</p>}</div>
      <div role="status">
        {restartedMs !== undefined && (
          <p class="banner notice">
            <span>
              The server restarted at {formatTimeOfDay(restartedMs)}; its counters began anew.
            </span>
            <button type="button" class="small" onClick={onNoticed}>Dismiss</button>
          </p>
        )}
      </div>
    </div>
  );
}

function describeTrouble(connection: Connection): string | undefined {
  switch (connection.state) {
    case "live":
    case "connecting":
      return undefined;
    case "lost":
      return `No connection since ${formatTimeOfDay(connection.sinceMs)}. What is shown is from ` +
        "then; the page tries again every few seconds.";
    case "ended":
      return `The server shut down at ${formatTimeOfDay(connection.sinceMs)}: ` +
        `${escapeUnprintable(connection.reason)}. What is shown is from then; the page tries to ` +
        "reach it again every few seconds.";
  }
}
