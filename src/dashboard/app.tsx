/// <reference no-default-lib="true" />
/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
/// <reference lib="esnext" />
import { useCallback, useEffect, useMemo, useState } from "preact/hooks";
import { ChartsPanel } from "./charts/charts_panel.tsx";
import { ClientsPanel } from "./clients/clients_panel.tsx";
import { ConnectionBanner } from "./connection/connection_banner.tsx";
import { CurrentDialog } from "./actions/current_dialog.tsx";
import type { DashboardState } from "./dashboard_state.ts";
import type { DialogRequest } from "./actions/dialog_request.ts";
import { countOf } from "./format_number.ts";
import { HeaderBar } from "./header_bar.tsx";
import { LogPanel } from "./log/log_panel.tsx";
import type { LogLevel } from "./log/log_tail.ts";
import { Tiles } from "./tiles.tsx";
import { useDashboard } from "./use_dashboard.ts";

/** The page. */
export function App() {
  const [level, setLevel] = useState<LogLevel>("info");
  // Debug lines are sent on demand alone: there can be many.
  const [state, dispatch] = useDashboard(level === "debug" ? "debug" : "info");
  const [dialog, openDialog] = useState<DialogRequest>();
  const closeDialog = useCallback(() => openDialog(undefined), []);
  const noticeRestart = useCallback(() => dispatch({ type: "restart noticed" }), []);
  const { connection, profile, restart, points, statistics, clients, log, nowMs } = state;
  const isLive = connection.state === "live";
  useEffect(() => {
    document.title = pageTitle(state);
  });
  return (
    <>
      <a class="skip-link" href="#clients">Skip to the clients</a>
      <a class="skip-link" href="#log">Skip to the log</a>
      <HeaderBar connection={connection} profile={profile} nowMs={nowMs} />
      <ConnectionBanner
        connection={connection}
        restart={restart}
        onNoticed={noticeRestart}
      />
      <main class={isLive ? "live" : "stale"}>
        {useMemo(
          () => <Tiles profile={profile} points={points} statistics={statistics} />,
          [profile, points, statistics],
        )}
        {useMemo(() => <ChartsPanel points={points} />, [points])}
        {useMemo(
          () => (
            <ClientsPanel
              clients={clients.clients}
              profile={profile}
              nowMs={nowMs}
              isLive={isLive}
              onRequest={openDialog}
            />
          ),
          [clients, profile, nowMs, isLive],
        )}
        {useMemo(
          () => <LogPanel entries={log.entries} level={level} onLevel={setLevel} />,
          [log, level],
        )}
      </main>
      {dialog !== undefined && profile !== undefined && (
        <CurrentDialog
          request={dialog}
          profile={profile}
          clients={clients.clients.length}
          onClose={closeDialog}
        />
      )}
    </>
  );
}

function pageTitle({ connection, profile, clients }: DashboardState): string {
  if (profile === undefined) return "hushcast";
  const name = `hushcast ${profile.kind} ${profile.udp}`;
  if (connection.state === "paused") return name;
  return connection.state === "live"
    ? `${countOf(clients.clients.length, "client")} · ${name}`
    : `Not connected · ${name}`;
}
