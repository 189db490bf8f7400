/// <reference no-default-lib="true" />
/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
/// <reference lib="esnext" />
import type { ServerProfile } from "../../watch/feed_event.ts";
import { joinCommand } from "./join_command.ts";

/** In place of clients where there are none: how a first one comes. */
export function NoClients({ profile }: { profile: ServerProfile }) {
  return (
    <div class="empty">
      <p>No clients.</p>
      <p>
        To try one: <code>{joinCommand(profile, location.hostname)}</code>
      </p>
    </div>
  );
}
