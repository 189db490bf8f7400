/// <reference no-default-lib="true" />
/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
/// <reference lib="esnext" />
import type { ServerProfile } from "../../watch/feed_event.ts";
import { ActionDialog } from "./action_dialog.tsx";
import { callCommand } from "./call_command.ts";

/** What the dialog needs. */
export interface RotateKeysDialogProps {
  readonly profile: ServerProfile;
  readonly onClose: () => void;
}

/** Asks whether to make a new RSA key. */
export function RotateKeysDialog({ profile, onClose }: RotateKeysDialogProps) {
  return (
    <ActionDialog
      title="Make a new RSA key?"
      confirmLabel="Rotate keys"
      onConfirm={() => callCommand("rotate_keys")}
      onClose={onClose}
    >
      <p>
        The {profile.kind} at <span class="mono">{profile.udp}</span>{" "}
        registers clients with a new RSA key from then on. Sessions go on, and its identity stays.
      </p>
    </ActionDialog>
  );
}
