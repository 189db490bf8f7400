/// <reference no-default-lib="true" />
/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
/// <reference lib="esnext" />
import type { ServerProfile } from "../watch/feed_event.ts";
import type { Connection } from "./dashboard_state.ts";
import { Fingerprint } from "./fingerprint.tsx";
import { formatDuration } from "./format_time.ts";
import { ThemeButton } from "./theme_button.tsx";

/** What the top of the page tells. */
export interface HeaderBarProps {
  readonly connection: Connection;
  readonly profile: ServerProfile | undefined;
  readonly nowMs: number;
}

const STATE_LABELS: Readonly<Record<Connection["state"], string>> = {
  connecting: "Connecting",
  live: "Live",
  paused: "Paused",
  lost: "Connecting again",
  ended: "Shut down",
};

/** The top of the page: which server this is, and whether it is there. */
export function HeaderBar({ connection, profile, nowMs }: HeaderBarProps) {
  return (
    <header class="header">
      <div class="brand">
        <img src="/assets/icon.svg" alt="" width="24" height="24" />
        <h1>hushcast {profile?.kind}</h1>
        {profile !== undefined && <span class="version">{profile.version}</span>}
        <span class={`connection ${connection.state}`} role="status" aria-label="Connection">
          {STATE_LABELS[connection.state]}
        </span>
      </div>
      {profile !== undefined && <ServerFacts profile={profile} nowMs={nowMs} />}
      <div class="header-actions">
        <ThemeButton />
        {profile?.has_login === true && (
          <form method="post" action="/logout">
            <button type="submit">Log out</button>
          </form>
        )}
      </div>
    </header>
  );
}

function ServerFacts({ profile, nowMs }: { profile: ServerProfile; nowMs: number }) {
  return (
    <dl class="facts">
      <div>
        <dt>UDP</dt>
        <dd class="mono">{profile.udp}</dd>
      </div>
      {profile.group !== undefined && (
        <div>
          <dt>Group</dt>
          <dd class="mono">{profile.group}</dd>
        </div>
      )}
      <div>
        <dt>Up</dt>
        <dd>{formatDuration(nowMs - profile.started_ms)}</dd>
      </div>
      <div class="identity">
        <dt>{profile.kind === "relay" ? "Identity" : "Key"}</dt>
        <dd>
          <Fingerprint text={profile.fingerprint} />
        </dd>
      </div>
    </dl>
  );
}
