/// <reference no-default-lib="true" />
/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
/// <reference lib="esnext" />
import type { ServerProfile } from "../../watch/feed_event.ts";
import { BanDialog } from "./ban_dialog.tsx";
import { BansDialog } from "./bans_dialog.tsx";
import { BroadcastDialog } from "./broadcast_dialog.tsx";
import type { DialogRequest } from "./dialog_request.ts";
import { KickDialog } from "./kick_dialog.tsx";
import { RotateKeysDialog } from "./rotate_keys_dialog.tsx";
import { SendDialog } from "./send_dialog.tsx";

/** What the dialogs need. */
export interface CurrentDialogProps {
  readonly request: DialogRequest;
  readonly profile: ServerProfile;
  /** How many clients there are. */
  readonly clients: number;
  readonly onClose: () => void;
}

/** The dialog that was asked for. */
export function CurrentDialog({ request, profile, clients, onClose }: CurrentDialogProps) {
  switch (request.kind) {
    case "kick":
      return <KickDialog client={request.client} profile={profile} onClose={onClose} />;
    case "ban":
      return <BanDialog client={request.client} onClose={onClose} />;
    case "send":
      return <SendDialog client={request.client} onClose={onClose} />;
    case "bans":
      return <BansDialog onClose={onClose} />;
    case "broadcast":
      return <BroadcastDialog clients={clients} onClose={onClose} />;
    case "rotate keys":
      return <RotateKeysDialog profile={profile} onClose={onClose} />;
  }
}
