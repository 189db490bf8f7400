/// <reference no-default-lib="true" />
/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
/// <reference lib="esnext" />
import { escapeUnprintable } from "../../observe/printable_text.ts";
import type { Connection, Restart } from "../dashboard_state.ts";
import { formatTimeOfDay } from "../format_time.ts";

/** What the banner tells. */
export interface ConnectionBannerProps {
  readonly connection: Connection;
  /** The server's restart, if there was one. */
  readonly restart: Restart | undefined;
  readonly onNoticed: () => void;
}

/**
 * Says that the server is away or was restarted. Its places are there at all times, since screen
 * readers tell only of what changes in a place that they know.
 */
export function ConnectionBanner({ connection, restart, onNoticed }: ConnectionBannerProps) {
  const trouble = describeTrouble(connection);
  return (
    <div class="banners">
      <div role="alert">{trouble !== undefined && <p class="banner trouble">{trouble}</p>}</div>
      <div role="status">
        {restart !== undefined && (
          <p class="banner notice">
            <span>
              The server restarted at {formatTimeOfDay(restart.startedMs)}; its counters began anew.
              {restart.hasNewFingerprint && (
                <strong>
                  {" "}
                  Its fingerprint is another one: clients that know the former do not connect.
                </strong>
              )}
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
    case "paused":
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
