/// <reference no-default-lib="true" />
/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
/// <reference lib="esnext" />
import type { DialogRequest } from "./dialog_request.ts";

/** What the buttons need. */
export interface ServerActionsProps {
  readonly commands: readonly string[];
  readonly isLive: boolean;
  readonly onRequest: (request: DialogRequest) => void;
}

const ACTIONS = [
  { command: "broadcast", kind: "broadcast", label: "Broadcast…" },
  { command: "list_bans", kind: "bans", label: "Bans…" },
  { command: "rotate_keys", kind: "rotate keys", label: "Rotate keys…" },
] as const;

/** What can be done to the server; only what it takes. */
export function ServerActions({ commands, isLive, onRequest }: ServerActionsProps) {
  const offered = ACTIONS.filter(({ command }) => commands.includes(command));
  if (offered.length === 0) return null;
  return (
    <div class="server-actions">
      {offered.map(({ kind, label }) => (
        <button
          key={kind}
          type="button"
          disabled={!isLive}
          onClick={() => onRequest({ kind })}
        >
          {label}
        </button>
      ))}
    </div>
  );
}
